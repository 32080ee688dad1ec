"""Whether there is room on disk for what a backup or a rehearsal writes, before it writes anything."""

import shutil
from pathlib import Path

from sqlalchemy import text

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import DiskFullError

MEGABYTE = 1_000_000


def room_for_backup(control: DocumentControl, *, shared: bool = False) -> int:
    """Return how many bytes a backup takes at most: Git, templates, the tables, and a copy of them meanwhile.

    Of what an earlier backup on the same disk holds already, only the tables are written anew.
    """
    taken = tools.data_folder.room_taken(control.data)
    files = 0 if shared else sum(taken[name].size for name in ("library.git", "templates") if name in taken)
    return files + 2 * _size_of_tables(control)


def room_for_rehearsal(control: DocumentControl, backup: int) -> int:
    """Return how many bytes a backup of a size takes once it is restored beside the library."""
    return backup + 2 * _size_of_tables(control)


def require_room(folder: Path, needed: int, what: str) -> None:
    """Raise DiskFullError where the disk of a folder, which need not be there yet, has not so many bytes left."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed:
        raise DiskFullError(
            "There is too little room in %(place)s: %(what)s takes up to %(needed)s MB, and %(free)s MB are free; make "
            "room, or name another disk. Nothing was done.",
            place=place,
            what=what,
            needed=f"{needed / MEGABYTE:,.0f}",
            free=f"{free / MEGABYTE:,.0f}",
        )


def _size_of_tables(control: DocumentControl) -> int:
    with control.engine.connect() as connection:
        if control.engine.dialect.name != "sqlite":
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        pages, size = (connection.scalar(text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
        return int(pages) * int(size)
