"""Several answers by as many calls, for clients that can ask for them, of every upstream that gives one."""

import pytest

from oblivious.adapters.chat.treatment import REFUSED
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from tests.contract.translation.choosing import by_calls
from tests.contract.translation.matrix import TREATMENTS_OF

ONES = [name for name, upstream in UPSTREAMS.items() if upstream.one_choice]
PAIRS = [(client, upstream) for client in CLIENTS for upstream in ONES]
ASKING = {"openai_chat", "gemini"}


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_every_call_is_a_choice(client: str, upstream: str, *, stream: bool) -> None:
    """With its words and calls, its end, and its share of what was used."""
    assert by_calls(client, upstream, stream=stream) == ("kept" if client in ASKING else "unsayable")


def test_calls_are_for_those_who_refuse_to_give_more() -> None:
    """The faces and the tables of parameters agree."""
    assert set(ONES) == {name for name, table in TREATMENTS_OF.items() if table["n"] is REFUSED}
