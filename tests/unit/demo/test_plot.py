import pytest

from oblivious.demo.plot import BadPlot, Part, Phase, Plot, read_plot

WHOLE = """
[[part]]
keys = "-dead"
phases = [{ plays = "status=401" }]

[[part]]
upstreams = "1-3,7"
phases = [
  { seconds = 2 },
  { requests = 5, plays = "status=429;retry-after=1" },
]
"""


def test_a_plot_is_read() -> None:
    """Parts come in their order, and what is left out has its default."""
    assert read_plot(WHOLE) == Plot(
        (
            Part((Phase("status=401"),), keys="-dead"),
            Part((Phase(seconds=2), Phase("status=429;retry-after=1", requests=5)), upstreams="1-3,7"),
        )
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[part]", "Expected"),
        ("[[part]]", "phases"),
        ("[[part]]\nphases = []", "length >= 1"),
        ("[[part]]\nphase = 1\nphases = [{}]", "phase"),
        ("[[part]]\nphases = [{ plays = 'explode' }]", "no setting 'explode'"),
        ("[[part]]\nphases = [{ plays = 'status=no' }]", "can't read the value of 'status=no'"),
        ("[[part]]\nphases = [{ seconds = 1, requests = 1 }]", "not after both"),
        ("[[part]]\nphases = [{ seconds = 0 }]", ">= 0.1"),
        ("[[part]]\nphases = [{}, { seconds = 1 }]", "Only the last phase"),
        ("[[part]]\nupstreams = '0-3'\nphases = [{}]", "The first upstream is 1"),
        ("[[part]]\nupstreams = 'some'\nphases = [{}]", "some"),
        ("[[part]]\nupstreams = '3-1'\nphases = [{}]", "3-1"),
    ],
    ids=lambda value: value.replace("\n", " ") if value.startswith("[[") else "",
)
def test_what_makes_no_sense(text: str, said: str) -> None:
    """A slip is told before anything starts."""
    with pytest.raises(BadPlot, match=said):
        read_plot(text)


@pytest.mark.parametrize(
    ("upstreams", "places"),
    [("", [1, 2, 3, 4, 5]), ("2", [2]), ("1-2, 5", [1, 2, 5]), ("9", [])],
    ids=["all", "one", "a range and one", "beyond"],
)
def test_whom_a_part_concerns(upstreams: str, places: list[int]) -> None:
    """Upstreams are named by their place."""
    part = Part((Phase(),), upstreams)

    assert [place for place in range(1, 6) if part.concerns(place)] == places
