import msgspec
import pytest

from oblivious.adapters.chat.treatment import REFUSED, TREATED
from oblivious.adapters.dialects.cohere.translate.treatments import TREATMENTS
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.cohere.translate.samples import outgoing, request


class TestTreatments:
    def test_no_member_is_forgotten(self) -> None:
        """Each has a treatment, and nothing else has one."""
        assert set(TREATMENTS) == TREATED

    def test_what_only_tunes_is_dropped_by_name(self) -> None:
        """A header of the answer tells the client."""
        plan = outgoing(request(user="u", logit_bias={"1": 2}, parallel_tools=False)).plan

        assert set(plan.dropped) == {"user", "logit_bias", "parallel_tools"}

    @pytest.mark.parametrize("name", [name for name, treatment in TREATMENTS.items() if treatment is REFUSED])
    def test_what_the_answer_would_lack_is_refused_by_name(self, name: str) -> None:
        """Nobody gets one answer who asked for two."""
        with pytest.raises(InvalidRequest) as caught:
            outgoing(msgspec.structs.replace(request(), **{name: 2}))

        assert caught.value.param == name
