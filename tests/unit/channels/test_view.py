"""Which models there are under which names, and who serves each."""

from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.channels.tables import Channel, ChannelKey, Model, Pool
from tests.unit.channels.rows import CHAT, MESSAGES, channel, directory, key, served_by

REMEMBERED = 4_096
"""Models that a view has found by patterns."""

PLAIN: dict[str, Any] = {}
LIMITED: dict[str, Any] = {"limits": {"rpm": 1}}

GONE = Model(name="gone", aliases=["old"])
"""Something is said of it, and no channel serves it."""


def patterned(number: int, provider: str = "both", **parts: Any) -> Channel:
    parts.setdefault("models", ["gpt-*"])
    return channel(number, provider, **parts)


class TestPatterns:
    def test_those_with_the_name_and_those_with_a_pattern_stand_in_one_line(self) -> None:
        """By falling priority; of equal ones those that have the name come first."""
        found = directory(
            [
                patterned(1, priority=9),
                channel(2, models=["gpt-4"], priority=5),
                channel(3, models=["*"], priority=5),
                channel(4, models=["claude"], priority=99),
                channel(5, models=["gpt-4"], priority=1),
            ]
        )

        assert served_by(found, "gpt-4") == [1, 2, 3, 5]
        assert served_by(found, "gpt-5") == [1, 3]
        assert served_by(found, "claude") == [4, 3]
        assert [len(tier.candidates) for tier in found.line("gpt-4", "", CHAT, Kind.CHAT).tiers] == [1, 2, 1]

    def test_a_channel_that_has_both_stands_there_once(self) -> None:
        """Else it had twice its share."""
        found = directory([channel(1, models=["gpt-4", "gpt-*", "*"]), channel(2, models=["gpt-4"])])

        assert served_by(found, "gpt-4") == [1, 2]
        assert served_by(found, "gpt-5") == [1]

    @pytest.mark.parametrize(
        ("mapping", "upstream"),
        [
            (PLAIN, "gpt-5"),
            ({"gpt-*": "openai/*"}, "openai/5"),
            ({"gpt-5": "five", "gpt-*": "other"}, "five"),
        ],
        ids=["as it is", "by pattern", "by name"],
    )
    def test_the_mapping_is_that_of_the_model_that_was_asked_for(
        self, mapping: dict[str, str], upstream: str
    ) -> None:
        """In each dialect."""
        found = directory([patterned(1, mapping=mapping)])

        for dialect in (CHAT, MESSAGES):
            (one,) = found.candidates("gpt-5", "", dialect)
            assert one.upstream_model == upstream

    def test_a_pattern_reaches_as_a_name_does(self) -> None:
        """In the dialect that is nearest, and to whom the group may."""
        found = directory([patterned(1, "chat", base_urls={CHAT: "https://c.test/v1"}, groups=["vip"])])

        (one,) = found.candidates("gpt-5", "vip", MESSAGES, kind=Kind.CHAT)
        assert one.dialect == CHAT
        assert found.dialects_of("gpt-5", "vip") == [CHAT]
        assert served_by(found, "gpt-5", group="default") == []
        assert found.knows("gpt-5", "vip")
        assert not found.knows("gpt-5", "default")
        assert found.is_offered("gpt-5")
        assert not found.is_offered("claude")

    def test_a_pattern_is_no_model(self) -> None:
        """Nobody can ask for a list of all that it might stand for."""
        found = directory([patterned(1), channel(2, models=["gpt-4"])])

        assert [model.id for model in found.models("")] == ["gpt-4"]

    def test_a_channel_that_is_off_is_known_by_its_pattern(self) -> None:
        """So a caller is told to come again."""
        found = directory([patterned(1, disabled=True)])

        assert served_by(found, "gpt-5") == []
        assert found.knows("gpt-5", "")

    def test_what_was_found_is_remembered_and_not_without_end(self) -> None:
        """Clients can think of any number of names."""
        found = directory([patterned(1)])

        def line(model: str) -> object:
            return found.line(model, "", CHAT, None)

        first = line("gpt-0")
        for number in range(1, REMEMBERED):
            line(f"gpt-{number}")
        assert line("gpt-0") is first

        line("gpt-one-more")
        assert line("gpt-0") is not first
        assert line("gpt-0") == first


class TestAliases:
    @pytest.mark.parametrize(
        ("name", "real"), [("latest", "m"), ("m-2026", "m"), ("m", "m"), ("old", "gone"), ("other", "other")]
    )
    def test_an_alias_stands_for_its_model(self, name: str, real: str) -> None:
        """Any other name for itself."""
        found = directory([channel(1)], models=[Model(name="m", aliases=["latest", "m-2026"]), GONE])

        assert found.real_name(name) == real

    def test_lists_show_it_beside_its_model(self) -> None:
        """To whom the model is shown, and only while it is served."""
        models = [Model(name="vip-m", aliases=["best"]), Model(name="m", aliases=["latest"]), GONE]
        found = directory([channel(1), channel(2, models=["vip-m"], groups=["vip"])], models=models)

        assert [model.id for model in found.models("vip")] == ["best", "latest", "m", "vip-m"]
        assert [model.id for model in found.models("default")] == ["latest", "m"]
        assert {model.owned_by for model in found.models("vip")} == {"both"}


class TestDraining:
    def test_it_takes_no_new_work_and_can_still_be_found(self) -> None:
        """By what it alone can serve: ids that its account owns."""
        found = directory([channel(1, draining=True, priority=9), channel(2), patterned(3, draining=True)])
        line = found.line("m", "", CHAT, Kind.CHAT)

        assert [one.channel_id for one in line.candidates] == [1, 2]
        assert [[one.channel_id for one in tier.candidates] for tier in line.tiers] == [[2]]
        assert line.candidates[0].draining
        assert found.line("gpt-5", "", CHAT, Kind.CHAT).tiers == ()
        assert served_by(found, "gpt-5") == [3]


class TestForcedDialect:
    def test_a_channel_is_reached_only_in_the_dialect_that_it_forces(self) -> None:
        """Whoever speaks another one is translated."""
        found = directory([channel(1, shaping={"dialect": MESSAGES}), channel(2)])

        def reached(dialect: str) -> list[tuple[int, str]]:
            candidates = found.candidates("m", "", dialect, kind=Kind.CHAT)
            return [(one.channel_id, one.dialect) for one in candidates]

        assert reached(CHAT) == [(1, MESSAGES), (2, CHAT)]
        assert reached(MESSAGES) == [(1, MESSAGES), (2, MESSAGES)]
        assert served_by(found, dialect=CHAT) == [2]


class TestKeys:
    def test_each_has_its_own_names_pool_and_limits(self) -> None:
        """The limits of its pool are there for it to share."""
        keys = [
            key(1, 1, mapping={"m": "deployment-7"}, pool="acme", limits={"rpm": 3}),
            key(2, 1, pool="nowhere"),
        ]
        found = directory([channel(1)], keys, pools=[Pool(name="acme", limits={"concurrency": 9})])

        ((first, second),) = [one.keys for one in found.candidates("m", "", CHAT)]
        assert dict(first.renames) == {"m": "deployment-7"}
        assert [(meter.key, meter.limit) for meter in first.meters] == [("k1:rpm", 3)]
        assert [(meter.key, meter.limit) for meter in first.pool_meters] == [("p:acme:now", 9)]
        assert (second.renames, second.meters, second.pool_meters) == ({}, (), ())

    @pytest.mark.parametrize(
        ("of_channel", "of_key", "metered"),
        [
            (PLAIN, PLAIN, False),
            (LIMITED, PLAIN, True),
            (PLAIN, LIMITED, True),
            (PLAIN, {"pool": "acme"}, True),
            (PLAIN, {"pool": "free"}, False),
        ],
        ids=["nobody", "the channel", "a key", "a pool", "a pool without limits"],
    )
    def test_a_channel_says_whether_anything_of_it_is_limited(
        self, of_channel: dict[str, Any], of_key: dict[str, Any], *, metered: bool
    ) -> None:
        """Most are not, and cost no question."""
        pools = [Pool(name="acme", limits={"rpm": 1}), Pool(name="free")]
        found = directory([channel(1, **of_channel)], [key(1, 1, **of_key)], pools=pools)

        assert [one.metered for one in found.candidates("m", "", CHAT)] == [metered]

    @pytest.mark.parametrize(
        ("keys", "left"),
        [
            ([key(1, 1, off_reason="refused"), key(2, 1)], [2]),
            ([key(1, 1, disabled=True), key(2, 1)], [2]),
            ([key(1, 1, off_reason="refused")], []),
        ],
        ids=["refused by its provider", "switched off by hand", "the last one"],
    )
    def test_one_that_is_off_is_not_there(self, keys: list[ChannelKey], left: list[int]) -> None:
        """A channel without any serves nothing."""
        found = directory([channel(1)], keys)

        assert [one.id for each in found.candidates("m", "", CHAT) for one in each.keys] == left
