import pytest

from oblivious.contracts.errors import UnknownKey
from oblivious.gateway.routes.admin.guard import presented_key


class TestPresentedKey:
    @pytest.mark.parametrize("header", ["Bearer sk-a", "bearer sk-a", " Bearer  sk-a "])
    def test_it_is_a_bearer(self, header: str) -> None:
        """However the word is written."""
        assert presented_key(header) == "sk-a"

    @pytest.mark.parametrize("header", ["", "sk-a", "Bearer", "Bearer ", "Basic sk-a"])
    def test_nothing_else_is(self, header: str) -> None:
        """The answer says how to send one."""
        with pytest.raises(UnknownKey, match="Authorization: Bearer"):
            presented_key(header)
