"""The base of every table: one metadata, whose constraint names are the same on every database."""

from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """What a model with `table=True` derives from; a primary key that counts is a `BigKey`."""

    if TYPE_CHECKING:
        # SQLModel declares an attribute that computes the name; our tables say it.
        __tablename__: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride]


metadata = Table.metadata
