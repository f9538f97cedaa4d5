import re

import pytest

from oblivious.adapters.dialects.anthropic.translate.names import legal_name


class TestLegalName:
    @pytest.mark.parametrize("name", ["f", "get_weather-2", "a" * 64])
    def test_a_name_that_is_taken_stays(self, name: str) -> None:
        """Most are."""
        assert legal_name(name) == name

    @pytest.mark.parametrize("name", ["", "a.b", "wetter_für", "a" * 65, "a b\n"])
    def test_another_becomes_always_the_same_legal_one(self, name: str) -> None:
        """And no two become one."""
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", legal_name(name))
        assert legal_name(name) == legal_name(name) != legal_name(f"{name}x")
