"""The size limits: what is measured, and what is too large."""

from pathlib import Path

import pytest

from scripts.check_sizes import Piece, Sizes, breaches, measure


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class TestMeasure:
    def test_files_and_functions_are_counted_as_they_stand(self, tmp_path: Path) -> None:
        """Docstrings and blank lines count; decorators do not; methods and nested functions do."""
        write(
            tmp_path, "oblivious/a.py", '@d\ndef f():\n    """Say."""\n\n    def g(): ...\n\n    return g\n'
        )
        sizes = measure(tmp_path)

        assert sizes.files == [Piece("oblivious/a.py", 7)]
        assert sizes.functions == [Piece("oblivious/a.py:f", 6), Piece("oblivious/a.py:g", 1)]

    def test_what_a_tool_wrote_is_left_out(self, tmp_path: Path) -> None:
        """Migrations are generated and frozen; their environment is ours."""
        write(tmp_path, "migrations/versions/one.py", "a = 1\n")
        write(tmp_path, "migrations/env.py", "a = 1\n")

        assert [piece.name for piece in measure(tmp_path).files] == ["migrations/env.py"]


FILE, FUNCTION = "oblivious/a.py", "oblivious/a.py:f"


class TestBreaches:
    @pytest.mark.parametrize(
        ("sizes", "said"),
        [
            pytest.param(Sizes([Piece(FILE, 100)], [Piece(FUNCTION, 10)]), [], id="at-the-medians"),
            pytest.param(
                Sizes([Piece("tests/a.py", 400)], [Piece("tests/a.py:f", 50)]), [], id="at-the-caps"
            ),
            pytest.param(
                Sizes([Piece("tests/a.py", 401)], []), ["tests/a.py has 401 lines, more than 400"], id="file"
            ),
            pytest.param(
                Sizes([], [Piece("bench/a.py:f", 51)]),
                ["bench/a.py:f has 51 lines, more than 50"],
                id="function",
            ),
            pytest.param(
                Sizes([Piece(FILE, 101)], [Piece(FUNCTION, 11)]),
                [
                    "the median of files in oblivious/ is 101 lines, more than 100",
                    "the median of functions in oblivious/ is 11 lines, more than 10",
                ],
                id="medians",
            ),
        ],
    )
    def test_each_is_one_sentence(self, sizes: Sizes, said: list[str]) -> None:
        """Caps hold everywhere, medians in the product."""
        assert breaches(sizes) == said
