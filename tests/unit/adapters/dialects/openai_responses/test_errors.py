import json

import pytest
from openai.types.responses import ResponseFailedEvent
from pydantic import ValidationError

from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.registry import FACES
from oblivious.contracts.errors import BrokeOff
from tests.fakes.events import parsed

_FACE = FACES["openai_responses"]


class TestErrorEvent:
    def test_sdks_and_agents_both_hear_of_it(self) -> None:
        """SDKs raise at `error`; agents wait for a terminal event of the response."""
        (first, error), (second, failed) = parsed(_FACE.error_event(BrokeOff("m"), "r1").decode().encode())

        assert (first, second) == ("error", "response.failed")
        assert json.loads(error)["code"] == "upstream_broke_off"
        assert json.loads(failed)["response"]["error"]["code"] == "upstream_broke_off"
        assert json.loads(failed)["response"]["status"] == "failed"

    def test_typed_clients_can_read_it(self) -> None:
        """All but the code, for which OpenAI's own list has no word."""
        _, (_, failed) = parsed(_FACE.error_event(BrokeOff("m"), "r1"))

        with pytest.raises(ValidationError) as caught:
            ResponseFailedEvent.model_validate_json(failed)
        assert [wrong["loc"] for wrong in caught.value.errors()] == [("response", "error", "code")]

    def test_a_refusal_keeps_the_upstreams_code(self) -> None:
        """The caller can act on it."""
        refused = read_error(400, [], b'{"error":{"message":"too long","code":"context_length_exceeded"}}')

        assert json.loads(parsed(_FACE.error_event(refused, "r1"))[0][1])["code"] == "context_length_exceeded"
