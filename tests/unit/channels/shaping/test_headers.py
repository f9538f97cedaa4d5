from typing import Any

import pytest

from oblivious.adapters.dialects.face import Headers
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.headers import shape_headers

SENT: Headers = [(b"user-agent", b"sdk"), (b"content-type", b"application/json")]
CLIENT = {
    b"authorization": b"Bearer sk-caller",
    b"cookie": b"a=b",
    b"host": b"here",
    b"user-agent": b"sdk",
    b"x-api-key": b"sk-caller",
    b"x-forwarded-for": b"192.0.2.1",
    b"x-oblivious-channel": b"first",
    b"x-stainless-lang": b"python",
    b"x-session-token": b"abc",
    b"x-team": b"red",
    b"x-team-lead": b"ada",
}


def shaped(given: dict[str, Any], **facts: Any) -> Headers:
    headers, _ = shape_headers(read_shaping(given), Facts(headers=CLIENT, **facts), SENT)
    return [header for header in headers if header not in SENT]


def test_a_header_is_set_with_what_is_known_of_the_request() -> None:
    given = {"headers": {"X-Title": "{model} for {group}"}}

    assert shaped(given, model="gpt", group="vip") == [(b"x-title", b"gpt for vip")]


def test_one_that_goes_up_anyway_is_replaced() -> None:
    headers, applied = shape_headers(read_shaping({"headers": {"User-Agent": "ours"}}), Facts(), SENT)

    assert headers == [SENT[1], (b"user-agent", b"ours")]
    assert applied == [Applied("headers", "set", "user-agent")]


def test_an_empty_one_is_taken_away() -> None:
    shaping = read_shaping({"headers": {"user-agent": "", "x-none": ""}})

    assert shape_headers(shaping, Facts(), SENT) == (
        [SENT[1]],
        [Applied("headers", "deleted", "user-agent")],
    )


@pytest.mark.parametrize(
    ("template", "facts"),
    [
        ("{header:x-missing}", {}),
        ("{model}", {"model": "a\r\nx-evil: 1"}),
        ("{model}", {"model": "a\x00"}),
        ("{model}", {"model": "x" * 9_000}),
    ],
    ids=["absent", "line", "zero", "long"],
)
def test_a_value_that_no_header_can_have_leaves_everything_as_it_was(
    template: str, facts: dict[str, Any]
) -> None:
    given = read_shaping({"headers": {"user-agent": template}})

    assert shape_headers(given, Facts(**facts), SENT) == (SENT, [])


def test_bytes_of_the_client_go_up_as_they_came() -> None:
    shaping = read_shaping({"headers": {"x-a": "é{header:x-odd}"}})

    headers, _ = shape_headers(shaping, Facts(headers={b"x-odd": b"\xff"}), [])

    assert headers == [(b"x-a", "é".encode() + b"\xff")]


@pytest.mark.parametrize(
    ("names", "passed"),
    [
        (["x-team"], [b"x-team"]),
        (["X-Team*"], [b"x-team", b"x-team-lead"]),
        (["x-team-*"], [b"x-team-lead"]),
        (["x-*"], [b"x-team", b"x-team-lead"]),
        (["x-forwarded-for", "x-session-token"], [b"x-forwarded-for", b"x-session-token"]),
        (["ho*", "coo*", "auth*"], []),
        (["user-agent"], []),
        ([], []),
    ],
    ids=str,
)
def test_headers_of_the_client_pass_by_name_and_secrets_by_none(
    names: list[str], passed: list[bytes]
) -> None:
    assert [name for name, _ in shaped({"pass_headers": names})] == passed


def test_organisation_and_project_are_openais_headers() -> None:
    assert shaped({"organisation": "org-1", "project": "proj_1"}) == [
        (b"openai-organization", b"org-1"),
        (b"openai-project", b"proj_1"),
    ]
