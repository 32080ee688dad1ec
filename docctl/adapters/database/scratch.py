"""A place for the tables of another copy of a library, on the same database, that is taken away again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, ProgrammingError

from docctl.adapters.database.connections import POSTGRESQL, as_refusal
from docctl.domain.errors import InvalidInputError

SCHEMA = "docctl_rehearsal"
_CLEAR, _MAKE = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}"


@contextmanager
def scratch(engine: Engine, folder: Path) -> Iterator[str]:
    """Give the address of a database of the same kind that is empty: a file in a folder, or a schema of PostgreSQL.

    A schema goes again at the end, and what an earlier one left that was killed at the beginning.
    """
    if engine.dialect.name != POSTGRESQL:
        yield f"sqlite:///{folder / 'docctl.db'}"
        return
    _order(engine, _CLEAR, _MAKE)
    try:
        there = engine.url.update_query_dict({"options": f"-csearch_path={SCHEMA}"})
        yield there.render_as_string(hide_password=False)
    finally:
        _order(engine, _CLEAR)


def _order(engine: Engine, *orders: str) -> None:
    try:
        with engine.begin() as connection:
            for order in orders:
                connection.exec_driver_sql(order)
    except ProgrammingError as error:
        raise InvalidInputError(
            "The account of docctl may not make a schema in its database, where a backup is tried out; let the "
            "database belong to that account, or GRANT CREATE ON DATABASE to it."
        ) from error
    except DatabaseError as error:
        raise as_refusal(error) from error
