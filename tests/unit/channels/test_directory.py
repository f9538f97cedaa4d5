"""What a group sees of the channels there are."""

import pytest

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.channels.tables import Channel, ChannelKey, KeyMode
from oblivious.infra.crypto import Secrets
from oblivious.infra.upstream import Origin
from tests.unit.channels.rows import CHAT, MESSAGES, channel, directory, key, served_by


class TestCandidates:
    def test_everything_the_road_needs_is_resolved(self) -> None:
        """Address, mapped model and keys in clear."""
        one = channel(
            1, mapping={"m": "upstream-m"}, weight=3, priority=7, key_mode=KeyMode.POLLING,
        )  # fmt: skip

        (found,) = directory([one], [key(10, 1), key(11, 1)]).candidates("m", "default", MESSAGES)

        assert found.base_url == "https://both.test/anthropic/v1"
        assert found.origin == Origin("https", "both.test", 443)
        assert (found.upstream_model, found.weight, found.priority, found.polling) == (
            "upstream-m",
            3,
            7,
            True,
        )
        assert [(k.id, k.secret) for k in found.keys] == [(10, "secret-10"), (11, "secret-11")]
        assert "secret-10" not in repr(found)

    def test_a_channels_own_address_wins(self) -> None:
        """It then speaks only the dialects that it has an address for."""
        found = directory([channel(1, base_urls={CHAT: "http://10.0.0.1:8000/v1"})])

        assert [str(one.origin) for one in found.candidates("m", "default", CHAT)] == ["http://10.0.0.1:8000"]
        assert found.candidates("m", "default", MESSAGES) == ()

    def test_they_come_by_falling_priority(self) -> None:
        """Equal ones stay in the order in which they were added."""
        found = directory([channel(1), channel(2, priority=5), channel(3), channel(4, priority=9)])

        assert served_by(found) == [4, 2, 1, 3]

    @pytest.mark.parametrize(
        ("model", "group", "dialect"),
        [("other", "default", CHAT), ("m", "default", "openai_responses")],
        ids=["model", "dialect"],
    )
    def test_what_nobody_serves_has_none(self, model: str, group: str, dialect: str) -> None:
        """An empty answer, never an error."""
        assert served_by(directory([channel(1)]), model, group, dialect) == []


class TestGroups:
    FOUND = directory(
        [channel(1), channel(2, groups=["vip"], models=["m", "vip-m"]), channel(3, groups=["vip", "staff"])]
    )

    @pytest.mark.parametrize(
        ("group", "expected"), [("default", [1]), ("vip", [1, 2, 3]), ("staff", [1, 3]), ("nobody", [1])]
    )
    def test_a_group_sees_what_names_it_and_what_is_for_everyone(
        self, group: str, expected: list[int]
    ) -> None:
        """A channel without groups serves all of them, also those that nobody has named."""
        assert sorted(served_by(self.FOUND, group=group)) == expected

    def test_models_of_another_group_are_unknown(self) -> None:
        """Not even their names are given away."""
        assert self.FOUND.knows("vip-m", "vip")
        assert not self.FOUND.knows("vip-m", "default")
        assert [one.id for one in self.FOUND.models("default")] == ["m"]
        assert [one.id for one in self.FOUND.models("vip")] == ["m", "vip-m"]


class TestSwitchedOff:
    @pytest.mark.parametrize(
        ("channels", "keys"),
        [
            ([channel(1, disabled=True)], [key(1, 1)]),
            ([channel(1)], [key(1, 1, disabled=True)]),
            ([channel(1)], []),
            ([channel(1)], [key(1, 1, secrets=Secrets("another secret"))]),
        ],
        ids=["channel off", "key off", "no key", "key unreadable"],
    )
    def test_it_serves_nothing_and_its_models_are_still_known(
        self, channels: list[Channel], keys: list[ChannelKey]
    ) -> None:
        """So a caller is told to come again, not that there is no such model."""
        found = directory(channels, keys)

        assert served_by(found) == []
        assert found.dialects_of("m", "default") == []
        assert found.models("default") == ()
        assert found.knows("m", "default")

    def test_one_key_that_is_on_is_enough(self) -> None:
        """The others are left out."""
        (found,) = directory([channel(1)], [key(1, 1, disabled=True), key(2, 1)]).candidates("m", "", CHAT)

        assert [one.id for one in found.keys] == [2]

    def test_a_channel_of_an_unknown_provider_is_left_out(self) -> None:
        """The other channels are not."""
        assert served_by(directory([channel(1, provider="gone"), channel(2)])) == [2]


class TestDialectsOf:
    def test_it_lists_where_else_a_model_is_served(self) -> None:
        """For the error that says so."""
        found = directory([channel(1, base_urls={MESSAGES: "http://10.0.0.1/v1"})])

        assert found.dialects_of("m", "default") == [MESSAGES]
        assert found.dialects_of("other", "default") == []


class TestReach:
    """Whom a client of a dialect reaches, if need be by translation."""

    def test_each_channel_is_reached_in_the_nearest_dialect(self) -> None:
        """By falling priority, whatever they speak."""
        found = directory([channel(1, priority=9), channel(2, "chat", base_urls={CHAT: "https://c.test/v1"})])

        def reached(dialect: str) -> list[tuple[int, str]]:
            candidates = found.candidates("m", "default", dialect, kind=Kind.CHAT)
            return [(one.channel_id, one.dialect) for one in candidates]

        assert reached(MESSAGES) == [(1, MESSAGES), (2, CHAT)]
        assert reached("gemini") == [(1, MESSAGES), (2, CHAT)]
        assert reached("openai_responses") == [(1, CHAT), (2, CHAT)]

    def test_embeddings_reach_only_those_who_make_some(self) -> None:
        """A vendor of conversations alone is no help."""
        found = directory([channel(1), channel(2, "chat", base_urls={CHAT: "https://c.test/v1"})])

        def reached(dialect: str) -> list[tuple[int, str]]:
            candidates = found.candidates("m", "default", dialect, kind=Kind.EMBEDDINGS)
            return [(one.channel_id, one.dialect) for one in candidates]

        assert reached("gemini") == [(1, CHAT), (2, CHAT)]
        assert reached(MESSAGES) == []

    def test_without_translation_only_those_who_speak_the_dialect(self) -> None:
        """What is no conversation is not translated."""
        found = directory([channel(1), channel(2, "chat", base_urls={CHAT: "https://c.test/v1"})])

        assert served_by(found, dialect=MESSAGES) == [1]
        assert served_by(found, dialect="gemini") == []
