"""Import in the browser: files are read and kept aside, shown for confirmation, and only then become documents."""

import base64
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from docctl.actions.importing import IMPORTED, REFUSED, Adoption, ReadFile, Verdict, import_document, read_file
from docctl.document_control import DocumentControl
from docctl.domain.audit_trail import Act
from docctl.domain.document_metadata import DocumentMetadata
from docctl.domain.errors import DocctlError, NotFoundError, RefusedUploadError
from docctl.domain.permission import Right, require
from docctl.domain.user import User
from docctl.domain.written_text import WrittenText

MOST_FILES = 1000
KEPT_DAYS = 7
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
REPORT = "report.json"


@dataclass(frozen=True)
class StagedFile:
    """A file that was read and waits for confirmation, or was refused with a reason."""

    place: int
    name: str
    number: str = ""
    title: str = ""
    type_name: str = ""
    reason: str = ""
    losses: tuple[str, ...] = ()
    words: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Confirmed:
    """What a person confirmed of a file: its number, its title, its type, and that it is wanted at all."""

    number: str
    title: str
    type_id: int | None
    wanted: bool = True


def new_batch(control: DocumentControl, person_id: int) -> str:
    """Begin an import; return the key of its batch."""
    _require_controller(control, person_id)
    folder = control.data / "staging" / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - KEPT_DAYS * 86_400:
            shutil.rmtree(old, ignore_errors=True)
    key = secrets.token_hex(16)
    (folder / key).mkdir(mode=0o700)
    (folder / key / "person").write_text(str(person_id))
    return key


def stage(control: DocumentControl, person_id: int, key: str, name: str, data: bytes) -> StagedFile:
    """Read one uploaded file and keep it aside; a refusal is kept with its reason."""
    folder = _folder(control, person_id, key)
    shown = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable())[:200] or "unnamed"
    place = len(list(folder.glob("*.json")))
    if place >= MOST_FILES:
        raise RefusedUploadError(f"One import takes at most {MOST_FILES} files; confirm these first.")
    started = time.monotonic()
    try:
        read = read_file(control, shown, data)
    except DocctlError as refusal:
        staged = StagedFile(place, shown, reason=str(refusal))
        with control.deciding(person_id) as decision:
            decision.record(Act.UPLOAD_REFUSED, shown[:100], reason=str(refusal))
    else:
        staged = StagedFile(
            place, shown, read.number, read.title, read.type_name, "", read.text.losses, len(read.text.markdown.split())
        )
        _write(folder / f"{place:04}.read", _as_plain(read))
    staged = replace(staged, seconds=round(time.monotonic() - started, 3))
    _write(folder / f"{place:04}.json", asdict(staged))
    return staged


def staged_files(control: DocumentControl, person_id: int, key: str) -> list[StagedFile]:
    """Return the files of a batch, in the order in which they came."""
    found = []
    for path in sorted(_folder(control, person_id, key).glob("[0-9]*.json")):
        row = json.loads(path.read_text())
        found.append(StagedFile(**(row | {"losses": tuple(row["losses"])})))
    return found


def import_staged(
    control: DocumentControl, person_id: int, key: str, confirmed: dict[int, Confirmed], adoption: Adoption | None
) -> list[Verdict]:
    """Make documents of the confirmed files, and keep the report with a verdict for each file."""
    folder = _folder(control, person_id, key)
    if (folder / REPORT).exists():
        return report_of(control, person_id, key)
    verdicts = list(_verdicts(control, person_id, key, confirmed, adoption))
    _write(folder / REPORT, {"files": [verdict.as_row() for verdict in verdicts]})
    for path in folder.glob("*.read"):
        path.unlink()
    return verdicts


def report_of(control: DocumentControl, person_id: int, key: str) -> list[Verdict]:
    """Return the verdicts of a finished import; raise NotFoundError where it is not finished."""
    path = _folder(control, person_id, key) / REPORT
    if not path.exists():
        raise NotFoundError("This import is not finished; confirm its files first.")
    rows = json.loads(path.read_text())["files"]
    return [Verdict(**(row | {"losses": tuple(row["losses"])})) for row in rows]


def _verdicts(
    control: DocumentControl, person_id: int, key: str, confirmed: dict[int, Confirmed], adoption: Adoption | None
) -> Iterator[Verdict]:
    folder = _folder(control, person_id, key)
    for staged in staged_files(control, person_id, key):
        chosen = confirmed.get(staged.place)
        if staged.reason:
            yield Verdict(staged.name, REFUSED, reason=staged.reason, seconds=staged.seconds)
            continue
        if chosen is None or not chosen.wanted:
            yield Verdict(staged.name, REFUSED, staged.number, staged.title, "It was left out at the confirmation.")
            continue
        started = time.monotonic()
        read = _as_read(json.loads((folder / f"{staged.place:04}.read").read_text()))
        metadata = replace(read.metadata, title=chosen.title)
        wanted = replace(read, number=chosen.number.strip(), title=chosen.title, metadata=metadata, type_name="")
        seconds = staged.seconds
        try:
            _, number = import_document(
                control, person_id, wanted, type_id=chosen.type_id, adoption=adoption, type_is_chosen=True
            )
        except DocctlError as refusal:
            yield Verdict(staged.name, REFUSED, chosen.number, chosen.title, str(refusal), staged.losses, seconds)
            continue
        seconds += time.monotonic() - started
        yield Verdict(staged.name, IMPORTED, number, chosen.title, "", staged.losses, seconds)


def _require_controller(control: DocumentControl, person_id: int) -> None:
    with control.reading() as session:
        require(session.get_one(User, person_id), Right.CONTROL)


def _folder(control: DocumentControl, person_id: int, key: str) -> Path:
    """Return the folder of a person's own batch; raise NotFoundError for any other."""
    _require_controller(control, person_id)
    folder = control.data / "staging" / "imports" / key
    if _KEY.fullmatch(key) is None or not folder.is_dir() or (folder / "person").read_text() != str(person_id):
        raise NotFoundError("There is no such import, or it was cleared away; begin a new one.")
    return folder


def _write(path: Path, value: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False))
    part.replace(path)


def _as_plain(read: ReadFile) -> dict[str, Any]:
    text = read.text
    return {
        "name": read.name,
        "number": read.number,
        "title": read.title,
        "type_name": read.type_name,
        "summary": read.summary,
        "sha256": read.sha256,
        "metadata": read.metadata.as_row(),
        "markdown": text.markdown,
        "assets": {path: base64.b64encode(data).decode() for path, data in text.assets.items()},
        "word_source": base64.b64encode(text.word_source).decode() if text.word_source is not None else None,
        "losses": list(text.losses),
    }


def _as_read(row: dict[str, Any]) -> ReadFile:
    source = row["word_source"]
    text = WrittenText(
        row["markdown"],
        {path: base64.b64decode(data) for path, data in row["assets"].items()},
        base64.b64decode(source) if source is not None else None,
        tuple(row["losses"]),
    )
    return ReadFile(
        row["name"],
        row["number"],
        row["title"],
        row["type_name"],
        DocumentMetadata.from_row(row["metadata"]),
        text,
        row["summary"],
        row["sha256"],
    )
