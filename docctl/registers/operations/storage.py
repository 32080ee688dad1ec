"""The storage report: what takes room in the data folder, and what of it may be cleared."""

from dataclasses import dataclass
from pathlib import Path

from docctl import tools
from docctl.domain.operations.packing_note import PACKING_NOTE, PackingNote

LIBRARY = "library.git"
PACKED, LOOSE, REST = "library, packed", "library, loose", "library, references"
LIBRARY_KINDS = (PACKED, LOOSE, REST)
# What each kind holds, the names in the data folder that belong to it, and what may be done about it.
KINDS = (
    ("database", ("docctl.db", "docctl.db-journal", "docctl.db-wal", "docctl.db-shm"), "Kept."),
    ("keys", ("keys", "secret_key"), "Kept; back them up apart."),
    ("templates", ("templates",), "Kept."),
    ("search index", ("index",), "May be deleted; it is built again."),
    ("cache", ("cache",), "May be deleted; it is built again."),
    ("uploads not confirmed", ("staging", "uploads"), "“docctl storage clear” removes what is old."),
    ("packing", ("packing", "packing.gone"), "Of a packing that goes on or was cut off; the next one removes it."),
    ("backups of upgrades", ("backups",), "May be deleted where a newer backup is kept elsewhere."),
    ("rehearsal of recovery", ("rehearsal",), "The next “docctl drill” removes it."),
    ("set apart as damaged", ("quarantine",), "May be deleted after it was looked at."),
)
OTHER = ("other", "Locks and notes of docctl, or not of docctl.")


@dataclass(frozen=True)
class StorageLine:
    """A kind of files: how many there are, how many bytes of the disk they take, and what may be done about them."""

    kind: str
    files: int
    size: int
    advice: str


def storage_report(data: Path) -> list[StorageLine]:
    """Return what takes room in a data folder by kind, what takes most first."""
    taken = tools.data_folder.room_taken(data)
    known = {LIBRARY, *(name for _, names, _ in KINDS for name in names)}
    named = [(kind, [taken[name] for name in names if name in taken], advice) for kind, names, advice in KINDS]
    others = (OTHER[0], [room for name, room in taken.items() if name not in known], OTHER[1])
    lines = [
        StorageLine(kind, sum(room.files for room in rooms), sum(room.size for room in rooms), advice)
        for kind, rooms, advice in (*named, others)
        if rooms
    ]
    lines += _library(data, taken[LIBRARY]) if LIBRARY in taken else []
    return sorted(lines, key=lambda line: -line.size)


def _library(data: Path, taken: tools.data_folder.Room) -> list[StorageLine]:
    """Return what the Git library takes: what is packed, what is loose, and the rest."""
    git, folder = tools.git_library, data / LIBRARY
    note = PackingNote.from_text((data / PACKING_NOTE).read_text()) if (data / PACKING_NOTE).is_file() else None
    packs, (count, size) = git.packs_in(folder), git.loose_room(folder)
    files, packed = 2 * len(packs), sum(each.size for each in packs)
    objects = sum(each.objects for each in packs)
    swept = f" {len(note.swept):,} objects that nothing led to were swept." if note and note.swept else ""
    last = f"; last packed {note.packed_at[:16].replace('T', ' ')} UTC" if note and note.packed_at else ""
    return [
        StorageLine(
            PACKED, files, packed, f"{objects:,} objects in {len(packs)} packs{last}. Only disposal takes from it."
        ),
        StorageLine(LOOSE, count, size, f"“docctl serve” packs it, or “docctl storage pack”.{swept}"),
        StorageLine(REST, taken.files - files - count, taken.size - packed - size, "Kept."),
    ]
