"""A change of the tables that is killed leaves the old tables or the new ones, never anything between (F13).

Each run begins with the tables of some versions, on each database; make faults with those of every version on both.
"""

import os
import random
import re
import signal
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event, inspect, text

from docctl.adapters import database as tables
from docctl.adapters import table_layout
from tests.checks.faults import crew
from tests.conftest import ROOM
from tests.factories.databases import address_of, copy_library, drop_database, new_database
from tests.factories.library import HOME

pytestmark = pytest.mark.both_databases
KILLS = int(os.environ.get("MIGRATION_KILLS", "2"))
_REVISION = re.compile(r"""^revision = ["'](\w+)""", re.MULTILINE)
VERSIONS = sorted(_REVISION.findall(path.read_text())[0] for path in (HOME / "migrations" / "versions").glob("*.py"))
Schema = tuple[str | None, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]]


def _lay_out_to(engine: Engine, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    with tables.changing_tables(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _lay_out_all(engine: Engine) -> None:
    with tables.changing_tables(engine) as connection:
        table_layout.lay_out(connection, HOME / "migrations")


def _killed_at(address: str, statement: int) -> None:
    """Bring the tables to the newest schema, and be killed at a statement; the last one is the commit."""
    engine = tables.open_database(address)
    done = 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", count)
    event.listen(engine, "commit", count)
    _lay_out_all(engine)


def _schema(engine: Engine) -> Schema:
    found = inspect(engine)
    names = sorted(found.get_table_names())
    with engine.connect() as connection:
        noted = "alembic_version" in names
        version = connection.scalar(text("SELECT version_num FROM alembic_version")) if noted else None
    described = tuple(
        (
            name,
            tuple(sorted(str(column["name"]) for column in found.get_columns(name))),
            tuple(sorted(str(index["name"]) for index in found.get_indexes(name))),
        )
        for name in names
    )
    return version, described


def _statements(address: str) -> tuple[Schema, Schema, int]:
    """Return the tables before and after, and how many statements lie between."""
    engine = tables.open_database(address)
    old, counted = _schema(engine), []
    event.listen(engine, "after_cursor_execute", lambda *_: counted.append(1))
    event.listen(engine, "commit", lambda *_: counted.append(1))
    _lay_out_all(engine)
    many = len(counted)
    new = _schema(engine)
    engine.dispose()
    return old, new, many


@pytest.mark.drawn("database", more=5)
@pytest.mark.parametrize("start", [None, *VERSIONS[:-1]])
def test_killed_between_any_two_statements_the_tables_are_the_old_or_the_new(
    database: str, tmp_path: Path, pytestconfig: pytest.Config, start: str | None
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    new_database(before, database, pytestconfig.stash[ROOM])
    engine = tables.open_database(address_of(before))
    if start:
        _lay_out_to(engine, start)
    engine.dispose()
    made = [before]

    def make(name: str) -> str:
        made.append(tmp_path / name)
        copy_library(before, made[-1])
        return address_of(made[-1])

    old, new, statements = _statements(make("whole"))
    assert (old[0], new[0]) == (start, VERSIONS[-1])
    points = {1, statements, *random.Random(start).sample(range(1, statements + 1), KILLS)}
    for point in sorted(points):
        address = make(f"killed-{point}")
        assert crew.run(_killed_at, address, point) == -signal.SIGKILL
        engine = tables.open_database(address)
        assert _schema(engine) in (old, new), f"killed at statement {point} of {statements}"
        _lay_out_all(engine)
        assert _schema(engine) == new
        engine.dispose()
    for data in made:
        drop_database(data)
