import pytest

from oblivious.identity.passwords import hash_password, password_matches


class TestPasswords:
    async def test_only_the_password_matches_its_hash(self) -> None:
        """The hash is argon2id and shows nothing of it."""
        hashed = await hash_password("correct horse")

        assert hashed.startswith("$argon2id$")
        assert await password_matches(hashed, "correct horse")
        assert not await password_matches(hashed, "battery staple")

    @pytest.mark.parametrize("stored", [None, "", "not a hash"])
    async def test_nothing_matches_where_no_password_is(self, stored: str | None) -> None:
        """A user without one cannot sign in."""
        assert not await password_matches(stored, "")
