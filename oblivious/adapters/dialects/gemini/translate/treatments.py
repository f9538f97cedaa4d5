from oblivious.adapters.chat.treatment import DROPPED, SAID, TREATED, Treatments

TREATMENTS: Treatments = {
    **dict.fromkeys(TREATED, SAID),
    **dict.fromkeys(
        (
            "parallel_tools",
            "verbosity",
            "logit_bias",
            "user",
            "metadata",
            "cache_key",
            "cache_retention",
            "prediction",
            "store",
        ),
        DROPPED,
    ),
}
"""What Gemini does with each member of a request; it can say all that an answer would visibly lack."""
