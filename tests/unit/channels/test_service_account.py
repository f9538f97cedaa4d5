import json

import pytest

from oblivious.channels.service_account import compact, is_service_account, read_service_account
from tests.fakes.service_accounts import PROJECT, key_file


class TestReadServiceAccount:
    def test_what_is_kept_fits_one_line(self) -> None:
        """And what is read of that line is the same."""
        account = read_service_account(key_file())
        kept = compact(account)

        assert "\n" not in kept
        assert "auth_uri" not in kept
        assert read_service_account(kept) == account
        assert (account.project_id, account.token_uri) == (PROJECT, "https://tokens.test/token")

    def test_google_gives_the_tokens_where_the_file_does_not_say_who(self) -> None:
        """Every file says it, but nobody has to keep the line."""
        account = read_service_account(key_file(token_uri=None))  # type: ignore[arg-type] # it goes

        assert account.token_uri == "https://oauth2.googleapis.com/token"

    def test_its_key_is_not_shown(self) -> None:
        """A log line of it would be one of its key."""
        assert "PRIVATE" not in repr(read_service_account(key_file()))

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ("{", "no JSON"),
            ('{"a": "\ud800"}', "no JSON"),
            ("{}", "required field `type`"),
            (key_file(type="authorized_user"), "Invalid enum value 'authorized_user'"),
            (key_file(project_id=None), "required field `project_id`"),
            (key_file(private_key=5), "Expected `str`"),
            (key_file(private_key="secret"), "private_key is no PEM"),
            (key_file(token_uri="file:///etc/passwd"), "token_uri is no URL"),
        ],
        ids=["cut", "no text", "empty", "a person", "no project", "a number", "no PEM", "no URL"],
    )
    def test_what_is_wrong_is_told_and_shows_nothing(self, given: str, told: str) -> None:
        """An operator reads it; a key does not stand in it."""
        assert is_service_account(given)
        with pytest.raises(ValueError, match=told) as caught:
            read_service_account(given)

        assert "secret" not in str(caught.value)
        assert "BEGIN" not in str(caught.value)

    @pytest.mark.parametrize("key", ["ya29.token", "AIza-key", ""])
    def test_other_keys_are_none(self, key: str) -> None:
        """They are presented as they are."""
        assert not is_service_account(key)

    def test_a_kept_file_is_json(self) -> None:
        """Whatever reads it later."""
        assert json.loads(compact(read_service_account(key_file())))["type"] == "service_account"
