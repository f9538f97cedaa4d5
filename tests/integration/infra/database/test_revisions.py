import asyncio

from oblivious.infra.database.revisions import Topic, bump, read_revisions
from oblivious.infra.database.sessions import Sessions, reading, writing


class TestBump:
    async def test_each_bump_counts_its_topics_once(self, maker: Sessions) -> None:
        """Topics that nobody bumped are at 0."""
        for _ in range(2):
            async with writing(maker) as session:
                await bump(session, Topic.KEYS, Topic.GROUPS)

        async with reading(maker) as session:
            assert await read_revisions(session) == {
                Topic.KEYS: 2,
                Topic.GROUPS: 2,
                Topic.ACCOUNTS: 0,
                Topic.CHANNELS: 0,
                Topic.PRICES: 0,
            }

    async def test_writers_in_any_order_never_block_each_other_for_ever(self, maker: Sessions) -> None:
        """Rows are locked in one order whatever the arguments' is."""

        async def write(*topics: Topic) -> None:
            async with writing(maker) as session:
                await bump(session, *topics)

        orders = [(Topic.KEYS, Topic.PRICES), (Topic.PRICES, Topic.KEYS)] * 10
        await asyncio.gather(*(write(*order) for order in orders))

        async with reading(maker) as session:
            numbers = await read_revisions(session)
        assert numbers[Topic.KEYS] == numbers[Topic.PRICES] == 20
