import re
from collections.abc import Callable

import pytest

from oblivious.infra.crypto import Secrets, WrongSecret, could_be_api_key, hint_of, make_api_key

FIRST, SECOND = Secrets("the first secret"), Secrets("the second secret")


class TestEncrypt:
    @pytest.mark.parametrize("text", ["", "sk-provider-key", "密钥 🔑"], ids=["empty", "ascii", "unicode"])
    def test_what_is_sealed_opens_again(self, text: str) -> None:
        """Also for an instance made anew from the same secret."""
        assert Secrets("the first secret").decrypt(FIRST.encrypt(text)) == text

    def test_the_same_text_never_looks_the_same(self) -> None:
        """Equal keys must not show as equal rows."""
        assert FIRST.encrypt("text") != FIRST.encrypt("text")

    def test_another_secret_does_not_open_it(self) -> None:
        """The error names the secret key that would."""
        with pytest.raises(WrongSecret, match=FIRST.key_id):
            SECOND.decrypt(FIRST.encrypt("text"))

    def test_a_retired_secret_still_opens_what_it_sealed(self) -> None:
        """New texts are sealed under the current one."""
        rotated = Secrets("the second secret", retired=["the first secret"])

        assert rotated.decrypt(FIRST.encrypt("old")) == "old"
        assert SECOND.decrypt(rotated.encrypt("new")) == "new"

    @pytest.mark.parametrize("damage", [lambda s: s[:-4] + "AAA=", lambda s: s[:-1] + "*", lambda s: s[:40]])
    def test_damaged_text_is_noticed(self, damage: Callable[[str], str]) -> None:
        """Nothing comes out rather than something wrong."""
        with pytest.raises(WrongSecret, match="damaged"):
            FIRST.decrypt(damage(FIRST.encrypt("text")))


class TestSecrets:
    @pytest.mark.parametrize(("secret", "retired"), [("", []), ("x", [""])], ids=["current", "retired"])
    def test_an_empty_secret_is_refused(self, secret: str, retired: list[str]) -> None:
        """It would protect nothing."""
        with pytest.raises(ValueError, match="empty"):
            Secrets(secret, retired)

    def test_the_key_id_does_not_change(self) -> None:
        """It stands in every database: a change would lock all of them out."""
        assert FIRST.key_id == Secrets("the first secret").key_id != SECOND.key_id
        assert re.fullmatch("[0-9a-f]{16}", FIRST.key_id)


class TestHashApiKey:
    def test_only_the_same_key_and_secret_give_the_same_hash(self) -> None:
        """A stolen table is of no use without the secret."""
        hashed = FIRST.hash_api_key("sk-a")

        assert hashed == FIRST.hash_api_key("sk-a")
        assert len({hashed, FIRST.hash_api_key("sk-b"), SECOND.hash_api_key("sk-a")}) == 3

    def test_hashes_under_retired_secrets_are_looked_for_too(self) -> None:
        """A rotation disables no API key."""
        rotated = Secrets("the second secret", retired=["the first secret"])

        assert rotated.hashes_of("sk-a") == (SECOND.hash_api_key("sk-a"), FIRST.hash_api_key("sk-a"))


class TestApiKeys:
    def test_a_key_is_sk_and_48_letters_and_digits(self) -> None:
        """So a double click selects all of it but the prefix's dash."""
        keys = {make_api_key() for _ in range(100)}

        assert len(keys) == 100
        assert all(re.fullmatch(r"sk-[A-Za-z0-9]{48}", key) and could_be_api_key(key) for key in keys)

    @pytest.mark.parametrize("presented", ["", "Bearer", "sk", "sk-" + "x" * 300, "sk-ключ"])
    def test_what_cannot_be_a_key_is_not_looked_up(self, presented: str) -> None:
        """Noise costs no database query."""
        assert not could_be_api_key(presented)


class TestHintOf:
    @pytest.mark.parametrize(
        ("secret", "hint"), [("sk-0123456789abcdef", "sk-0...cdef"), ("short-secret", "..."), ("", "...")]
    )
    def test_little_is_shown_of_a_long_secret_and_nothing_of_a_short_one(
        self, secret: str, hint: str
    ) -> None:
        """Eight characters of sixteen or more."""
        assert hint_of(secret) == hint
