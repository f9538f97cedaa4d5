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
    Source,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.gemini.endpoints import GENERATE_CONTENT
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_CLIENT
from oblivious.contracts.errors import InvalidRequest

Json = dict[str, Any]

CONFIG = {
    "temperature": 0.5,
    "topP": 0.9,
    "topK": 40,
    "maxOutputTokens": 100,
    "candidateCount": 2,
    "stopSequences": ["a", "b"],
    "seed": 7,
    "presencePenalty": 0.1,
    "frequencyPenalty": 0.2,
    "responseLogprobs": True,
    "logprobs": 3,
    "responseModalities": ["TEXT", "AUDIO"],
    "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    "responseMimeType": "application/json",
    "responseSchema": {"type": "STRING"},
    "thinkingConfig": {"thinkingLevel": "HIGH", "includeThoughts": True},
    "somethingNew": 1,
}
SAFETY = [{"category": "c", "threshold": "OFF"}]


def _read_both(body: Json | bytes, *, stream: bool = False) -> tuple[ChatRequest, ClientPlan]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return GEMINI_CLIENT.read_request(Gemini().envelope_at(GENERATE_CONTENT, text, "m", stream=stream))


def _read(**members: Any) -> ChatRequest:
    return _read_both({"contents": [{"role": "user", "parts": [{"text": "hi"}]}], **members})[0]


def _part(piece: Json) -> Part:
    request = _read(contents=[{"role": "user", "parts": [piece]}])
    return request.turns[0].parts[0]


class TestContents:
    def test_roles(self) -> None:
        """The instruction first; the user says what no role is named for, and what functions returned."""
        request = _read(
            systemInstruction={"parts": [{"text": "be kind"}]},
            contents=[
                {"parts": [{"text": "hi"}]},
                {"role": "model", "parts": [{"text": "hello"}]},
                {"role": "function", "parts": [{"text": "x"}]},
            ],
        )

        assert request.turns == (
            Turn("system", (Text(text="be kind"),)),
            Turn("user", (Text(text="hi"),)),
            Turn("assistant", (Text(text="hello"),)),
            Turn("user", (Text(text="x"),)),
        )

    def test_older_clients_write_snakes_and_objects(self) -> None:
        """As Google's own older examples do."""
        request = _read(system_instruction={"parts": {"text": "be kind"}}, contents={"parts": {"text": "hi"}})

        assert request.turns == (Turn("system", (Text(text="be kind"),)), Turn("user", (Text(text="hi"),)))

    @pytest.mark.parametrize(
        ("piece", "expected"),
        [
            ({"text": "a"}, Text(text="a")),
            ({"text": "a", "thought": True}, Reasoning(text="a", summary=True)),
            ({"text": "a", "thoughtSignature": "c2ln"}, Text(text="a", state=State("gemini", "c2ln"))),
            ({"thought_signature": "c2ln"}, Text(state=State("gemini", "c2ln"))),
            (
                {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
                Image(source=Source(data="AAAA", media_type="image/png")),
            ),
            (
                {"inlineData": {"mimeType": "image/png", "data": "-_-_AA"}},
                Image(source=Source(data="+/+/AA==", media_type="image/png")),
            ),
            (
                {"inline_data": {"mime_type": "audio/mpeg", "data": "AAAA"}},
                Audio(source=Source(data="AAAA", media_type="audio/mpeg"), format="mp3"),
            ),
            (
                {"inlineData": {"mimeType": "application/pdf", "data": "AAAA", "displayName": "a.pdf"}},
                File(source=Source(data="AAAA", media_type="application/pdf"), name="a.pdf"),
            ),
            (
                {"fileData": {"fileUri": "https://x.org/a.jpg?b=c"}},
                Image(source=Source(url="https://x.org/a.jpg?b=c")),
            ),
            ({"fileData": {"fileUri": "https://youtu.be/x"}}, Video(source=Source(url="https://youtu.be/x"))),
            (
                {"fileData": {"fileUri": "gs://b/a.mp4", "mimeType": "video/mp4"}},
                Video(source=Source(url="gs://b/a.mp4", media_type="video/mp4")),
            ),
            (
                {
                    "fileData": {
                        "fileUri": "https://generativelanguage.googleapis.com/v1beta/files/a",
                        "mimeType": "image/png",
                    },
                    "mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"},
                },
                Image(
                    source=Source(
                        file_id="https://generativelanguage.googleapis.com/v1beta/files/a",
                        media_type="image/png",
                    ),
                    detail="low",
                ),
            ),
            (
                {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}, "thoughtSignature": "c2ln"},
                ToolCall(id="c1", name="f", arguments='{"a":1}', state=State("gemini", "c2ln")),
            ),
            (
                {"executable_code": {"language": "PYTHON", "code": "1"}},
                Opaque(origin="gemini", kind="executableCode", value={"language": "PYTHON", "code": "1"}),
            ),
            ({"newThing": {"a": 1}}, Opaque(origin="gemini", kind="newThing", value={"a": 1})),
            (
                {"functionResponse": {"id": "c1", "name": "f", "response": {"result": "ok"}}},
                ToolResult(call_id="c1", name="f", content=(Text(text="ok"),)),
            ),
            (
                {"functionResponse": {"id": "c1", "name": "f", "response": {"error": "no"}}},
                ToolResult(call_id="c1", name="f", content=(Text(text="no"),), failed=True),
            ),
            (
                {
                    "functionResponse": {
                        "id": "c1",
                        "name": "f",
                        "response": {"a": 1, "b": 2},
                        "parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}],
                    }
                },
                ToolResult(
                    call_id="c1",
                    name="f",
                    content=(
                        Text(text='{"a":1,"b":2}'),
                        Image(source=Source(data="AAAA", media_type="image/png")),
                    ),
                ),
            ),
        ],
    )
    def test_parts(self, piece: Json, expected: Part) -> None:
        """Each kind; what is unknown stays Gemini's own."""
        assert _part(piece) == expected

    def test_what_a_stream_told_in_pieces_is_joined(self) -> None:
        """A client gives the pieces back as they came; what the user says stays apart."""
        sign = {"thoughtSignature": "c2ln"}
        thought = {"thought": True}
        said = [{"text": "h", **thought}, {"text": "m", **thought}, {"text": "", **thought, **sign}]
        said += [{"text": "Hel"}, {"text": "lo"}, {"text": ""}]
        request = _read(
            contents=[{"parts": [{"text": "a"}, {"text": "b"}]}, {"role": "model", "parts": said}]
        )

        assert request.turns[0].parts == (Text(text="a"), Text(text="b"))
        assert request.turns[1].parts == (
            Reasoning(text="hm", summary=True, state=State("gemini", "c2ln")),
            Text(text="Hello"),
        )

    def test_the_state_of_others_comes_back(self) -> None:
        """It went out as base64 of what carries it."""
        wrapped = "b2IxLldfIng"

        assert _part({"text": "a", "thoughtSignature": wrapped}).state == State("gemini", wrapped)

    def test_calls_without_ids_find_their_results(self) -> None:
        """By the function's name, and in their order."""
        request = _read(
            contents=[
                {"parts": [{"text": "hi"}]},
                {"role": "model", "parts": [{"functionCall": {"name": name}} for name in ("f", "g", "f")]},
                {
                    "parts": [
                        {"functionResponse": {"name": name, "response": {"result": name}}}
                        for name in ("g", "f", "f")
                    ]
                },
            ]
        )
        calls = [part.id for part in request.turns[1].parts if isinstance(part, ToolCall)]
        results = [part.call_id for part in request.turns[2].parts if isinstance(part, ToolResult)]

        assert len(set(calls)) == 3
        assert results == [calls[1], calls[0], calls[2]]
        assert calls == ["call_1_0_f", "call_1_1_g", "call_1_2_f"]


class TestTools:
    def test_functions_and_hosted_tools(self) -> None:
        """Google's schemas become JSON Schema."""
        request = _read(
            tools=[
                {
                    "functionDeclarations": [
                        {"name": "f", "description": "d", "parameters": {"type": "OBJECT", "properties": {}}},
                        {"name": "g", "parametersJsonSchema": {"type": "object"}, "behavior": "BLOCKING"},
                        {"name": "h"},
                    ]
                },
                {"google_search": {}, "codeExecution": {}},
                {"somethingNew": {"a": 1}},
            ]
        )

        assert request.tools == (
            Tool(kind="function", name="f", description="d", schema={"type": "object", "properties": {}}),
            Tool(kind="function", name="g", schema={"type": "object"}, more={"behavior": "BLOCKING"}),
            Tool(kind="function", name="h"),
            Tool(kind="hosted", name="web_search", origin="gemini", native={"googleSearch": {}}),
            Tool(kind="hosted", name="code_execution", origin="gemini", native={"codeExecution": {}}),
            Tool(kind="hosted", name="somethingNew", origin="gemini", native={"somethingNew": {"a": 1}}),
        )

    @pytest.mark.parametrize(
        ("calling", "choice"),
        [
            ({"mode": "AUTO"}, ToolChoice("auto")),
            ({"mode": "NONE"}, ToolChoice("none")),
            ({"mode": "any"}, ToolChoice("required")),
            ({"mode": "ANY", "allowedFunctionNames": ["f"]}, ToolChoice("named", ("f",))),
            ({"mode": "ANY", "allowed_function_names": ["f", "g"]}, ToolChoice("required", ("f", "g"))),
            ({"mode": "VALIDATED", "allowedFunctionNames": ["f"]}, ToolChoice("auto", ("f",))),
            ({"mode": 2, "allowedFunctionNames": ["f"]}, ToolChoice("named", ("f",))),
            ({"mode": "NEW"}, None),
            ({"mode": 99}, None),
            ({}, None),
        ],
    )
    def test_the_choice(self, calling: Json, choice: ToolChoice | None) -> None:
        """An unknown mode is none."""
        assert _read(toolConfig={"functionCallingConfig": calling}).tool_choice == choice


class TestConfig:
    def test_everything_it_can_say(self) -> None:
        """In its own words, to the neutral ones."""
        request = _read(
            generationConfig=CONFIG,
            safetySettings=SAFETY,
            serviceTier="FLEX",
            labels={"a": "b"},
            store=False,
            cachedContent="cachedContents/1",
        )

        assert request == ChatRequest(
            origin="gemini",
            model="m",
            turns=(Turn("user", (Text(text="hi"),)),),
            temperature=0.5,
            top_p=0.9,
            top_k=40,
            max_output_tokens=100,
            n=2,
            stop=("a", "b"),
            seed=7,
            presence_penalty=0.1,
            frequency_penalty=0.2,
            logprobs=3,
            modalities=("text", "audio"),
            voice={"voice": "Kore"},
            format=Format("json_schema", {"type": "string"}),
            thinking=Thinking(effort="high", shown="auto"),
            safety=SAFETY,
            service_tier="flex",
            metadata={"a": "b"},
            store=False,
            extra={
                "cachedContent": msgspec.Raw(b'"cachedContents/1"'),
                "generationConfig.somethingNew": msgspec.Raw(b"1"),
            },
        )

    @pytest.mark.parametrize(
        ("config", "member", "expected"),
        [
            ({"response_mime_type": "application/json"}, "format", Format("json_object")),
            (
                {"responseMimeType": "application/json", "responseJsonSchema": {"type": "object"}},
                "format",
                Format("json_schema", {"type": "object"}),
            ),
            ({"thinkingConfig": {"thinkingBudget": 0}}, "thinking", Thinking(budget=0)),
            (
                {"thinking_config": {"thinking_budget": -1, "include_thoughts": False}},
                "thinking",
                Thinking(budget=-1, shown="omitted"),
            ),
            ({"thinkingConfig": {"thinkingLevel": "THINKING_LEVEL_UNSPECIFIED"}}, "thinking", Thinking()),
            (
                {
                    "responseFormat": [
                        {"text": {"mimeType": "APPLICATION_JSON", "schema": {"type": "object"}}}
                    ]
                },
                "format",
                Format("json_schema", {"type": "object"}),
            ),
            ({"speechConfig": {"voiceConfig": {"voice": "Kore"}}}, "voice", {"voice": "Kore"}),
            ({"responseModalities": [1, 3]}, "modalities", ("text", "audio")),
            ({"responseLogprobs": True}, "logprobs", 0),
            ({"logprobs": 3}, "logprobs", None),
            (
                {"speechConfig": {"multiSpeakerVoiceConfig": {}}},
                "voice",
                {"gemini": {"multiSpeakerVoiceConfig": {}}},
            ),
        ],
    )
    def test_one_by_one(self, config: Json, member: str, expected: object) -> None:
        """What needs more than another name."""
        assert getattr(_read(generationConfig=config), member) == expected

    def test_the_plan(self) -> None:
        """A stream of Gemini's always tells its usage."""
        request, plan = _read_both({"contents": [{"parts": [{"text": "hi"}]}]}, stream=True)

        assert request.stream
        assert plan.wants_usage
        assert plan.request is request


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("members", "param"),
        [
            ({"contents": [7]}, "contents[0]"),
            ({"contents": [{"role": "owner", "parts": []}]}, "contents[0].role"),
            ({"contents": [{"parts": [{"text": 7}]}]}, "contents[0].parts[0].text"),
            ({"contents": [{"parts": [{"inlineData": {}}]}]}, "contents[0].parts[0].inlineData.data"),
            (
                {"contents": [{"parts": [{"functionCall": {"args": []}}]}]},
                "contents[0].parts[0].functionCall.args",
            ),
            ({"tools": 7}, "tools"),
            ({"tools": [{"functionDeclarations": [{}]}]}, "tools[0].functionDeclarations[0].name"),
            ({"generationConfig": {"temperature": "hot"}}, "generationConfig.temperature"),
            (
                {"generationConfig": {"responseMimeType": "text/x.enum", "responseSchema": {"enum": ["a"]}}},
                "generationConfig.responseMimeType",
            ),
            ({"generationConfig": {"stopSequences": [7]}}, "generationConfig.stopSequences[0]"),
            ({"generationConfig": {"thinkingConfig": []}}, "generationConfig.thinkingConfig"),
            ({"systemInstruction": 7}, "systemInstruction"),
        ],
    )
    def test_is_named(self, members: Json, param: str) -> None:
        """Where it stands."""
        with pytest.raises(InvalidRequest) as caught:
            _read(**members)

        assert caught.value.param == param

    def test_nesting_without_end(self) -> None:
        """It is the client's error, not ours."""
        deep = b'{"type":"ARRAY","items":' * 5_000 + b"{}" + b"}" * 5_000
        body = (
            b'{"contents":[{}],"tools":[{"functionDeclarations":[{"name":"f","parameters":' + deep + b"}]}]}"
        )

        with pytest.raises(InvalidRequest):
            _read_both(body)
