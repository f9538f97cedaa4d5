from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.identity.api_keys import create_api_key, disable_api_key, enable_api_key, list_api_keys
from oblivious.identity.defaults import ensure_defaults
from oblivious.identity.groups import create_group, edit_group, get_group, list_groups
from oblivious.identity.passwords import password_matches
from oblivious.identity.tables import KeyKind, Role
from oblivious.identity.users import (
    create_user,
    disable_user,
    enable_user,
    find_first_admin,
    get_user,
    list_users,
)
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, writing

ADMIN = "Admin@Example.test"


class Accounts:
    """Opens accounts that are numbers only, and remembers which."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, bool]] = []

    async def __call__(self, session: AsyncSession, *, name: str, unlimited: bool) -> int:
        """Open one."""
        self.opened.append((name, unlimited))
        return len(self.opened)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
async def session(maker: Sessions, accounts: Accounts) -> AsyncIterator[AsyncSession]:
    """A writing session of an installation with its defaults."""
    async with writing(maker) as session:
        await ensure_defaults(session, admin_email=ADMIN, admin_password="pass", create_account=accounts)
        yield session


class TestEnsureDefaults:
    async def test_groups_and_the_first_admin_are_there(
        self, session: AsyncSession, accounts: Accounts
    ) -> None:
        """The admin's account is unlimited, and its password its own."""
        assert [(group.name, group.policy) for group in await list_groups(session)] == [
            ("default", "fair"),
            ("strict", "strict"),
        ]
        admin = await find_first_admin(session)
        assert admin is not None
        assert (admin.email, admin.role, admin.account_id) == ("admin@example.test", Role.ADMIN, 1)
        assert await password_matches(admin.password_hash, "pass")
        assert accounts.opened == [(ADMIN, True)]

    async def test_again_it_adds_nothing_and_changes_nothing(
        self, session: AsyncSession, accounts: Accounts
    ) -> None:
        """Not even for another address: there is an admin."""
        strict = await get_group(session, "strict")
        strict.ratio = "2"
        await ensure_defaults(
            session, admin_email="other@example.test", admin_password=None, create_account=accounts
        )

        assert [user.email for user in await list_users(session)] == ["admin@example.test"]
        assert (await get_group(session, "strict")).ratio == "2"
        assert len(accounts.opened) == 1


class TestCreateGroup:
    @pytest.mark.parametrize(
        ("parts", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "default"}, "name"),
            ({"policy": "generous"}, "policy"),
            ({"ratio": "much"}, "ratio"),
            ({"ratio": "-1"}, "ratio"),
            ({"ratio": "NaN"}, "ratio"),
            ({"ratio": "1e-999999"}, "ratio"),
        ],
        ids=str,
    )
    async def test_what_makes_no_sense_is_refused_by_name(
        self, session: AsyncSession, parts: dict[str, Any], field: str
    ) -> None:
        """The error names the field."""
        with pytest.raises(ChangeRefused) as caught:
            await create_group(session, **{"name": "new", **parts})

        assert caught.value.field == field


class TestEditGroup:
    async def test_what_is_given_changes(self, session: AsyncSession) -> None:
        """The rest stays as it is."""
        await create_group(session, "vip", ratio="2")
        await edit_group(session, "vip", policy="strict", calls_per_choice=True)
        edited = await edit_group(session, "vip", ratio="3")

        assert (edited.policy, edited.ratio, edited.calls_per_choice) == ("strict", "3", True)
        assert not (await edit_group(session, "vip", calls_per_choice=False)).calls_per_choice

    @pytest.mark.parametrize(
        ("name", "parts", "field"),
        [
            ("vip", {"policy": "generous"}, "policy"),
            ("vip", {"ratio": "-1"}, "ratio"),
            ("nobody", {"ratio": "1"}, "group"),
        ],
        ids=["policy", "ratio", "who"],
    )
    async def test_what_makes_no_sense_is_refused_by_name(
        self, session: AsyncSession, name: str, parts: dict[str, Any], field: str
    ) -> None:
        """The error names the field."""
        await create_group(session, "vip")
        with pytest.raises(ChangeRefused) as caught:
            await edit_group(session, name, **parts)

        assert caught.value.field == field


class TestCreateUser:
    async def test_an_address_is_one_whatever_its_case(self, session: AsyncSession) -> None:
        """Nobody can be there twice."""
        user = await create_user(session, " Some@One.test", account_id=2)

        assert (await get_user(session, "SOME@one.TEST ")).id == user.id
        with pytest.raises(AlreadyThere):
            await create_user(session, "some@one.test", account_id=3)

    @pytest.mark.parametrize("email", ["", "nobody", "a@", "@b", "a b@c", "a@b@c", "x" * 260 + "@b.c"])
    async def test_what_is_no_address_is_refused(self, session: AsyncSession, email: str) -> None:
        """The error names the field."""
        with pytest.raises(ChangeRefused, match="email"):
            await create_user(session, email, account_id=2)

    async def test_its_group_must_be_there(self, session: AsyncSession) -> None:
        """It is named in the error."""
        with pytest.raises(NoSuch, match="vip"):
            await create_user(session, "a@b.test", account_id=2, group="vip")


class TestApiKeys:
    async def test_a_key_is_shown_once_and_stored_as_its_hash(
        self, session: AsyncSession, secrets: Secrets
    ) -> None:
        """The row holds a hint and which secret key hashed it."""
        made = await create_api_key(session, secrets, user_id=1, name="k", rpm=60)
        (row,) = await list_api_keys(session, user_id=1)

        assert row.hash == secrets.hash_api_key(made.key)
        assert (row.hash_key_id, row.rpm, row.disabled) == (secrets.key_id, 60, False)
        assert made.key not in str(row)
        assert row.hint.endswith(made.key[-4:])

    @pytest.mark.parametrize(
        ("parts", "field"),
        [
            ({"name": ""}, "name"),
            ({"rpm": -1}, "rpm"),
            ({"tpm": 2**40}, "tpm"),
            ({"concurrency": -5}, "concurrency"),
        ],
        ids=str,
    )
    async def test_what_makes_no_sense_is_refused_by_name(
        self, session: AsyncSession, secrets: Secrets, parts: dict[str, object], field: str
    ) -> None:
        """The error names the field."""
        with pytest.raises(ChangeRefused) as caught:
            await create_api_key(session, secrets, **{"user_id": 1, "name": "k", **parts})  # type: ignore[arg-type] # a table of mistakes

        assert caught.value.field == field

    async def test_admin_keys_are_for_admins(self, session: AsyncSession, secrets: Secrets) -> None:
        """A member gets none."""
        member = await create_user(session, "a@b.test", account_id=2)
        made = await create_api_key(session, secrets, user_id=1, name="k", kind=KeyKind.ADMIN)
        assert made.row.kind == KeyKind.ADMIN
        with pytest.raises(ChangeRefused, match="admin"):
            await create_api_key(session, secrets, user_id=member.id, name="k", kind=KeyKind.ADMIN)

    async def test_keys_are_listed_by_user_or_all(self, session: AsyncSession, secrets: Secrets) -> None:
        """The oldest first."""
        other = await create_user(session, "a@b.test", account_id=2)
        first = await create_api_key(session, secrets, user_id=other.id, name="first")
        second = await create_api_key(session, secrets, user_id=1, name="second")

        assert await list_api_keys(session) == [first.row, second.row]
        assert await list_api_keys(session, user_id=1) == [second.row]


class TestSwitches:
    async def test_keys_and_users_go_off_and_on(self, session: AsyncSession, secrets: Secrets) -> None:
        """Each way round."""
        made = await create_api_key(session, secrets, user_id=1, name="k")

        assert (await disable_api_key(session, made.row.id)).disabled
        assert not (await enable_api_key(session, made.row.id)).disabled
        assert (await disable_user(session, ADMIN)).disabled
        assert not (await enable_user(session, ADMIN)).disabled

    async def test_what_is_not_there_is_said_so(self, session: AsyncSession) -> None:
        """For keys and users alike."""
        with pytest.raises(NoSuch):
            await disable_api_key(session, 404)
        with pytest.raises(NoSuch):
            await disable_user(session, "nobody@example.test")


class TestRevisions:
    async def test_every_write_moves_its_topic(self, session: AsyncSession, secrets: Secrets) -> None:
        """Else a running server would not hear of it."""

        async def numbers() -> tuple[int, int]:
            found = await read_revisions(session)
            return found[Topic.KEYS], found[Topic.GROUPS]

        keys, groups = await numbers()
        made = await create_api_key(session, secrets, user_id=1, name="k")
        await disable_api_key(session, made.row.id)
        await enable_api_key(session, made.row.id)
        await disable_user(session, ADMIN)
        await enable_user(session, ADMIN)
        await create_user(session, "a@b.test", account_id=2)
        assert await numbers() == (keys + 6, groups)

        await create_group(session, "vip")
        assert await numbers() == (keys + 6, groups + 1)
        await edit_group(session, "vip", ratio="2")
        assert await numbers() == (keys + 6, groups + 2)
