from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES, Endpoint

RESPONSES = Endpoint(
    name="responses",
    chat=True,
    dialect=OPENAI_RESPONSES,
    path="responses",
    conversation="input",
    instead=("prompt", "previous_response_id", "conversation"),
    streams=True,
    caps=("max_output_tokens",),
)
