import pytest

from oblivious.adapters.embeddings.tasks import task_named


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("RETRIEVAL_QUERY", "query"),
        ("search_document", "document"),
        ("passage", "document"),
        ("document", "document"),
        ("CODE_RETRIEVAL_QUERY", "code_query"),
        ("something new", ""),
    ],
)
def test_a_task_is_known_by_every_vendors_name(name: str, task: str) -> None:
    """In whatever case."""
    assert task_named(name) == task
