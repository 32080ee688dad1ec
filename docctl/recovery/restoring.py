"""Restoring a backup into an empty data folder and an empty database; it may be served once all of it is verified."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from docctl import tools
from docctl.actions.trail.rotating_keys import settle
from docctl.document_control import DocumentControl
from docctl.document_control.trust import VERIFY
from docctl.domain.errors import (
    InvalidInputError,
    LibraryExistsError,
    LibraryMismatchError,
    UnsuitableSourceError,
)
from docctl.domain.trail.events.operations import LibraryRestored
from docctl.followers import library_snapshot, records
from docctl.followers.watermark import forget_watermark
from docctl.founding import clear_unfinished, lay_out, utc_now
from docctl.machine.crash_point import crash_point
from docctl.recovery.backing_up import TABLES, TEMPLATES, silent
from docctl.recovery.manifest import (
    FORMAT,
    IN_SEVERAL_BUNDLES,
    MANIFEST,
    NAMESPACE,
    SIGNATURE,
    WITH_LOSSES,
    Manifest,
    control_sum,
)
from docctl.recovery.table_copies import read_tables
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import Progress
from docctl.replay.derived_duties import derive_after
from docctl.shipped import shipped
from docctl.version import version


def restore(
    data: Path,
    database_url: str,
    backup: Path,
    keys: Path,
    *,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress = silent,
) -> tuple[DocumentControl, Manifest]:
    """Restore a backup with the keys that were kept apart; return the library and what the backup says of itself.

    The key of its time is taken, where the ledger has been signed by another one since.

    The tables of an earlier version are brought forward by the migrations, as those of a library that is opened are.
    Raises LibraryMismatchError where anything of it is not what was backed up; then nothing is left of it.
    """
    if not (keys / "ledger_key").is_file():
        raise InvalidInputError(
            "There is no ledger_key in %(keys)s; name the folder where the keys are kept apart.", keys=keys
        )
    clear_unfinished(data, database_url)
    if any((data / name).exists() for name in ("keys", "library.git", "docctl.db")):
        raise LibraryExistsError(
            "There already is a library in %(data)s; restore into a folder that is empty.", data=data
        )
    said = read_manifest(backup, progress)
    if not tools.database.knows_schema(said.schema, shipped("migrations")):
        raise UnsuitableSourceError(
            "The backup was made by docctl %(program)s with the tables of schema %(schema)s, which docctl "
            "%(version)s does not know; restore it with the version it came from, or a later one.",
            program=said.program or "of an unnamed version",
            schema=said.schema,
            version=version(),
        )
    was_there = data.exists()
    control = DocumentControl.lay_down(data, database_url, keys=keys, clock=clock, schema=said.schema)
    try:
        _restore(control, backup, said, progress)
    except BaseException:
        control.give_up()
        if not was_there and not any(data.iterdir()):
            data.rmdir()
        raise
    control.finish()
    return control, said


def read_manifest(backup: Path, progress: Progress = silent) -> Manifest:
    """Return what a backup says of itself; raise LibraryMismatchError where it is half, or a file is not as listed."""
    try:
        manifest = (backup / MANIFEST).read_bytes()
        row = dict(json.loads(manifest))
        if row["format"] not in (FORMAT, IN_SEVERAL_BUNDLES, WITH_LOSSES):
            raise UnsuitableSourceError(
                "%(backup)s was made by another version of docctl; restore it with that version.", backup=backup
            )
        there = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()} - {MANIFEST, SIGNATURE}
        said = Manifest.read(row)
        for name in sorted(there ^ said.files.keys()):
            raise LibraryMismatchError("The backup is not whole: %(name)s is missing, or was added to it.", name=name)
        for done, (name, file) in enumerate(sorted(said.files.items()), start=1):
            if control_sum(backup / name) != file.sha256:
                raise LibraryMismatchError(
                    "The backup is damaged: %(name)s is not the file that was backed up.", name=name
                )
            progress("Checking the backup", done, len(said.files))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryMismatchError(
            "%(backup)s is no whole backup: it has no readable %(manifest)s, as where its making was cut off.",
            backup=backup,
            manifest=MANIFEST,
        ) from error
    return said


def _restore(control: DocumentControl, backup: Path, said: Manifest, progress: Progress) -> None:
    control.keys.take_up(said.key)
    _require_signed(control, backup, said)
    for done, name in enumerate(said.bundles):
        progress("Restoring Git", done, len(said.bundles))
        if said.format == WITH_LOSSES:
            tools.git_library.read_bundle_as_it_is(control.library, backup / name)
        else:
            tools.git_library.read_bundle(control.library, backup / name)
    progress("Restoring Git", len(said.bundles), len(said.bundles))
    crash_point("restored Git")
    with control.remembering() as session:
        read_tables(session.connection(), backup / TABLES, progress)
        tools.database.number_on(session.connection())
    lay_out(control.engine)
    with control.remembering() as session:
        derive_after(said.schema, control, session)
    crash_point("restored tables")
    for template in sorted((backup / TEMPLATES).iterdir()):
        shutil.copyfile(template, control.templates / template.name)
    records.write_again(control)
    settle(control)
    forget_watermark(control, library_snapshot.NAME)
    report = verifying.verify(control, progress)
    if report.doubt or report.head_chain != said.chain:
        what = report.doubt or "its chain ends elsewhere than it says."
        raise LibraryMismatchError("The backup cannot be trusted, so nothing was restored: %(what)s", what=what)
    crash_point("restored and verified")
    control.trust.forget(VERIFY)
    with control.deciding(None) as decision:
        decision.record(LibraryRestored(up_to=said.seq, up_to_chain=said.chain, made_at=said.made_at), "the library")


def _require_signed(control: DocumentControl, backup: Path, said: Manifest) -> None:
    """Raise LibraryMismatchError unless the library that the keys belong to has signed the backup's list."""
    try:
        signature = (backup / SIGNATURE).read_text()
    except OSError as error:
        raise LibraryMismatchError(
            "%(backup)s carries no signature, so it is no whole backup.", backup=backup
        ) from error
    manifest = (backup / MANIFEST).read_bytes()
    if said.key != control.signing_key.public_line or not control.signing_key.accepts(manifest, signature, NAMESPACE):
        raise UnsuitableSourceError(
            "The backup was not signed with a key of the folder that was given, so it is not used; name the folder "
            "with the keys of its library, and of its time."
        )
