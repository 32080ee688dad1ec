"""Backing up while people work: the tables of one instant, then what they name in Git, then a signed list of it all."""

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Select, null, select, text

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.lost_objects import lost_objects
from docctl.domain.documents.stored_file import sha256
from docctl.domain.errors import InvalidInputError, LibraryMismatchError
from docctl.domain.issued_files.rendition import issue_tags
from docctl.domain.trail.events.operations import LibraryBackedUp
from docctl.machine.crash_point import crash_point
from docctl.machine.durable_files import sync_folder, write_durably
from docctl.recovery.manifest import (
    FORMAT,
    IN_SEVERAL_BUNDLES,
    MANIFEST,
    NAMESPACE,
    SIGNATURE,
    WITH_LOSSES,
    ListedFile,
    Manifest,
    control_sum,
)
from docctl.recovery.room import require_room, room_for_backup
from docctl.recovery.table_copies import one_instant, write_tables
from docctl.recovery.taking_over import Earlier, write_git
from docctl.registers.integrity.finding import Progress
from docctl.version import version

TABLES, TEMPLATES = "tables", "templates"
PART, GONE = ".part", ".gone"
BACKUPS = "backups"
"""The one place in a data folder for backups: an upgrade puts its own there, until the operator clears it."""
LEDGER, LIBRARY = "refs/heads/ledger", "refs/heads/library"


@dataclass(frozen=True)
class Backup:
    """What a backup holds: up to which event, how large it is and by how much it grew, the fingerprint of its list."""

    folder: Path
    seq: int
    chain: str
    size: int
    manifest: str
    added: int

    @property
    def event(self) -> LibraryBackedUp:
        """What the audit trail says of it."""
        return LibraryBackedUp(up_to=self.seq, up_to_chain=self.chain, size=self.size, manifest=self.manifest)


def silent(step: str, done: int, of: int) -> None:
    """Tell nobody how far it has come."""


def back_up(
    control: DocumentControl,
    folder: Path,
    *,
    keys_folder: Path | None = None,
    earlier: Earlier | None = None,
    progress: Progress = silent,
) -> Backup:
    """Write a backup into a folder that is not there yet, and record that.

    What an earlier one holds already is shared with it. Keys are not in it; they go to a folder of their own, to be
    kept apart.
    """
    made = copy_library(control, folder, earlier, progress)
    if keys_folder is not None:
        copy_keys(control, keys_folder)
    with control.deciding(None) as decision:
        decision.record(made.event, made.folder.name)
    return made


def copy_library(
    control: DocumentControl, folder: Path, earlier: Earlier | None = None, progress: Progress = silent
) -> Backup:  # fmt: skip
    """Write a backup of a library in whatever schema it is; it has its name only once it is whole."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInputError(
            "There is something in %(folder)s already; name a folder that is not there yet.", folder=folder
        )
    data = control.data.resolve()
    if folder.resolve().is_relative_to(data) and folder.resolve().parent != data / BACKUPS:
        raise InvalidInputError(
            "%(folder)s lies in the library's own folder and would be lost with it, so nothing was backed up; name a "
            "folder elsewhere, best on another disk.",
            folder=folder,
        )
    with control.reading() as session:
        # What is signed by any other key is restored by nobody.
        control.keys.key(control.ledger_keys(session).current)
    require_room(folder, room_for_backup(control, shared=earlier is not None), "a backup")
    part = folder.with_name(folder.name + PART)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    crash_point("backup begun")
    try:
        made = _fill(control, part, earlier, progress)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(folder.parent)
    crash_point("backup finished")
    added = sum(each.size for name, each in made.files.items() if (folder / name).stat().st_nlink == 1)
    return Backup(folder, made.seq, made.chain, made.size, sha256(made.text), added)


def _fill(control: DocumentControl, part: Path, earlier: Earlier | None, progress: Progress) -> Manifest:
    """Write all files of a backup and the signed list of them; return the list."""
    unlisted = _copy(control, part, earlier, progress)
    crash_point("backup copied")
    made = replace(unlisted, files=_listed(part, earlier, progress))
    if made.format == FORMAT and len(made.bundles) > 1:
        made = replace(made, format=IN_SEVERAL_BUNDLES)
    write_durably(part / MANIFEST, made.text)
    write_durably(part / SIGNATURE, (control.signing_key.sign(made.text, NAMESPACE) + "\n").encode())
    crash_point("backup listed")
    return made


def backups_in(folder: Path) -> list[Path]:
    """Return the whole backups in a folder, the oldest first; the folder itself where it is one."""
    if (folder / MANIFEST).is_file():
        return [folder]
    found = [path.parent for path in folder.glob(f"*/{MANIFEST}") if path.parent.suffix not in (PART, GONE)]
    return sorted(found, key=_made_at)


def _made_at(backup: Path) -> str:
    try:
        return str(json.loads((backup / MANIFEST).read_bytes())["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def copy_keys(control: DocumentControl, folder: Path) -> None:
    """Copy all keys and the secret of sessions to a folder of their own, readable by their owner only.

    A key that is there already and is another one is kept, because older backups need it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    tools.signing_key.KeyFolder(folder).keep_present(unless=control.signing_key.public_line)
    for source in (*sorted((control.data / "keys").iterdir()), control.data / "secret_key"):
        if source.is_file():
            write_durably(folder / source.name, source.read_bytes())


def _copy(control: DocumentControl, part: Path, earlier: Earlier | None, progress: Progress) -> Manifest:
    """Copy tables, then Git, then templates; return what the backup says about itself, before its files are listed."""
    (part / TABLES).mkdir()
    with one_instant(control, part) as connection:
        head = connection.execute(text("SELECT seq, chain, ledger_commit FROM chain_head")).one()
        refs = _refs(control, connection, head.seq, head.ledger_commit)
        organisation = connection.execute(text("SELECT name FROM organisation")).scalar_one()
        lost = lost_objects(connection)
        schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        write_tables(connection, part / TABLES, progress)
    progress("Copying Git", 0, 1)
    try:
        write_git(control, part, refs, earlier, lost)
    except LibraryMismatchError as error:
        raise LibraryMismatchError(
            "Git does not hold all that the database names, so no backup was made; run docctl verify. %(error)s",
            error=error,
        ) from error
    progress("Copying Git", 1, 1)
    shutil.copytree(control.templates, part / TEMPLATES)
    return Manifest(
        format=WITH_LOSSES if lost.objects else FORMAT,
        organisation=organisation,
        made_at=control.now().isoformat(),
        program=version(),
        schema=schema,
        seq=head.seq,
        chain=head.chain,
        ledger_commit=head.ledger_commit,
        key=control.signing_key.public_line,
        files={},
    )


def _refs(control: DocumentControl, connection: Connection, seq: int, ledger_commit: str) -> dict[str, str]:
    """Return where every reference belongs at that instant, wherever followers have got to."""
    branches = connection.execute(text("SELECT number, tip_commit FROM documents WHERE tip_commit <> ''"))
    refs = {f"refs/heads/documents/{number}": commit for number, commit in branches}
    for number, revision, newest, earlier in connection.execute(_issues(connection)):
        refs |= issue_tags(number, revision, newest, earlier or [])
    snapshot = _snapshot(control, seq)
    return {LEDGER: ledger_commit, **refs, **({LIBRARY: snapshot} if snapshot else {})}


def _issues(connection: Connection) -> Select[Any]:
    """Ask for every revision that was issued; tables of earlier versions do not know of earlier issues."""
    found = MetaData()
    found.reflect(connection, only=("documents", "revisions"))
    documents, revisions = found.tables["documents"], found.tables["revisions"]
    earlier = revisions.c.get("earlier_issues", null())
    columns = (documents.c.number, revisions.c.number, revisions.c.issued_commit, earlier)
    joined = select(*columns).join_from(documents, revisions, documents.c.id == revisions.c.document_id)
    return joined.where(revisions.c.issued_commit != "")


def _snapshot(control: DocumentControl, seq: int) -> str:
    """Return the newest readable snapshot that knows of no event after the one named."""
    tip = control.library.resolve([LIBRARY]).get(LIBRARY, "")
    for commit in control.library.line(tip):
        lines = control.library.read(commit).decode(errors="replace").splitlines()
        if any(line.startswith("Seq: ") and int(line.removeprefix("Seq: ")) <= seq for line in lines):
            return commit
    return ""


def _listed(folder: Path, earlier: Earlier | None, progress: Progress) -> dict[str, ListedFile]:
    """Make every file durable, and return its fingerprint and size by its path; one as before is shared on disk."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = {}
    for done, path in enumerate(paths, start=1):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        name = str(path.relative_to(folder))
        listed[name] = ListedFile(control_sum(path), path.stat().st_size)
        if earlier is not None and earlier.said.files.get(name) == listed[name] and path.stat().st_nlink == 1:
            earlier.take_over(name, folder)
        progress("Listing files", done, len(paths))
    for each in (folder / TABLES, folder / TEMPLATES):
        sync_folder(each)
    return listed
