from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES, Endpoint, Kind

RESPONSES = Endpoint(
    name="responses",
    kind=Kind.CHAT,
    dialect=OPENAI_RESPONSES,
    path="responses",
    conversation="input",
    instead=("prompt", "previous_response_id", "conversation"),
    streams=True,
    caps=("max_output_tokens",),
)
INPUT_TOKENS = Endpoint(
    name="input_tokens",
    kind=Kind.COUNT,
    dialect=OPENAI_RESPONSES,
    path="responses/input_tokens",
    conversation="input",
    instead=("previous_response_id", "conversation"),
    counts="input_tokens",
    free=True,
)
