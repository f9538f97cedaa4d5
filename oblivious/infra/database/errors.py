"""How a database that is out of reach shows itself."""

from asyncpg import PostgresConnectionError
from asyncpg.exceptions import CannotConnectNowError
from sqlalchemy.exc import SQLAlchemyError

DATABASE_LOST: tuple[type[Exception], ...] = (
    SQLAlchemyError,
    # The driver's own, while a connection is being made: nobody translates them.
    OSError,
    TimeoutError,
    PostgresConnectionError,
    CannotConnectNowError,
)
