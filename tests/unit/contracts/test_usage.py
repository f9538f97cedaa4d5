import msgspec

from oblivious.contracts.usage import Usage, together


class TestTogether:
    def test_adds_up_every_count(self) -> None:
        """None is forgotten, and as many calls are remembered."""
        counts = {field.name: 10 + place for place, field in enumerate(msgspec.structs.fields(Usage))}
        one = msgspec.convert({**counts, "estimated": False, "calls": 1}, Usage)

        both = together([one, one])

        assert msgspec.structs.asdict(both) == {
            **{name: 2 * count for name, count in counts.items()},
            "estimated": False,
            "calls": 2,
        }

    def test_one_estimate_makes_the_sum_one(self) -> None:
        """Not all of it was told."""
        assert together([Usage(1), Usage(1, estimated=True)]).estimated
