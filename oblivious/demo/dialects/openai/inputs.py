"""The forms in which embeddings and legacy completions take their inputs."""

from typing import cast

from oblivious.demo import words

Input = str | list[str | int | list[int]]


def inputs_of(given: Input) -> list[str | list[int]]:
    """Return the single inputs: a text, texts, the tokens of one input, or those of several."""
    if isinstance(given, str):
        return [given]
    if given and all(isinstance(item, int) for item in given):
        return [cast("list[int]", given)]
    return [[item] if isinstance(item, int) else item for item in given]


def size(single: str | list[int]) -> int:
    """Return the tokens of one input."""
    return words.count(single) if isinstance(single, str) else len(single)
