"""What vectors are for. Some models make other ones for a query than for what is to be found by it."""

QUERY = "query"
DOCUMENT = "document"
SIMILARITY = "similarity"
CLASSIFICATION = "classification"
CLUSTERING = "clustering"
QUESTION = "question_answering"
FACTS = "fact_verification"
CODE = "code_query"

TASKS = (QUERY, DOCUMENT, SIMILARITY, CLASSIFICATION, CLUSTERING, QUESTION, FACTS, CODE)

_NAMES = {
    "search_query": QUERY,
    "retrieval_query": QUERY,
    "search_document": DOCUMENT,
    "retrieval_document": DOCUMENT,
    "passage": DOCUMENT,
    "semantic_similarity": SIMILARITY,
    "code_retrieval_query": CODE,
    **{task: task for task in TASKS},
}
"""As Google, Cohere, NVIDIA and Voyage call them (their references, read 2026-11-27)."""


def task_named(name: str) -> str:
    """Return the task that a client names in some vendor's words; empty for one that nobody knows."""
    return _NAMES.get(name.lower(), "")
