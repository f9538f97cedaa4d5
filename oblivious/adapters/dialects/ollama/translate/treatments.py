from oblivious.adapters.chat.treatment import DROPPED, REFUSED, SAID, Treatments

TREATMENTS: Treatments = {
    "tools": SAID,
    "tool_choice": SAID,  # its writer offers fewer tools; that one must be called it cannot say
    "parallel_tools": DROPPED,
    "format": SAID,
    "thinking": SAID,
    "verbosity": DROPPED,
    "n": REFUSED,
    "max_output_tokens": SAID,
    "temperature": SAID,
    "top_p": SAID,
    "top_k": SAID,
    "frequency_penalty": SAID,
    "presence_penalty": SAID,
    "seed": SAID,
    "stop": SAID,
    "logprobs": SAID,
    "logit_bias": DROPPED,
    "service_tier": DROPPED,
    "user": DROPPED,
    "metadata": DROPPED,
    "cache_key": DROPPED,
    "cache_retention": DROPPED,
    "modalities": SAID,  # its writer refuses all but text
    "voice": DROPPED,
    "prediction": DROPPED,
    "store": DROPPED,
    "safety": DROPPED,
}
"""What Ollama does with each member of a request."""
