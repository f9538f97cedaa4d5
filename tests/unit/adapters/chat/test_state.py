import pytest

from oblivious.adapters.chat.state import State, read, written

FOREIGN = State("anthropic.redacted", 'a"b\u00e9')


def test_a_dialect_reads_its_own_state_as_it_is() -> None:
    """Nothing is wrapped that needs no wrapping."""
    assert written(State("gemini", "sig"), "gemini") == "sig"
    assert read("sig", "gemini") == State("gemini", "sig")


def test_foreign_state_travels_wrapped() -> None:
    """Through clients that know nothing of it."""
    assert read(written(FOREIGN, "gemini"), "gemini") == FOREIGN


@pytest.mark.parametrize("text", ["ob1.", "ob1.!", "ob1.AAAA", "ob1.WzFd", "ob1.\u00e9"])
def test_a_broken_wrapping_is_somebody_elses_state(text: str) -> None:
    """Whatever a client sends back, it is never our failure."""
    assert read(text, "gemini") == State("gemini", text)


@pytest.mark.parametrize(("dialect", "own"), [("anthropic", True), ("anth", False), ("gemini", False)])
def test_who_made_it(dialect: str, *, own: bool) -> None:
    """A dialect may have several kinds."""
    assert FOREIGN.of(dialect) is own
