"""`oblivious channel test`: a channel is asked as the road asks it."""

import pytest

from tests.gateways.clouds import CLAUDE, DEPLOYED, EXPRESS, GEMINI, LLAMA, RESCUED, Clouds
from tests.gateways.world import ANTHROPIC_ONLY, CHAT_ONLY, GEMINI_ONLY, OPENAI_ONLY, faulty


@pytest.mark.parametrize(
    ("model", "dialects"),
    [
        (GEMINI, ["gemini"]),
        (CLAUDE, ["anthropic"]),
        (LLAMA, ["openai_chat"]),
        (EXPRESS, ["gemini"]),
        (DEPLOYED, ["openai_chat", "openai_responses"]),
        (GEMINI_ONLY, ["gemini"]),
        (ANTHROPIC_ONLY, ["anthropic"]),
        (OPENAI_ONLY, ["openai_chat", "openai_responses"]),
        (CHAT_ONLY, ["openai_chat"]),
    ],
)
async def test_it_is_asked_in_every_dialect_in_which_it_serves_the_model(
    clouds: Clouds, model: str, dialects: list[str]
) -> None:
    """With its own key, at its own address."""
    rows = await clouds.probed(model)

    assert [row["dialect"] for row in rows] == dialects
    assert [(row["ok"], row["status"], row["error"]) for row in rows] == [(True, 200, "")] * len(rows)


@pytest.mark.parametrize(
    ("model", "status", "told"),
    [
        (RESCUED, 0, "invalid_grant"),
        (faulty("status-401"), 401, "demo upstream"),
        (faulty("garbage"), 0, "HTTP"),
    ],
    ids=["an account that nobody knows", "a key that is refused", "no provider"],
)
async def test_what_is_wrong_is_told(clouds: Clouds, model: str, status: int, told: str) -> None:
    """In the words that the log would have."""
    row = (await clouds.probed(model))[0]

    assert (row["ok"], row["status"]) == (False, status)
    assert told in row["error"]
