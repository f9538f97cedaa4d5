import pytest

from oblivious.adapters.dialects.gemini.translate.legal_names import LegalNames


class TestLegalNames:
    @pytest.mark.parametrize("name", ["f", "_f", "a.b:c-d_9", "x" * 64])
    def test_a_legal_name_stays(self, name: str) -> None:
        """Nothing has to be changed back."""
        names = LegalNames()

        assert names.upstream(name) == name
        assert not names.changed

    def test_others_become_legal_and_stay_apart(self) -> None:
        """Always the same one for the same, and the way back is kept."""
        names = LegalNames()
        odd = ["9f", "a b", "a/b", "é", "x" * 65, "x" * 66, ""]
        legal = [names.upstream(name) for name in odd]

        assert len(set(legal)) == len(odd)
        assert all(LegalNames().upstream(name) == name for name in legal)
        assert [names.changed[name] for name in legal] == odd
        assert [names.upstream(name) for name in odd] == legal
