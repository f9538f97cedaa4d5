from oblivious.channels.tables import Channel
from oblivious.contracts.errors import BadCredential
from oblivious.gateway.routes.admin.lists_compared import compared

CHANNEL = Channel(name="a", provider="openai", models=["mine", "gone", "p-*"], mapping={"mine": "gpt"})


class TestCompared:
    def test_both_sides_are_told(self) -> None:
        """By the provider's names, in its order; a pattern misses nothing."""
        told = compared(CHANNEL, 7, ("z", "gpt", "b"))

        assert (told.models, told.unserved, told.missing) == (("z", "gpt", "b"), ["z", "b"], ["gone"])

    def test_without_a_list_nothing_is_compared(self) -> None:
        """It is told why."""
        told = compared(CHANNEL, 7, (), BadCredential("no such key", upstream_status=401))

        assert (told.missing, told.status, told.error) == ((), 401, "no such key")
