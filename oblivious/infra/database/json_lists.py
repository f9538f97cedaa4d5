"""Looks into lists of texts that are stored as JSON."""

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class list_holds(FunctionElement[bool]):  # noqa: N801 - it reads as the SQL function that it is
    """Whether one of the texts in a list is this one, letter by letter."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, texts: ColumnElement[list[str]] | Mapped[list[str]], text: str) -> None:
        super().__init__(texts, literal(text))


@compiles(list_holds, "postgresql")
def _on_postgresql(element: list_holds, compiler: SQLCompiler, **options: object) -> str:
    return f"jsonb_exists({compiler.process(element.clauses, **options)})"


@compiles(list_holds, "sqlite")
def _on_sqlite(element: list_holds, compiler: SQLCompiler, **options: object) -> str:
    texts, text = (compiler.process(clause, **options) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({texts}) WHERE value = {text})"  # noqa: S608 - both are compiled
