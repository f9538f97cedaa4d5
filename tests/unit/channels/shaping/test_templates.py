import pytest

from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.templates import filled, template_of

FACTS = Facts(
    model="gpt",
    upstream_model="gpt-2026",
    exchange_id="e1",
    attempt_id="e1-1",
    user_id=7,
    group="vip",
    channel="first",
    client="192.0.2.1",
    headers={b"x-team": b"red", b"x-odd": b"\xff"},
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{model} {upstream_model}", "gpt gpt-2026"),
        ("{exchange_id}/{attempt_id}", "e1/e1-1"),
        ("user {user_id} of {group}", "user 7 of vip"),
        ("{channel}{client}", "first192.0.2.1"),
        ("{header:X-Team}", "red"),
        ("{header:x-odd}", "\udcff"),
        ("{{model}}", "{model}"),
        ("{{{model}}}", "{gpt}"),
        ('{{"a": {{}}}}', '{"a": {}}'),
        ("{header:x-missing}", None),
        ("a {header:x-missing} b", None),
    ],
)
def test_placeholders_are_filled_in(template: str, text: str | None) -> None:
    assert filled(template, FACTS) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{", "single brace"),
        ("a } b", "single brace"),
        ("{model", "single brace"),
        ("{}", "no placeholder {}"),
        ("{key}", "no placeholder {key}: there are model"),
        ("{header:authorization}", "never goes up"),
        ("{header:X-Api-Key}", "never goes up"),
        ("{header:cookie}", "never goes up"),
        ("{header:}", "no name of a header"),
        ("{header:a b}", "no name of a header"),
    ],
)
def test_what_is_no_template_is_said_to_be_none(template: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        template_of(template)
