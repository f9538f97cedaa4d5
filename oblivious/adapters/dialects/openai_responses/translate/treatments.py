from oblivious.adapters.chat.treatment import DROPPED, REFUSED, SAID, TREATED, Treatments

TREATMENTS: Treatments = {
    **dict.fromkeys(TREATED, SAID),
    "n": REFUSED,
    "modalities": REFUSED,
    **dict.fromkeys(("top_k", "frequency_penalty", "presence_penalty", "seed", "stop"), DROPPED),
    **dict.fromkeys(("logit_bias", "prediction", "voice", "safety"), DROPPED),
}
"""What the Responses API does with each member of a request. Source: OpenAI's API reference, read 2026-11."""
