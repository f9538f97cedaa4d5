"""What an installation has from the start: two groups and its first admin."""

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.contracts.caller import FAIR, STRICT
from oblivious.identity.groups import create_group, find_group
from oblivious.identity.passwords import hash_password
from oblivious.identity.tables import Role
from oblivious.identity.users import DEFAULT_GROUP, create_user, find_first_admin

GROUPS = {DEFAULT_GROUP: FAIR, "strict": STRICT}
"""Those that are there from the start, each with its policy."""


class CreateAccount(Protocol):
    """Opens an account and returns its number; accounts belong to another room."""

    async def __call__(self, session: AsyncSession, *, name: str, unlimited: bool) -> int:
        """Open an account of that name; an unlimited one is metered but never refused."""
        ...


async def ensure_defaults(
    session: AsyncSession,
    *,
    admin_email: str,
    admin_password: str | None,
    create_account: CreateAccount,
) -> None:
    """Add the groups that are missing, and an admin if there is none; what is there stays as it is.

    Without a password the admin can use the command line, and cannot sign in.

    Raises:
        ChangeRefused: the address is wrong, or a member has it.
    """
    for name, policy in GROUPS.items():
        if await find_group(session, name) is None:
            await create_group(session, name, policy=policy)
    if await find_first_admin(session) is not None:
        return
    await create_user(
        session,
        admin_email,
        account_id=await create_account(session, name=admin_email, unlimited=True),
        role=Role.ADMIN,
        password_hash=await hash_password(admin_password) if admin_password else None,
    )
