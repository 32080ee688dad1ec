"""The storage report: what takes room in the data folder, and what of it may be cleared."""

from dataclasses import dataclass
from pathlib import Path

from docctl import tools

# What each kind holds, the names in the data folder that belong to it, and what may be done about it.
KINDS = (
    ("library", ("library.git",), "Kept for ever; only disposal takes from it."),
    ("database", ("docctl.db", "docctl.db-journal", "docctl.db-wal", "docctl.db-shm"), "Kept."),
    ("keys", ("keys", "secret_key"), "Kept; back them up apart."),
    ("templates", ("templates",), "Kept."),
    ("search index", ("index",), "May be deleted; it is built again."),
    ("cache", ("cache",), "May be deleted; it is built again."),
    ("uploads not confirmed", ("staging", "uploads"), "“docctl storage clear” removes what is old."),
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
    known = {name for _, names, _ in KINDS for name in names}
    named = [(kind, [taken[name] for name in names if name in taken], advice) for kind, names, advice in KINDS]
    others = (OTHER[0], [room for name, room in taken.items() if name not in known], OTHER[1])
    lines = [
        StorageLine(kind, sum(room.files for room in rooms), sum(room.size for room in rooms), advice)
        for kind, rooms, advice in (*named, others)
        if rooms
    ]
    return sorted(lines, key=lambda line: -line.size)
