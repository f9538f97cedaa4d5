import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.billing.tables import Account
from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import AdminKey, DisabledKey, StateLost, UnknownKey
from oblivious.identity.api_keys import create_api_key, disable_api_key
from oblivious.identity.callers import TOPICS, Callers
from oblivious.identity.groups import create_group
from oblivious.identity.tables import KeyKind, Role
from oblivious.identity.users import create_user, disable_user, get_user
from oblivious.infra.crypto import Secrets, make_api_key
from oblivious.infra.database.revisions import Topic
from oblivious.infra.database.sessions import Sessions, writing
from oblivious.infra.database.watcher import Watcher
from oblivious.infra.state.errors import StoreUnreachable

EMAIL = "user@example.test"


class Store:
    """Small values in a dict; it can be put out of reach."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.away = False

    async def get(self, key: str) -> bytes | None:
        """Return what was put."""
        if self.away:
            raise StoreUnreachable
        return self.values.get(key)

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        """Keep it."""
        if self.away:
            raise StoreUnreachable
        self.values[key] = value


class House:
    """An installation with one key, and any number of workers that resolve it."""

    def __init__(self, engine: AsyncEngine, maker: Sessions, secrets: Secrets) -> None:
        self.maker = maker
        self.secrets = secrets
        self.store = Store()
        self.reads = 0
        self.key = ""
        event.listen(engine.sync_engine, "before_cursor_execute", self._count)

    def _count(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.reads += "FROM api_keys" in statement

    async def add_key(self) -> None:
        """Make the key, in a strict group, with limits everywhere."""
        async with writing(self.maker) as session:
            account = Account(name=EMAIL, overdraft_nano_usd=7, rpm=1, tpm=2, concurrency=3)
            session.add(account)
            await create_group(session, "careful", policy="strict", ratio="1.5", calls_per_choice=True)
            await session.flush()
            assert account.id is not None
            user = await create_user(session, EMAIL, account_id=account.id, group="careful")
            made = await create_api_key(
                session, self.secrets, user_id=user.id, name="k", rpm=4, tpm=5, concurrency=6
            )
        self.key = made.key

    def worker(self) -> tuple[Callers, Watcher]:
        """Return what a worker knows callers by, and what tells it of changes."""
        callers, watcher = Callers(self.maker, self.secrets, self.store), Watcher(self.maker)
        watcher.subscribe(TOPICS, callers.on_change)
        return callers, watcher


@pytest.fixture
async def house(empty: AsyncEngine, maker: Sessions, secrets: Secrets) -> AsyncIterator[House]:
    made = House(empty, maker, secrets)
    await made.add_key()
    yield made
    event.remove(empty.sync_engine, "before_cursor_execute", made._count)


class TestResolve:
    async def test_one_row_tells_everything(self, house: House) -> None:
        """Key, user, group and account together."""
        callers, _ = house.worker()

        assert await callers.resolve(house.key) == Caller(
            key_id=1,
            key_name="k",
            user_id=1,
            account_id=1,
            group="careful",
            policy="strict",
            ratio="1.5",
            calls_per_choice=True,
            overdraft_nano_usd=7,
            rpm=4,
            tpm=5,
            concurrency=6,
            account_rpm=1,
            account_tpm=2,
            account_concurrency=3,
        )

    async def test_then_memory_knows(self, house: House) -> None:
        """Nobody is asked a second time; bytes do as well as text."""
        callers, _ = house.worker()
        assert callers.lookup(house.key) is None

        caller = await callers.resolve(house.key)
        await callers.resolve(house.key)

        assert callers.lookup(house.key) is caller
        assert await callers.resolve(house.key.encode()) == caller
        assert house.reads == 1

    async def test_another_worker_asks_the_state_store(self, house: House) -> None:
        """One database read serves all workers."""
        await house.worker()[0].resolve(house.key)

        assert (await house.worker()[0].resolve(house.key)).key_name == "k"
        assert house.reads == 1

    async def test_the_database_does_without_a_state_store(self, house: House) -> None:
        """Authentication outlives a lost Redis."""
        house.store.away = True

        assert (await house.worker()[0].resolve(house.key)).key_name == "k"

    @pytest.mark.parametrize("stored", [b"{}", b"garbage"])
    async def test_what_another_version_stored_is_read_anew(self, house: House, stored: bytes) -> None:
        """A rolling upgrade locks nobody out."""
        house.store.values[f"caller:{house.secrets.hash_api_key(house.key)}"] = stored

        assert (await house.worker()[0].resolve(house.key)).key_name == "k"

    async def test_a_hundred_at_once_ask_once(self, house: House) -> None:
        """Also if the first of them hangs up."""
        callers, _ = house.worker()
        waiting = [asyncio.create_task(callers.resolve(house.key)) for _ in range(100)]
        await asyncio.sleep(0)
        waiting[0].cancel()

        answers = await asyncio.gather(*waiting, return_exceptions=True)

        assert isinstance(answers[0], asyncio.CancelledError)
        assert all(isinstance(answer, Caller) for answer in answers[1:])
        assert house.reads == 1

    async def test_a_key_of_a_retired_secret_is_still_known(self, house: House) -> None:
        """A rotation of the secret disables nobody."""
        house.secrets = Secrets("a new secret", retired=["the secret key of a test"])

        assert (await house.worker()[0].resolve(house.key)).key_name == "k"


class TestRefusals:
    async def test_an_unknown_key_is_asked_for_once_in_a_while(self, house: House) -> None:
        """A client that repeats itself costs nothing."""
        callers, _ = house.worker()
        stranger = make_api_key()
        for _ in range(3):
            with pytest.raises(UnknownKey):
                await callers.resolve(stranger)

        assert house.reads == 1

    async def test_noise_is_not_asked_for_at_all(self, house: House) -> None:
        """What cannot be a key of ours needs no database."""
        with pytest.raises(UnknownKey):
            await house.worker()[0].resolve("dummy")

        assert house.reads == 0

    @pytest.mark.parametrize("what", ["key", "user"])
    async def test_a_switched_off_key_says_so(self, house: House, what: str) -> None:
        """So does every key of a switched off user."""
        async with writing(house.maker) as session:
            await (disable_api_key(session, 1) if what == "key" else disable_user(session, EMAIL))

        callers, _ = house.worker()
        for _ in range(2):
            with pytest.raises(DisabledKey):
                await callers.resolve(house.key)
        assert callers.lookup(house.key) is None

    async def test_an_admin_key_is_for_the_admin_api(self, house: House) -> None:
        """The words say where it works; nothing of it is remembered as a caller."""
        async with writing(house.maker) as session:
            user = await get_user(session, EMAIL)
            user.role = Role.ADMIN
            made = await create_api_key(
                session, house.secrets, user_id=user.id, name="admin", kind=KeyKind.ADMIN
            )

        callers, _ = house.worker()
        for _ in range(2):
            with pytest.raises(AdminKey, match="/api/v1"):
                await callers.resolve(made.key)
        assert callers.lookup(made.key) is None
        assert (await callers.resolve(house.key)).admin


class TestWithoutADatabase:
    async def test_memory_goes_on_and_strangers_are_asked_to_come_again(self, house: House) -> None:
        """Nobody is told that a good key is bad."""
        callers, _ = house.worker()
        await callers.resolve(house.key)
        async with writing(house.maker) as session:
            await session.execute(text("ALTER TABLE api_keys RENAME TO hidden"))

        assert (await callers.resolve(house.key)).key_name == "k"
        with pytest.raises(StateLost):
            await callers.resolve(make_api_key())


class TestOnChange:
    async def test_a_disabled_key_is_refused_by_every_worker_after_its_poll(self, house: House) -> None:
        """Neither memory nor the state store keeps it alive."""
        workers = [house.worker(), house.worker()]
        for callers, watcher in workers:
            await watcher.poll()
            await callers.resolve(house.key)

        async with writing(house.maker) as session:
            await disable_api_key(session, 1)
        for callers, watcher in workers:
            await watcher.poll()
            with pytest.raises(DisabledKey):
                await callers.resolve(house.key)

    async def test_what_was_read_before_a_change_is_not_remembered_after_it(self, house: House) -> None:
        """The change came while the row was on its way: it may be used once, and is then forgotten."""
        callers, _ = house.worker()
        flight = asyncio.create_task(callers.resolve(house.key))
        await asyncio.sleep(0)
        await callers.on_change(Topic.KEYS, 99)

        assert (await flight).key_name == "k"
        assert callers.lookup(house.key) is None

    async def test_a_new_key_works_at_once_though_it_was_unknown_before(self, house: House) -> None:
        """A change forgets refusals, too."""
        callers, watcher = house.worker()
        await watcher.poll()
        with pytest.raises(UnknownKey):
            await callers.resolve(stranger := make_api_key())

        async with writing(house.maker) as session:
            made = await create_api_key(session, house.secrets, user_id=1, name="new")
        await watcher.poll()

        assert (await callers.resolve(made.key)).key_name == "new"
        with pytest.raises(UnknownKey):
            await callers.resolve(stranger)
