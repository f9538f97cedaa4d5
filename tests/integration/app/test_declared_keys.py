"""Which keys are the same after a file was applied, and what becomes of what was made by hand."""

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.keys import add_channel_key, list_channel_keys, switch_off_key
from oblivious.channels.repository import drain_channel, get_channel
from oblivious.channels.wanted_key import WantedKey
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions, reading, writing
from tests.integration.app.declared_house import (
    FIRST,
    HEAD,
    DeclaredHouse,
    add_by_hand,
    keys_of,
)


class TestKeys:
    async def test_a_new_secret_is_the_same_key(self, house: DeclaredHouse) -> None:
        """It keeps its number, and is on again although its provider had refused the old one."""
        await house.apply(HEAD + FIRST)
        before = await keys_of(house, "main")
        async with writing(house.maker) as session:
            await switch_off_key(session, before[0].id, "revoked")
        assert await house.apply(HEAD + FIRST) == []
        assert (await keys_of(house, "main"))[0].off_reason == "revoked"

        house.stored["env:FIRST_KEY"] = "sk-renewed-0123456789"
        await house.apply(HEAD + FIRST)

        after = await keys_of(house, "main")
        assert [key.id for key in after] == [key.id for key in before]
        assert (after[0].off_reason, house.secrets.decrypt(after[0].secret)) == ("", "sk-renewed-0123456789")

    async def test_one_that_was_added_by_hand_gets_a_reference(self, house: DeclaredHouse) -> None:
        """The same secret is the same key; what it made at its provider stays within reach."""
        await add_by_hand(
            house, "main", "sk-other-0123456789", "sk-first-0123456789", models=["fast", "slow"]
        )
        by_hand = (await keys_of(house, "main"))[1]

        await house.apply(HEAD + FIRST)

        first, second = await keys_of(house, "main")
        assert (first.id, first.source, second.source) == (by_hand.id, "env:FIRST_KEY", "file:second.key")

    async def test_names_states_and_pools_change(self, house: DeclaredHouse) -> None:
        """A reference that gets a name is the same key, too."""
        await house.apply(HEAD + "pools: {p: {}}\n" + FIRST)
        ids = [key.id for key in await keys_of(house, "main")]

        more = "{name: a, pool: p, state: off, secret: {env: FIRST_KEY}}"
        told = await house.apply(HEAD + FIRST.replace("{secret: {env: FIRST_KEY}}", more))

        assert len(told) == 2  # by what it was called, and by what it is called
        changed = (await keys_of(house, "main"))[0]
        assert (changed.name, changed.pool, changed.disabled) == ("a", "p", True)
        assert [key.id for key in await keys_of(house, "main")] == ids

    async def test_a_lost_secret_is_sealed_anew(self, house: DeclaredHouse, maker: Sessions) -> None:
        """Nobody has the old secret key any more; the references are all that is needed."""
        await house.apply(HEAD + FIRST)
        moved = DeclaredHouse(maker, Secrets("another secret key"))

        assert len(await moved.apply(HEAD + FIRST)) == 2
        assert [moved.secrets.decrypt(key.secret) for key in await keys_of(moved, "main")] == [
            "sk-first-0123456789",
            "sk-second-0123456789",
        ]


class TestByHand:
    async def test_whatever_is_there_is_exported_as_a_file_that_changes_nothing(
        self, house: DeclaredHouse
    ) -> None:
        """Keys without a name, alike or off; a proxy with a password; a drain; names of nobody."""
        await add_by_hand(
            house, "odd", "sk-same-0123456789", "sk-same-0123456789", "short", "brief", groups=["nobody"]
        )
        await add_by_hand(
            house, "linked", link={"proxy": "http://user:secret@10.0.0.1:3128", "verify": False}
        )
        async with writing(house.maker) as session:
            await drain_channel(session, "odd")
            channel = await get_channel(session, "odd")
            entry = PROVIDERS["openai"]
            for name in ("a", "a"):
                wanted = WantedKey(name=name)
                await add_channel_key(session, house.secrets, channel, entry, "sk-a-012345678", wanted=wanted)
            await switch_off_key(session, (await list_channel_keys(session, channel))[0].id, "revoked")
        export = await house.export()

        assert await house.apply(export) == []
        assert await house.export() == export
        assert "secret@" not in export
        assert "{'kept'" not in export
        async with reading(house.maker) as session:
            assert (await get_channel(session, "odd")).draining

    async def test_kept_secrets_stay_when_the_rest_changes(self, house: DeclaredHouse) -> None:
        """Of a key and of a link."""
        await add_by_hand(house, "main", "sk-same-0123456789", link={"proxy": "http://u:secret@10.0.0.1:1"})
        export = await house.export()
        sealed = [key.secret for key in await keys_of(house, "main")]

        told = await house.apply(export.replace("  keys:", "    verify: false\n  keys:"))

        assert told == ["~ channels main: link.verify: nothing -> false"]
        assert [key.secret for key in await keys_of(house, "main")] == sealed
