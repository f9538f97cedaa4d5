import pytest

from oblivious.infra.crypto import Secrets
from oblivious.infra.database.installation import ForeignSecret, check_secret, claim
from oblivious.infra.database.sessions import Sessions, reading, writing

FIRST, SECOND = "the first secret", "the second secret"


async def claimed(maker: Sessions, secrets: Secrets) -> None:
    async with writing(maker) as session:
        await claim(session, secrets)


async def checked(maker: Sessions, secrets: Secrets) -> None:
    async with reading(maker) as session:
        await check_secret(session, secrets)


class TestClaim:
    async def test_the_first_secret_binds_the_database(self, maker: Sessions) -> None:
        """The same one may come again, and passes the check."""
        await claimed(maker, Secrets(FIRST))
        await claimed(maker, Secrets(FIRST))

        await checked(maker, Secrets(FIRST))

    async def test_another_secret_is_refused(self, maker: Sessions) -> None:
        """With it no provider key could be read; the error says which setting to mend."""
        await claimed(maker, Secrets(FIRST))

        with pytest.raises(ForeignSecret, match="OBLIVIOUS_SECRET_KEY"):
            await claimed(maker, Secrets(SECOND))
        with pytest.raises(ForeignSecret, match="OBLIVIOUS_SECRET_KEY"):
            await checked(maker, Secrets(SECOND))

    async def test_a_secret_takes_over_from_one_that_it_retires(self, maker: Sessions) -> None:
        """From then on the old one alone is refused."""
        await claimed(maker, Secrets(FIRST))
        await claimed(maker, Secrets(SECOND, retired=[FIRST]))

        await checked(maker, Secrets(SECOND))
        with pytest.raises(ForeignSecret):
            await checked(maker, Secrets(FIRST))


class TestCheckSecret:
    async def test_a_database_that_nobody_claimed_is_refused(self, maker: Sessions) -> None:
        """Migrating comes first."""
        with pytest.raises(ForeignSecret, match="oblivious migrate"):
            await checked(maker, Secrets(FIRST))
