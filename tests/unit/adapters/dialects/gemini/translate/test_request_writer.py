import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice, Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.chat.treatment import TREATED
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_UPSTREAM
from oblivious.adapters.dialects.gemini.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import InvalidRequest

Json = dict[str, Any]
_GOOGLE = Provider(name="google", speaks={}, source="a test's")
_NEW, _OLD = "gemini-3.8-flash", "gemini-2.5-flash"
_HI = Turn("user", (Text(text="hi"),))
_OWN = State("gemini", "c2ln")
_FOREIGN = State("anthropic", "sig")


def _write(request: ChatRequest, model: str = _NEW) -> Outgoing:
    return GEMINI_UPSTREAM.write_request(request, Target(_GOOGLE, model))


def _request(*turns: Turn, **members: Any) -> ChatRequest:
    return ChatRequest(
        origin=members.pop("origin", "openai_chat"), model="mine", turns=turns or (_HI,), **members
    )


def _body(request: ChatRequest, model: str = _NEW) -> Json:
    body: Json = json.loads(_write(request, model).body)
    return body


def _contents(*turns: Turn, model: str = _NEW) -> list[Json]:
    contents: list[Json] = _body(_request(*turns), model)["contents"]
    return contents


def _pieces(part: Part, model: str = _NEW) -> list[Json]:
    pieces: list[Json] = _contents(
        _HI, Turn("assistant", (Text(text="x"),)), Turn("user", (part, Text(text="y"))), model=model
    )[2]["parts"][:-1]
    return pieces


class TestOutgoing:
    @pytest.mark.parametrize(
        ("stream", "path", "query"),
        [
            (False, "models/gemini-3.8-flash:generateContent", b""),
            (True, "models/gemini-3.8-flash:streamGenerateContent", b"alt=sse"),
        ],
    )
    def test_where_it_goes(self, path: str, query: bytes, *, stream: bool) -> None:
        """The mapped model stands in the path; a stream is asked for as events."""
        out = _write(_request(stream=stream))

        assert (out.path, out.query) == (path, query)
        assert json.loads(out.body) == {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}

    def test_every_member_has_a_treatment(self) -> None:
        """None is forgotten."""
        assert TREATMENTS.keys() == TREATED

    def test_what_is_left_out_is_named(self) -> None:
        """For a header of the answer."""
        out = _write(_request(user="u", logit_bias={"1": 2}, extra={"odd": msgspec.Raw(b"1")}))

        assert set(out.plan.dropped) == {"user", "logit_bias", "odd"}

    def test_its_own_extras_go_up(self) -> None:
        """So do safety settings; those of others mean nothing here."""
        safety = [{"category": "c"}]
        own = _request(origin="gemini", safety=safety, extra={"cachedContent": msgspec.Raw(b'"c/1"')})

        assert _body(own)["cachedContent"] == "c/1"
        assert _body(own)["safetySettings"] == safety
        assert "safetySettings" not in _body(_request(safety=safety))


class TestOrder:
    def test_instructions_come_first(self) -> None:
        """Wherever they stood."""
        body = _body(_request(Turn("system", (Text(text="a"),)), _HI, Turn("developer", (Text(text="b"),))))

        assert body["systemInstruction"] == {"parts": [{"text": "a"}, {"text": "b"}]}
        assert len(body["contents"]) == 1

    def test_instructions_alone_are_asked(self) -> None:
        """There must be something to answer."""
        body = _body(_request(Turn("system", (Text(text="a"),))))

        assert body == {"contents": [{"role": "user", "parts": [{"text": "a"}]}]}

    def test_turns_alternate(self) -> None:
        """Also where what stood between them was left out, and whoever spoke."""
        contents = _contents(
            Turn("user", (Text(text="a"),), name="Ann"),
            Turn("assistant", (Reasoning(text="hm", state=_FOREIGN),)),
            Turn("user", (Text(text="b"),), name="Bob"),
            Turn("assistant", (Text(text="c"),)),
        )

        assert [content["role"] for content in contents] == ["user", "model"]
        assert contents[0]["parts"] == [{"text": "a"}, {"text": "b"}]

    def test_the_user_speaks_first(self) -> None:
        """Gemini asks for it."""
        assert [c["role"] for c in _contents(Turn("assistant", (Text(text="a"),)), _HI)] == [
            "user",
            "model",
            "user",
        ]

    @pytest.mark.parametrize("model", [_NEW, _OLD])
    def test_results_come_first_and_in_the_order_of_their_calls(self, model: str) -> None:
        """All of a parallel turn in one content."""
        calls = Turn("assistant", (ToolCall(id="1", name="f"), ToolCall(id="2", name="g")))
        image = Image(source=Source(data="AAAA", media_type="image/png"))
        contents = _contents(
            _HI,
            calls,
            Turn("user", (Text(text="well"), ToolResult(call_id="2", content=(Text(text="two"), image)))),
            Turn("user", (ToolResult(call_id="1", content=(Text(text="one"),)),)),
            model=model,
        )
        kinds = [next(iter(piece)) for piece in contents[2]["parts"]]
        names = [
            piece["functionResponse"]["name"] for piece in contents[2]["parts"] if "functionResponse" in piece
        ]

        assert names == ["f", "g"]
        assert kinds[:2] == ["functionResponse", "functionResponse"]
        assert sorted(kinds[2:]) == (["text"] if model == _NEW else ["inlineData", "text"])


class TestCalls:
    def test_a_call_and_its_result(self) -> None:
        """By the same id, with the function's name looked up."""
        contents = _contents(
            _HI,
            Turn("assistant", (ToolCall(id="toolu:1", name="f", arguments='{"a": 1.0}', state=_OWN),)),
            Turn("user", (ToolResult(call_id="toolu:1", content=(Text(text="ok"),)),)),
        )
        (call,), (result,) = contents[1]["parts"], contents[2]["parts"]

        assert call["functionCall"]["args"] == {"a": 1.0}
        assert call["thoughtSignature"] == "c2ln"
        assert result["functionResponse"]["name"] == "f"
        assert result["functionResponse"]["id"] == call["functionCall"]["id"]

    def test_an_id_that_comes_again_is_the_last_ones(self) -> None:
        """Some clients count their calls anew in every turn."""
        result = Turn("user", (ToolResult(call_id="0", content=(Text(text="r"),)),))
        first, second = (Turn("assistant", (ToolCall(id="0", name=name),)) for name in "fg")
        contents = _contents(_HI, first, result, second, result)

        assert [contents[at]["parts"][0]["functionResponse"]["name"] for at in (2, 4)] == ["f", "g"]

    def test_older_models_know_no_ids(self) -> None:
        """They go by name and order."""
        contents = _contents(_HI, Turn("assistant", (ToolCall(id="1", name="f"),)), model=_OLD)

        assert contents[1]["parts"] == [{"functionCall": {"name": "f", "args": {}}}]

    @pytest.mark.parametrize(
        ("content", "failed", "response"),
        [
            ("ok", False, {"result": "ok"}),
            ("", False, {"result": ""}),
            ("[1]", False, {"result": "[1]"}),
            ('{"a":1}', False, {"a": 1}),
            ('{"result":1}', False, {"result": {"result": 1}}),
            ('{"error":"x"}', False, {"result": {"error": "x"}}),
            ("no", True, {"error": "no"}),
        ],
    )
    def test_a_response_is_an_object(self, content: str, failed: bool, response: Json) -> None:  # noqa: FBT001
        """Words are wrapped."""
        result = ToolResult(call_id="1", name="f", content=(Text(text=content),), failed=failed)

        assert _pieces(result)[0]["functionResponse"]["response"] == response

    @pytest.mark.parametrize(
        ("arguments", "args"), [("", {}), ("[1]", {"input": "[1]"}), ('{"a', {"input": '{"a'})]
    )
    def test_arguments_are_an_object(self, arguments: str, args: Json) -> None:
        """Whatever another model once wrote."""
        contents = _contents(_HI, Turn("assistant", (ToolCall(id="1", name="f", arguments=arguments),)))

        assert contents[1]["parts"][0]["functionCall"]["args"] == args

    def test_calls_of_others_have_a_stand_in_for_a_signature(self) -> None:
        """Only the first of each step, and only since the user last spoke."""
        call = Turn("assistant", (Text(text="so"), ToolCall(id="1", name="f"), ToolCall(id="2", name="f")))
        results = Turn("user", tuple(ToolResult(call_id=n, content=(Text(text="r"),)) for n in "12"))
        contents = _contents(_HI, call, results, _HI, call, results, call)
        signed = [["thoughtSignature" in piece for piece in content["parts"]] for content in contents]

        assert signed[1] == [False, False, False]
        assert signed[3] == signed[5] == [False, True, False]
        assert contents[3]["parts"][1]["thoughtSignature"] == "skip_thought_signature_validator"

    def test_signatures_of_its_own_are_kept(self) -> None:
        """And the calls beside it need none."""
        calls = (ToolCall(id="1", name="f", state=_OWN), ToolCall(id="2", name="f"))
        pieces = _contents(_HI, Turn("assistant", calls))[1]["parts"]

        assert [piece.get("thoughtSignature") for piece in pieces] == ["c2ln", None]

    def test_older_models_need_none(self) -> None:
        """They never check."""
        pieces = _contents(_HI, Turn("assistant", (ToolCall(id="1", name="f", state=_FOREIGN),)), model=_OLD)

        assert "thoughtSignature" not in pieces[1]["parts"][0]


class TestParts:
    @pytest.mark.parametrize(
        ("part", "pieces"),
        [
            (Text(text=""), []),
            (Text(text="", state=_OWN), [{"text": "", "thoughtSignature": "c2ln"}]),
            (Text(text="a", state=_FOREIGN), [{"text": "a"}]),
            (Refusal(text="no"), [{"text": "no"}]),
            (Reasoning(text="hm"), []),
            (Reasoning(text="hm", state=_OWN), [{"text": "hm", "thought": True, "thoughtSignature": "c2ln"}]),
            (
                Image(source=Source(data="AAAA", media_type="image/png")),
                [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}],
            ),
            (
                Image(source=Source(url="https://x.org/a.png")),
                [{"fileData": {"mimeType": "image/png", "fileUri": "https://x.org/a.png"}}],
            ),
            (
                Image(source=Source(url="https://x.org/a")),
                [{"fileData": {"mimeType": "image/jpeg", "fileUri": "https://x.org/a"}}],
            ),
            (
                Audio(source=Source(data="AAAA"), format="mp3"),
                [{"inlineData": {"mimeType": "audio/mpeg", "data": "AAAA"}}],
            ),
            (Audio(source=Source(), id="a1", transcript="said"), [{"text": "said"}]),
            (
                Video(source=Source(url="https://youtu.be/x")),
                [{"fileData": {"fileUri": "https://youtu.be/x"}}],
            ),
            (
                File(source=Source(url="https://x.org/a")),
                [{"fileData": {"mimeType": "application/pdf", "fileUri": "https://x.org/a"}}],
            ),
            (File(source=Source(text="words"), context="about"), [{"text": "about"}, {"text": "words"}]),
            (
                File(source=Source(file_id="files/a")),
                [{"fileData": {"mimeType": "application/pdf", "fileUri": "files/a"}}],
            ),
            (
                Opaque(origin="gemini", kind="executableCode", value={"code": "1"}),
                [{"executableCode": {"code": "1"}}],
            ),
            (Opaque(origin="anthropic", kind="x", value={}), []),
        ],
    )
    def test_each_kind(self, part: Part, pieces: list[Json]) -> None:
        """What Gemini cannot be told is left out."""
        assert _pieces(part) == pieces

    @pytest.mark.parametrize(
        "source", [Source(file_id="file-1"), Source()], ids=["a foreign file", "nothing"]
    )
    def test_what_cannot_be_given_is_refused(self, source: Source) -> None:
        """A file that another provider keeps."""
        with pytest.raises(InvalidRequest):
            _pieces(Image(source=source))


_FUNCTION = Tool(kind="function", name="f", description="d", schema={"type": "object"}, strict=True)


class TestTools:
    def test_functions_hosted_and_free_text(self) -> None:
        """Schemas go up as JSON Schema; a tool for free text has one member."""
        request = _request(
            tools=(
                _FUNCTION,
                Tool(kind="custom", name="c", grammar={}),
                Tool(kind="function", name="1 odd name"),
                Tool(kind="hosted", name="web_search", origin="anthropic", native={"type": "x"}),
                Tool(kind="hosted", name="x", origin="gemini", native={"somethingNew": {"a": 1}}),
            )
        )
        out = _write(request)
        declared, *hosted = json.loads(out.body)["tools"]
        functions = declared["functionDeclarations"]

        assert functions[0] == {"name": "f", "description": "d", "parametersJsonSchema": {"type": "object"}}
        assert functions[1]["parametersJsonSchema"]["required"] == ["input"]
        assert out.plan.tool_names == {functions[2]["name"]: "1 odd name"}
        assert out.plan.custom_tools == {"c"}
        assert hosted == [{"googleSearch": {}}, {"somethingNew": {"a": 1}}]
        assert json.loads(out.body)["toolConfig"] == {"includeServerSideToolInvocations": True}

    def test_a_hosted_tool_without_its_like_is_refused(self) -> None:
        """By its name."""
        with pytest.raises(InvalidRequest, match="file_search"):
            _write(_request(tools=(Tool(kind="hosted", name="file_search", origin="openai_responses"),)))

    @pytest.mark.parametrize(
        ("choice", "calling"),
        [
            (ToolChoice("auto"), {"mode": "AUTO"}),
            (ToolChoice("none"), {"mode": "NONE"}),
            (ToolChoice("required"), {"mode": "ANY"}),
            (ToolChoice("named", ("f",)), {"mode": "ANY", "allowedFunctionNames": ["f"]}),
            (ToolChoice("required", ("f",)), {"mode": "ANY", "allowedFunctionNames": ["f"]}),
            (ToolChoice("auto", ("f",)), {"mode": "VALIDATED", "allowedFunctionNames": ["f"]}),
        ],
    )
    def test_the_choice(self, choice: ToolChoice, calling: Json) -> None:
        """In Gemini's modes."""
        config = _body(_request(tools=(_FUNCTION,), tool_choice=choice))["toolConfig"]

        assert config == {"functionCallingConfig": calling}

    def test_a_choice_of_what_is_not_there_is_left_out(self) -> None:
        """Gemini refuses one without functions."""
        assert "toolConfig" not in _body(_request(tool_choice=ToolChoice("auto")))
