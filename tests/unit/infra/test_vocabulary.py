from oblivious.infra.vocabulary import vocabulary


def test_the_tokens_are_those_of_openais_embedding_models() -> None:
    """A hundred thousand; the list is read once."""
    words = vocabulary()

    assert words is not None
    assert len(words) == 100_256
    assert (words[9906], words[1917]) == (b"Hello", b" world")
    assert vocabulary() is words
