import msgspec
import pytest

from oblivious.adapters.chat.treatment import REFUSED, TREATED
from oblivious.adapters.dialects.anthropic.translate.treatments import TREATMENTS
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.anthropic.translate.samples import outgoing, request


class TestTreatments:
    def test_no_member_is_forgotten(self) -> None:
        """Each has a treatment, and nothing else has one."""
        assert set(TREATMENTS) == TREATED

    def test_what_only_tunes_is_dropped_by_name(self) -> None:
        """A header of the answer tells the client."""
        plan = outgoing(request(seed=7, logit_bias={"1": 2}, verbosity="low")).plan

        assert set(plan.dropped) == {"seed", "logit_bias", "verbosity"}

    @pytest.mark.parametrize("name", [name for name, treatment in TREATMENTS.items() if treatment is REFUSED])
    def test_what_the_answer_would_lack_is_refused_by_name(self, name: str) -> None:
        """Nobody gets one answer who asked for two."""
        with pytest.raises(InvalidRequest) as caught:
            outgoing(msgspec.structs.replace(request(), **{name: 2}))

        assert caught.value.param == name

    @pytest.mark.parametrize(("modalities", "refused"), [(("text",), False), (("text", "audio"), True)])
    def test_only_text_can_be_had(self, modalities: tuple[str, ...], *, refused: bool) -> None:
        """Some clients say so although nothing else was meant."""
        if not refused:
            assert outgoing(request(modalities=modalities)).plan.dropped == []
            return
        with pytest.raises(InvalidRequest, match="audio"):
            outgoing(request(modalities=modalities))
