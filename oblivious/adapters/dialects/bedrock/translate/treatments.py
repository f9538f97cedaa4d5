from oblivious.adapters.chat.treatment import DROPPED, REFUSED, SAID, Treatments

TREATMENTS: Treatments = {
    "tools": SAID,
    "tool_choice": SAID,
    "parallel_tools": DROPPED,
    "format": SAID,
    "thinking": SAID,
    "verbosity": DROPPED,
    "n": REFUSED,
    "max_output_tokens": SAID,
    "temperature": SAID,
    "top_p": SAID,
    "top_k": SAID,
    "frequency_penalty": DROPPED,
    "presence_penalty": DROPPED,
    "seed": DROPPED,
    "stop": SAID,
    "logprobs": REFUSED,
    "logit_bias": DROPPED,
    "service_tier": SAID,
    "user": DROPPED,
    "metadata": SAID,
    "cache_key": DROPPED,
    "cache_retention": DROPPED,
    "modalities": SAID,  # its writer refuses all but text
    "voice": DROPPED,
    "prediction": DROPPED,
    "store": DROPPED,
    "safety": DROPPED,
}
"""What Converse does with each member of a request."""
