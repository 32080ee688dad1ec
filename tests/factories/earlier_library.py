"""A library as an earlier version of docctl left it, in either database."""

import tarfile
from pathlib import Path

from sqlalchemy import text

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.recovery.backing_up import TABLES
from docctl.recovery.manifest import BUNDLE
from docctl.recovery.restoring import read_manifest
from docctl.recovery.table_copies import read_tables
from tests.factories.databases import address_of
from tests.factories.library import HOME

EARLIER = "2026-11-22-d2350bb"


def unpack(folder: Path, archive: str = EARLIER) -> Path:
    """Unpack what was kept of an earlier version: its data folder, its backup, its keys apart."""
    with tarfile.open(HOME / "tests" / "golden" / f"{archive}.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    return folder


def lay_down_earlier(data: Path, unpacked: Path) -> None:
    """Lay the library of an earlier version down in a data folder, with the tables that it had then."""
    backup = unpacked / "backup"
    said = read_manifest(backup)
    control = DocumentControl.lay_down(data, address_of(data), keys=unpacked / "keys", schema=said.schema)
    tools.git_library.read_bundle(control.library, backup / BUNDLE)
    with control.remembering() as session:
        read_tables(session.connection(), backup / TABLES, lambda *_: None)
        tools.database.number_on(session.connection())
        session.execute(text("UPDATE users SET password_hash = ''"))  # which no event says were chosen
    control.finish()
    control.engine.dispose()
    control.library.let_go()
