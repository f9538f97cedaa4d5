import json

import pytest

from oblivious.adapters.members import NotAnObject, NotJson, apply, has_repeats, members_of, replaced


class TestMembersOf:
    def test_values_keep_their_bytes(self) -> None:
        """What nobody reads is not decoded."""
        assert bytes(members_of(b'{"a": [1, 2.50], "b":null}')["a"]) == b"[1, 2.50]"

    @pytest.mark.parametrize(
        "text",
        [b"", b"nope", b'{"a":1', b'{"a":1}x', b'{"\xff":1}', b'{"a":' * 100_000, b"\xef\xbb\xbf{}"],
        ids=["empty", "word", "cut", "tail", "not UTF-8", "deep", "BOM"],
    )
    def test_what_is_no_json_is_told(self, text: bytes) -> None:
        """Every way of not being JSON is one error."""
        with pytest.raises(NotJson):
            members_of(text)

    @pytest.mark.parametrize("text", [b"[]", b'"a"', b"1", b"null", b"[" * 100_000])
    def test_what_is_no_object_is_told_apart(self, text: bytes) -> None:
        """JSON of another kind is another error."""
        with pytest.raises(NotAnObject):
            members_of(text)


class TestHasRepeats:
    @pytest.mark.parametrize(
        "text",
        [
            b"{}",
            b"{          }",
            b'{"a":1}',
            b'{"a":1,"b":{"a":2,"a":3}}',
            b'  {  "a"  :  1  ,  "b"  :  "x,\\"y\\":1"  }  ',
            b'{"a\\u0062":1,   "ac":2}',
            json.dumps({"model": "m", "messages": [{"a": 1}], "n": 12}, indent=4).encode(),
            '{"ключ":1, "ключи":2,     "Ж":3}'.encode(),
        ],
    )
    def test_different_names_pass(self, text: bytes) -> None:
        """However the text is laid out, and whatever lies deeper."""
        assert not has_repeats(text, members_of(text))

    @pytest.mark.parametrize(
        "text",
        [
            b'{"a":1,"a":1}',
            b'{"a":12,"a":1}',
            b'{"a":1,"a":12}',
            b'{"a":1,"b":2,"a":3}',
            b'{"a":"x","\\u0061":"x"}',
            b'{ "a" : 1 , "b" : 2 , "a" : 3 }',
            b'{"":0,"":0}',
            b'{"a":"    ,","b":1,"a":"x"}',
        ],
    )
    def test_a_name_given_twice_is_found(self, text: bytes) -> None:
        """Also where it is spelled with escapes, or hides in white space."""
        assert has_repeats(text, members_of(text))


class TestReplaced:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (b'{"a":1,"model":"x","z":[ 1 ]}', b'{"a":1,"model":"y","z":[ 1 ]}'),
            (b'{ "model" : "x" , "a" : 1.0 }', b'{ "model" : "y" , "a" : 1.0 }'),
            (b'{"a":{"model":"x"},"model":null}', b'{"a":{"model":"x"},"model":"y"}'),
            (b'{"m\\u006fdel":"x"}', b'{"m\\u006fdel":"y"}'),
            (b'{"a":1}', b'{"a":1,"model":"y"}'),
            (b"{}", b'{"model":"y"}'),
            (b'{"a":1 }\n', b'{"a":1 ,"model":"y"}\n'),
        ],
        ids=["compact", "spaced", "nested", "escaped", "added", "alone", "tail kept"],
    )
    def test_nothing_but_the_member_changes(self, text: bytes, expected: bytes) -> None:
        """Order, white space and neighbours stay byte for byte."""
        assert apply(text, [replaced(text, members_of(text), "model", b'"y"')]) == expected
