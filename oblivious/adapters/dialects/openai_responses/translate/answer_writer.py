"""Neutral chat as a whole answer for a client of the Responses API: what its stream would tell last."""

from oblivious.adapters.chat.events import Counted, Finished
from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.chat.telling import told_part
from oblivious.adapters.dialects.openai_responses.translate.encoder import ResponsesEncoder
from oblivious.adapters.lenient import part


def write_response(response: ChatResponse, plan: ClientPlan) -> bytes:
    """Write an answer; only its first choice has room."""
    encoder = ResponsesEncoder(plan)
    if response.choices:
        _tell(encoder, response.choices[0])
    if response.usage is not None:
        encoder.feed(Counted(response.usage, service_tier=response.service_tier))
    return encoder.response()


def _tell(encoder: ResponsesEncoder, choice: Choice) -> None:
    """Tell a choice; its probabilities are told with its first text: nobody knows of which they are."""
    logprobs = part(choice.logprobs).get("content")
    for number, each in enumerate(choice.parts):
        for event in told_part(each, number, logprobs=logprobs if isinstance(each, Text) else None):
            encoder.feed(event)
        logprobs = None if isinstance(each, Text) else logprobs
    encoder.feed(Finished(0, choice.finish))
