"""Channels by command: looked for as by the API, and switched together by their tag."""

import pytest

from tests.installation import Installation
from tests.integration.app.command_lines import run

CHANNELS = {
    "eu": ("openai", ("--tag", "paid", "--weight", "3", "--group", "strict")),
    "us": ("openai", ("--tag", "paid", "--note", "of Ann's")),
    "own": ("ollama", ("--tag", "free")),
}


@pytest.fixture
def house(installation: Installation) -> Installation:
    """Three channels: two paid ones, one of which is off, and a free one."""
    for name, (provider, options) in CHANNELS.items():
        key = ("--api-key", "sk-1") if provider == "openai" else ()
        model = f"model-{name}"
        installation.do(
            "channel", "add", "--name", name, "--provider", provider, "--models", model, *key, *options
        )
    installation.do("channel", "disable", "us")
    return installation


def names(house: Installation, *options: str) -> list[str]:
    """Return the channels that a list shows, in its order."""
    return [row["name"] for row in house.do("channel", "list", *options)]


def states(house: Installation) -> dict[str, str]:
    """Return the state of each channel."""
    return {row["name"]: row["state"] for row in house.do("channel", "list")}


class TestList:
    @pytest.mark.parametrize(
        ("options", "found"),
        [
            ((), ["eu", "us", "own"]),
            (("--tag", "paid"), ["eu", "us"]),
            (("--provider", "ollama"), ["own"]),
            (("--state", "off"), ["us"]),
            (("--tag", "paid", "--state", "on"), ["eu"]),
            (("--model", "model-own"), ["own"]),
            (("--group", "strict"), ["eu"]),
            (("--search", "ANN"), ["us"]),
            (("--sort", "-weight,-name"), ["eu", "us", "own"]),
            (("--sort=-name",), ["us", "own", "eu"]),
            (("--tag", "nobody's"), []),
        ],
        ids=[
            *("all", "tag", "provider", "state", "tag and state", "model", "group", "search"),
            *("two orders", "descending", "nobody"),
        ],
    )
    def test_what_is_given_narrows_the_list(
        self, house: Installation, options: tuple[str, ...], found: list[str]
    ) -> None:
        """The oldest come first unless another order is given."""
        assert names(house, *options) == found

    @pytest.mark.parametrize(
        ("options", "code", "told"),
        [
            (("--state", "tired"), 2, "'tired' is not one of"),
            (("--weight", "much"), 1, "weight: is a whole number, not 'much'"),
            (("--sort", "colour"), 1, "sort: 'colour' is none of"),
        ],
        ids=["no state", "no number", "no order"],
    )
    def test_what_makes_no_sense_is_told(
        self, house: Installation, options: tuple[str, ...], code: int, told: str
    ) -> None:
        """By the name of the option."""
        done = run(house, "channel", "list", *options)

        assert (done.exit_code, told in done.stderr) == (code, True)

    def test_a_list_longer_than_a_page_of_the_api_is_whole(self, installation: Installation) -> None:
        """Nobody turns pages on a command line."""
        file = installation.folder / "house.yaml"
        channels = [f"- {{name: c{number}, provider: ollama, models: [m]}}" for number in range(250)]
        file.write_text("\n".join(["version: 1", "channels:", *channels]))
        assert run(installation, "apply", str(file), "--yes").exit_code == 0

        assert len(names(installation)) == 250


class TestTag:
    @pytest.mark.parametrize(
        ("word", "state"), [("disable", "off"), ("enable", "on"), ("drain", "draining")], ids=str
    )
    def test_all_of_a_tag_change_and_nobody_else(self, house: Installation, word: str, state: str) -> None:
        """They are shown as they are then; what is off does not drain, for nothing is left to end."""
        off = "off" if word == "drain" else state
        shown = house.do("channel", word, "--tag", "paid")

        assert {row["name"]: row["state"] for row in shown} == {"eu": state, "us": off}
        assert states(house) == {"eu": state, "us": off, "own": "on"}

    def test_all_of_a_tag_are_edited(self, house: Installation) -> None:
        """Each keeps what is not given; `--tag` stands for a new one here."""
        shown = house.do("channel", "edit", "--tagged", "paid", "--tag", "spare", "--rpm", "5")

        assert {(row["name"], row["tag"], row["weight"]) for row in shown} == {
            ("eu", "spare", 3),
            ("us", "spare", 1),
        }
        assert names(house, "--tag", "spare") == ["eu", "us"]

    def test_one_that_cannot_be_edited_keeps_all_as_they_are(self, house: Installation) -> None:
        """The first one could."""
        done = run(house, "channel", "edit", "--tagged", "paid", "--map", "model-eu=gpt-4o")

        assert (done.exit_code, "mapping: maps models" in done.stderr) == (1, True)
        assert [row["mapping"] for row in house.do("channel", "list")] == [{}, {}, {}]

    def test_all_of_a_tag_go(self, house: Installation) -> None:
        """And nobody else; where none has the tag nobody goes."""
        assert house.do("channel", "remove", "--tag", "nobody's") == []
        assert house.do("channel", "remove", "--tag", "paid") == [{"removed": "eu"}, {"removed": "us"}]
        assert names(house) == ["own"]

    def test_no_tag_is_no_tag(self, house: Installation) -> None:
        """And not that of all who have none."""
        done = run(house, "channel", "remove", "--tag", "")

        assert (done.exit_code, len(names(house))) == (1, 3)

    @pytest.mark.parametrize(
        "named", [(), ("eu", "--tag", "paid"), ("eu", "--name", "eu")], ids=["nobody", "both", "twice"]
    )
    def test_one_or_a_tag_is_named(self, house: Installation, named: tuple[str, ...]) -> None:
        """Anything else changes nothing."""
        done = run(house, "channel", "disable", *named)

        assert (done.exit_code, "name one NAME, or the channels of a --tag" in done.stderr) == (2, True)
        assert states(house)["eu"] == "on"

    def test_a_name_may_be_an_option(self, house: Installation) -> None:
        """As with every command about one thing."""
        assert house.do("channel", "disable", "--name", "eu")["state"] == "off"

    @pytest.mark.parametrize(
        ("tag", "said"),
        [("paid", "eu    openai    paid  off"), ("nobody's", "nothing")],
        ids=["some", "none"],
    )
    def test_people_see_a_short_table(self, house: Installation, tag: str, said: str) -> None:
        """With what has changed, or nothing."""
        assert said in run(house, "channel", "disable", "--tag", tag).stdout
