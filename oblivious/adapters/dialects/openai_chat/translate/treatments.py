from oblivious.adapters.chat.treatment import DROPPED, SAID, TREATED, Treatments

TREATMENTS: Treatments = {
    **dict.fromkeys(TREATED, SAID),
    "top_k": DROPPED,
    "safety": DROPPED,
}
"""What chat completions does with each member of a request: nearly everything was its own first."""
