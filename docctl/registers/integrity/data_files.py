"""Checks what in the data folder is neither table nor object of Git: keys, settings, templates, the secret."""

import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from io import BytesIO
from itertools import groupby
from os.path import dirname
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.stored_file import sha256
from docctl.domain.documents.word_template import is_file_name
from docctl.domain.trail.ledger_keys import LedgerKey, LedgerKeys
from docctl.registers.integrity.finding import FETCH, KEYS, NOT_OURS, Finding, broken, noted, repairable, unproven

RULE = "files"
HEAD_BACK = "git -C library.git symbolic-ref HEAD refs/heads/library, and take away what does not belong there"
SETTINGS_BACK = "Take it out of library.git/config, unless you wrote it there yourself"
INDEX_BACK = (
    "git -C library.git index-pack objects/pack/{name}.pack, with docctl stopped, makes its index anew where the pack "
    "is whole; else take its files elsewhere; then verify again"
)
TEMPLATE_BACK = "Put it back from a backup, or give its document type another one"
KEY_BACK = "Delete it; the audit trail names the former keys"
_PRIVATE_KEY = r"-----BEGIN OPENSSH PRIVATE KEY-----\n[\w+/=\n]+\n-----END OPENSSH PRIVATE KEY-----\n?"
_END = b"PK\5\6"
_FOUND_WHOLE: set[str] = set()  # by their fingerprints: the same bytes need not be unpacked again
# What may change unnoticed, by its name in the data folder, each with the reason.
FREE_FILES = {
    "library.git/description": "a line for people; nothing reads it",
    "library.git/info/exclude": "only for folders with a working copy; nothing reads it",
    "library.git/info/refs": "a list that Git makes of its own references",
    "library.git/FETCH_HEAD": "a note that Git makes of what was fetched",
    "library.git/logs/*": "notes that Git may make of its own references; nothing reads them",
    "library.git/hooks/*": "hooks are turned off; nothing runs them",
    "library.git/objects/??/*": "of what no reference and no row leads to, as after a crash; what is needed is read",
    "library.git/objects/info/*": "lists that Git makes of its own objects",
    "library.git/objects/pack/*.bitmap": "a list that Git makes of its own objects",
    "library.git/objects/pack/*.rev": "a list that Git makes of its own objects",
    "keys/ledger_key.*": "a former key signs nothing any more; a backup of its time is restored with it",
    "keys/*.lock": "an empty file that processes lock",
    "*.lock": "an empty file that processes lock",
    "library.git/*.lock": "what Git was writing of its own when it was cut off; the next start takes it away",
    "uploads/*.slot": "an empty file that requests lock",
    "uploads/*.times": "the times at which somebody sent files within a minute, and nothing else",
    "staging/*": "uploads that nobody has confirmed yet; what is confirmed is shown again first",
    "cache/texts/*": "shown only while its seal holds, and then compared with the file that it is made of",
    "cache/measured/*": "what was found when issued files were read; they are read again when they are issued",
    "quarantine/*": "damaged files that were set apart; nothing reads them",
    "backups/*": "copies of before an upgrade, each verified when it is restored",
    "packing/*": "what a packing that was cut off left beside the library; the next one begins anew",
    "packing.gone/*": "what a packing that was cut off left beside the library; the next one begins anew",
    "packing.json": "a note of the last packing, for doctor and for the storage report",
    "rehearsal/*": "what the last rehearsal of recovery left; the next one begins anew",
    "checkpoint-*": "a copy of what a witness keeps elsewhere; only that proves anything",
    "losses.json": "a note of what the last check found that may be accepted; a check finds the same again",
    "round.json": "a note of what the last round came to; the next one writes it anew",
    "fetching": "a note of a repair that was cut off; repair goes on with it, and takes it away",
    ".fetched-*/*": "what a repair that was cut off had fetched; nothing reads it",
    "unfinished": "a note that the library is being made; it is gone once that is whole",
    "database": "a note where the tables are, written again at each start",
    "distrusted": "a note of the last check; a check finds the same again",
    "distrusted_by_witnesses": "a note of what a checkpoint showed; whoever keeps that shows it again",
    "docctl.db-journal": "what was cut off; rolled back when the database is read",
    "*.part": "a file that was being written when the power failed; the whole one has its own name",
    "lost+found/*": "what a repair of the disk found; nothing reads it",
}
# Whose bytes are checked, by rules of their own; whatever is neither here nor free was not put there by docctl.
CHECKED_FILES = (
    "docctl.db",
    "docctl.db-shm",
    "docctl.db-wal",
    "index/*",
    "keys/allowed_signers",
    "keys/ledger_key",
    "library.git/HEAD",
    "library.git/config",
    "library.git/objects/pack/*",
    "library.git/packed-refs",
    "library.git/refs/*",
    "library.git/shallow",
    "library.git/info/grafts",
    "records/[0-9][0-9][0-9][0-9][0-9][0-9].jsonl",
    "secret_key",
    "templates/*.docx",
)

EMPTY_FILES = ("*.lock", "keys/*.lock")
DRAFTS = "*.part"  # of whatever folder; else only "/*" at the end of a pattern stands for what lies deeper too
OBJECTS, UPLOADS = "library.git/objects", "uploads"  # each of their files is looked at by whoever writes there


def check_data_files(control: DocumentControl, session: Session) -> Iterator[Finding]:
    """Find what was changed or lost of the files of the data folder."""
    for sentence in tools.git_library.moved(control.library):
        yield broken(RULE, "library.git", sentence, HEAD_BACK)
    for name in tools.git_library.unopened_packs(control.library):
        sentence = f"Git cannot open its pack {name}, because that or its index is damaged; its objects are not read."
        yield broken("I3", f"{name}.idx", sentence, INDEX_BACK.format(name=name))
    for each in tools.git_library.harmed_files(control.library):
        sentence = f"The file of object {each} in Git was changed; Git reads it still, but cannot clone it."
        wrong = tools.git_library.wrong_bytes(control.library, [each])
        yield broken("I3", each[:12], sentence, FETCH, objects=(each,), wrong=wrong)
    keys = control.ledger_keys(session)
    own = [key.public_line for key in keys.keys]
    for said in tools.git_library.settings_changed(control.library, control.keys.folder / "allowed_signers", own):
        sentence = f"library.git/config is not as docctl wrote it: {said}."
        yield unproven(RULE, "library.git/config", sentence, SETTINGS_BACK)
    yield from _check_keys(control.keys.folder, keys)
    is_key = bool(control.keys.held_line)  # where there is none, the ledger's key is missed already
    if is_key and re.fullmatch(_PRIVATE_KEY, _text(control.keys.folder / "ledger_key")) is None:
        yield broken(RULE, "keys/ledger_key", "The file keys/ledger_key holds more than the ledger's key.", KEYS)
    if re.fullmatch(r"[0-9a-f]{64}", control.secret_key) is None:
        yield broken(RULE, "secret_key", "The file secret_key does not hold the secret that docctl made.", KEYS)
    if control.index.is_damaged:
        sentence = "The search index, or the secret that it is sealed with, is another; the index is built again."
        yield repairable(RULE, "index", sentence)
    for name in session.scalars(select(DocumentType.template).distinct().order_by(DocumentType.template)):
        if is_file_name(name) and not _is_whole(control.templates / name):
            sentence = f"The Word template {name} is missing or damaged, so nothing is issued in it."
            yield unproven(RULE, f"templates/{name}", sentence, TEMPLATE_BACK)
    yield from _check_places(control)
    yield from _check_objects(control)
    yield from _check_nothing_else(control)


def _check_places(control: DocumentControl) -> Iterator[Finding]:
    """Find what SQLite would take for its own beside the database; name what is kept elsewhere through a link."""
    file = control.database_file
    for name in tools.database.foreign_beside(file) if file is not None else ():
        sentence = (
            f"{name} stands beside the database, where docctl lets SQLite write none; it may be read as part of it."
        )
        yield unproven(RULE, name, sentence, NOT_OURS)
    linked = {each for each in control.data.iterdir() if each.is_symlink()}
    for path in sorted(linked | ({file} if file is not None and file.is_symlink() else set())):
        sentence = f"{path.name} is a symbolic link, so what it names is kept elsewhere ({path.readlink()})."
        yield noted(RULE, path.name, sentence)


def _check_objects(control: DocumentControl) -> Iterator[Finding]:
    """Find what lies among the objects of Git and is none, nor a list of them."""
    unknown = []
    for file in tools.git_library.foreign_files(control.library):
        name = f"{OBJECTS}/{file.name}"
        if file.lets_git_look_elsewhere:
            sentence = f"{name} is there, so Git takes objects that are missing for kept elsewhere."
            yield broken(RULE, name, sentence, NOT_OURS)
        elif file.may_be_left_behind:
            sentence = f"{name} was left by what was killed while it wrote, or put there; a start clears drafts away."
            yield noted(RULE, name, sentence)
        else:
            unknown.append(name)
    yield from _of_each_folder(unknown)


def _check_nothing_else(control: DocumentControl) -> Iterator[Finding]:
    """Find files that docctl did not put there."""
    unknown = [f"{UPLOADS}/{name}" for name in control.upload_slots(0, 0).foreign_files()]
    for folder, folders, names in os.walk(control.data):
        within = Path(folder).relative_to(control.data)
        apart = {name for name in folders if (within / name).as_posix() in (OBJECTS, UPLOADS)}
        folders[:] = [name for name in folders if name not in apart and not _is_known(f"{within / name}/")]
        unknown += [each for name in names if not _is_known(each := (within / name).as_posix(), Path(folder, name))]
    yield from _of_each_folder(unknown)


def _of_each_folder(unknown: Iterable[str]) -> Iterator[Finding]:
    """Name of each folder the first file that docctl did not put there, with how many there are."""
    for _, files in groupby(sorted(unknown, key=lambda each: each.rpartition("/")[::2]), dirname):
        name, *others = files
        more = f" and {len(others)} more beside it" if others else ""
        yield unproven(RULE, name, f"{name}{more} in the data folder was not put there by docctl.", NOT_OURS)


def _is_known(name: str, file: Path | None = None) -> bool:
    """Say whether docctl puts a file of that name into the data folder, or all that a folder of that name holds."""
    patterns = [each for each in (*CHECKED_FILES, *FREE_FILES) if _matches(name, each)]
    is_filled = file is not None and any(each in EMPTY_FILES for each in patterns) and file.lstat().st_size > 0
    return bool(patterns) and not is_filled


def _matches(name: str, pattern: str) -> bool:
    reaches = pattern.endswith("/*") or pattern == DRAFTS or pattern.count("/") == name.count("/")
    return reaches and fnmatch(name, pattern)


def _check_keys(folder: Path, keys: LedgerKeys) -> Iterator[Finding]:
    # Before the ledger's keys are known it lists the present one alone, as the first versions always did.
    as_laid_down = [keys.first_allowed_signers] if len(keys.keys) == 1 else [LedgerKey(keys.current).allowed_signer]
    if _text(folder / "allowed_signers") not in (keys.allowed_signers, *as_laid_down):
        yield repairable(RULE, "keys/allowed_signers", "keys/allowed_signers does not list the ledger's keys.")
    for place, key in enumerate(keys.keys[:-1], 1):
        path = folder / f"ledger_key.{place:03}.pub"
        if path.exists() and _text(path) != f"{key.public_line}\n":
            yield broken(RULE, f"keys/{path.name}", f"keys/{path.name} is not the former key of the ledger.", KEY_BACK)


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _is_whole(template: Path) -> bool:
    try:
        data = template.read_bytes()
        if (fingerprint := sha256(data)) not in _FOUND_WHOLE:
            with zipfile.ZipFile(BytesIO(data)) as parts:
                if parts.testzip() is not None or not data[-len(_END) - 18 :].startswith(_END):
                    return False
            _FOUND_WHOLE.add(fingerprint)
    except (OSError, ValueError, EOFError, LookupError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return False
    return True
