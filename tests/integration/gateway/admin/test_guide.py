"""What the operator guide says of the admin API is what there is."""

from pathlib import Path

from oblivious.channels.judge import Fault
from oblivious.channels.left_out import Why
from tests.integration.gateway.admin.desk import described
from tests.unit.markdown_tables import table_of, words

OPERATOR = (Path(__file__).parents[4] / "docs/operator-guide.md").read_text()
PASSED_OVER = {"ok", "full", "taken", "waited"}


def test_every_resource_is_listed() -> None:
    """Each path of the API is in the table, or below one that is."""
    listed = [word for row in table_of(OPERATOR, "path", "what it is") for word in words(row["path"])]
    missing = [path for path in described()["paths"] if path.startswith("/api/v1/")]
    for path in listed:
        known = path.replace("{id}", "{channel_id}")
        missing = [other for other in missing if other != known and not other.startswith(f"{known}/")]

    assert missing == []


def test_every_reason_of_an_explanation_is_listed() -> None:
    """And no other."""
    rows = table_of(OPERATOR, "why", "what keeps the channel from the request")

    assert sorted(word for row in rows for word in words(row["why"])) == sorted(Why)


def test_every_outcome_of_a_trace_is_listed() -> None:
    """The classes of failures, and why nobody was asked."""
    rows = table_of(OPERATOR, "outcome in a trace", "what it means")

    assert {word for row in rows for word in words(row["outcome in a trace"])} == {*Fault, *PASSED_OVER}
