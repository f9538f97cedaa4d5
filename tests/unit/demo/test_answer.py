import pytest

from oblivious.demo.answer import Ask, Finish, Tool, compose
from oblivious.demo.words import DEFAULT_LENGTH, STATEMENT, canned, count

WEATHER = Tool("get_weather", {"type": "object", "properties": {"city": {"type": "string"}}})
TIME = Tool("get_time")
TOOLS = (WEATHER, TIME)


def ask(text: str = "hello", **more: object) -> Ask:
    return Ask(text=text, input_tokens=1, **more)  # type: ignore[arg-type] # a table of odd members


class TestWords:
    """The words of an answer: as many as asked for, cut where the client says."""

    def test_it_says_that_it_is_a_demo(self) -> None:
        """The default answer is the demo's own statement."""
        answer = compose(ask(), DEFAULT_LENGTH)

        assert answer.text == STATEMENT
        assert (answer.finish, answer.tokens) == (Finish.STOP, count(STATEMENT))

    @pytest.mark.parametrize("length", [0, 1, 5, 100])
    def test_length(self, length: int) -> None:
        """There are as many words, and so tokens, as asked for."""
        answer = compose(ask(), length)

        assert answer.tokens == count(answer.text) == length == len(canned(length))

    def test_cap(self) -> None:
        """A cap below the length ends the answer there, and says so."""
        answer = compose(ask(cap=3), 10)

        assert (answer.tokens, answer.finish) == (3, Finish.LENGTH)

    def test_thoughts_count_towards_the_cap(self) -> None:
        """Who thinks long has few words left."""
        answer = compose(ask(cap=13, thinks=True), 10)

        assert (len(answer.thoughts), len(answer.words), answer.finish) == (12, 1, Finish.LENGTH)

    @pytest.mark.parametrize(
        ("stops", "text", "stop"),
        [
            (("upstream",), "This is Oblivious' demo ", "upstream"),
            (("upstream", "is"), "Th", "is"),
            (("nowhere", ""), STATEMENT, None),
        ],
        ids=["a word", "the first of two", "none found"],
    )
    def test_stop(self, stops: tuple[str, ...], text: str, stop: str | None) -> None:
        """What follows the first stop sequence is not said, nor is the sequence."""
        answer = compose(ask(stops=stops), DEFAULT_LENGTH)

        assert (answer.text, answer.stop) == (text, stop)
        assert answer.finish is (Finish.STOP if stop is None else Finish.STOP_SEQUENCE)


class TestJson:
    """An answer that has to be JSON is what its schema says, whatever the length."""

    def test_it_fits_the_schema(self) -> None:
        """The pieces add up to a sample of the schema; a stop sequence does not break it."""
        answer = compose(ask(schema=WEATHER.schema, stops=("city",)), 1)

        assert (answer.text, answer.tokens, answer.finish) == ('{"city":"demo"}', 2, Finish.STOP)

    def test_cap(self) -> None:
        """A cap breaks it, and says so."""
        answer = compose(ask(schema=WEATHER.schema, cap=1), 10)

        assert (answer.text, answer.finish) == ('{"city":"dem', Finish.LENGTH)


class TestCalls:
    """When tools are called, and which."""

    @pytest.mark.parametrize(
        ("asked", "called"),
        [
            (ask("hello", tools=TOOLS), []),
            (ask("get weather, please", tools=TOOLS), ["get_weather"]),
            (ask("use a tool", tools=TOOLS), ["get_weather"]),
            (ask("get_time and get_weather", tools=TOOLS), ["get_weather", "get_time"]),
            (ask("get_time and get_weather", tools=TOOLS, parallel=False), ["get_weather"]),
            (ask("toolbox", tools=TOOLS), []),
            (ask("hello", tools=TOOLS, forced=""), ["get_weather"]),
            (ask("hello", tools=TOOLS, forced="get_time"), ["get_time"]),
            (ask("use a tool", tools=TOOLS, forced="", answered=True), []),
            (ask("use a tool"), []),
            (ask("use a tool", tools=TOOLS, cap=1), []),
        ],
        ids=[
            "not asked for",
            "named in words",
            "any tool",
            "two named",
            "one at a time",
            "part of a word",
            "forced",
            "forced by name",
            "answered",
            "no tools",
            "no room",
        ],
    )
    def test_which(self, asked: Ask, called: list[str]) -> None:
        """A tool is called if the message or the client asks for it, and its result is not there yet."""
        answer = compose(asked, 5)

        assert [call.name for call in answer.calls] == called
        assert (answer.finish is Finish.TOOLS) is bool(called)

    def test_arguments_fit_the_schema(self) -> None:
        """Arguments are an object with every property, and their pieces add up to it."""
        (call,) = compose(ask("tool", tools=TOOLS), 5).calls

        assert call.values == {"city": "demo"}
        assert "".join(call.pieces) == call.arguments
        assert call.tokens == 1 + len(call.pieces)
