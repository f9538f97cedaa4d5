"""Notices on their way to the operator: a log line each, and a webhook where one is set."""

from datetime import timedelta

import httpx
import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from oblivious.channels.notices import newest_notices
from oblivious.channels.tables import Notice
from oblivious.gateway.keeping.parts import Keeping
from oblivious.infra.database.sessions import reading
from oblivious.infra.database.types import utc_now

_log = structlog.get_logger(__name__)

_NEWS_FOR = timedelta(minutes=10)
_REMEMBERED_S = 3_600
_TRIES = 3
_FIRST_PAUSE_S = 1.0
_SECONDS = 10.0


class Notifying:
    """Sends every notice that is made while a gateway runs, once; whichever process claims it does."""

    def __init__(self, keeping: Keeping, *, pause_s: float = _FIRST_PAUSE_S) -> None:
        """Begin with what is new; `pause_s` is the first pause before another try."""
        self._keeping = keeping
        self._pause_s = pause_s
        self._began = utc_now()
        self._told: set[int] = set()

    async def round(self) -> None:
        """Send what is new.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        async with reading(self._keeping.tester.maker) as session:
            newest = await newest_notices(session)
        since = max(self._began, utc_now() - _NEWS_FOR)
        self._told &= {notice.id for notice in newest}
        for notice in newest:
            if notice.id not in self._told and notice.at >= since:
                ours = await self._keeping.taken(f"notice:{notice.id}", _REMEMBERED_S)
                self._told.add(notice.id)
                if ours:
                    await self._tell(notice)

    async def _tell(self, notice: Notice) -> None:
        _log.warning("notice", kind=notice.kind, subject=notice.subject, message=notice.message)
        if not self._keeping.notify_url:
            return
        try:
            await post_notice(self._keeping.notify_url, notice, pause_s=self._pause_s)
        except httpx.HTTPError as error:  # its text may hold the URL, which may hold a secret
            _log.warning("notice_not_sent", notice=notice.id, error=type(error).__name__)


async def post_notice(url: str, notice: Notice, *, pause_s: float = _FIRST_PAUSE_S) -> None:
    """Send a notice as JSON, three times at most, with a longer pause before each further try.

    Raises:
        httpx.HTTPError: nobody has taken it.
    """
    body = {
        "kind": notice.kind,
        "subject": notice.subject,
        "message": notice.message,
        "at": notice.at.isoformat(),
    }
    tries = AsyncRetrying(
        stop=stop_after_attempt(_TRIES),
        wait=wait_exponential(multiplier=pause_s),
        retry=retry_if_exception_type(httpx.HTTPError),
        reraise=True,
    )
    async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
        async for attempt in tries:
            with attempt:
                (await client.post(url, json=body)).raise_for_status()
