"""Neutral chat as a whole answer for a client of the Gemini API."""

import msgspec

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.dialects.gemini.translate.finish import write_finish
from oblivious.adapters.dialects.gemini.translate.grounding import write_grounding
from oblivious.adapters.dialects.gemini.translate.logprobs import write_logprobs
from oblivious.adapters.dialects.gemini.translate.pieces import write_piece
from oblivious.adapters.dialects.gemini.translate.usage_writer import write_usage
from oblivious.adapters.lenient import Json, part
from oblivious.contracts.usage import NOTHING


def write_response(response: ChatResponse, plan: ClientPlan) -> bytes:
    """Write an answer."""
    answer: Json = {
        "candidates": [_candidate(choice, plan) for choice in response.choices],
        "usageMetadata": write_usage(response.usage or NOTHING),
        "modelVersion": plan.request.model,
        "responseId": plan.exchange_id,
    }
    return msgspec.json.encode(answer)


def _candidate(choice: Choice, plan: ClientPlan) -> Json:
    written = [write_piece(value, plan) for value in choice.parts]
    pieces = [piece for piece in written if piece is not None]
    candidate: Json = {
        "content": {"parts": pieces or [{"text": ""}], "role": "model"},
        "finishReason": write_finish(choice.finish),
        "index": choice.index,
    }
    if choice.said:
        candidate["finishMessage"] = choice.said
    grounding = write_grounding(
        (value.text, value.citations) for value in choice.parts if isinstance(value, Text)
    )
    if grounding is not None:
        candidate["groundingMetadata"] = grounding
    tokens = write_logprobs(part(choice.logprobs).get("content"))
    if tokens is not None:
        candidate["logprobsResult"] = tokens
    return candidate
