"""What is at hand while a file is applied."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.declared.faults import Faults
from oblivious.app.declared.file import File
from oblivious.app.declared.references import Look
from oblivious.channels.repository import Providers
from oblivious.infra.crypto import Secrets


@dataclass(frozen=True, slots=True)
class Work:
    """One application of a file.

    Attributes:
        keep: what a section does not name stays.
    """

    session: AsyncSession
    providers: Providers
    secrets: Secrets
    look: Look
    file: File
    faults: Faults
    keep: bool
