"""Import in the browser: files are read and kept aside, shown for confirmation, and only then become documents."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docctl.actions.documents.recognising import (
    PICTURE_ENDINGS,
    READ_ENDINGS,
    ReadFile,
    pictures_named,
    shown_name,
    too_large,
    understood,
)
from docctl.actions.intake.batch_folders import new_folder, own_folder, write_note
from docctl.actions.intake.importing import DECIDED_TOGETHER, Adoption, WantedDocument, decided, verdict_on
from docctl.document_control import DocumentControl
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.stored_file import sha256
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import DocctlError, NotFoundError, RefusedUploadError, UploadTooLargeError
from docctl.domain.intake.import_verdict import REFUSED, Verdict
from docctl.domain.trail.events.intake import UploadRefused
from docctl.texts.invisible_characters import on_one_line
from docctl.texts.picture import LARGEST_PICTURE, TOO_LARGE

SENT_ENDINGS = READ_ENDINGS
MOST_FILES = 1000
KIND = "imports"
AN_UPLOAD = "An uploaded file"
REPORT, PICTURES = "report.json", "pictures"


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
    return new_folder(control, person_id, KIND).name


def stage(control: DocumentControl, person_id: int, key: str, name: str, data: bytes) -> StagedFile:
    """Read one uploaded file and keep it aside; a refusal is kept with its reason."""
    folder = own_folder(control, person_id, KIND, key)
    started = time.monotonic()
    pictures = pictures_named(name, data, partial(_picture, folder))
    read = understood(control, shown_name(name), data, pictures)
    if isinstance(read, DocctlError):
        return stage_refusal(control, person_id, key, name, read)
    place, words = _next_place(folder), len(read.text.markdown.split())
    seconds = round(time.monotonic() - started, 3)
    staged = StagedFile(place, read.name, read.number, read.title, read.type_name, "", read.text.losses, words, seconds)
    write_note(folder / f"{place:04}.read", _as_plain(read))
    write_note(folder / f"{place:04}.json", asdict(staged))
    return staged


def stage_refusal(
    control: DocumentControl, person_id: int, key: str, name: str, refusal: DocctlError | None = None
) -> StagedFile:
    """Keep that a file was refused, and why; without a reason, because it is too large to be sent."""
    folder = own_folder(control, person_id, KIND, key)
    staged = StagedFile(
        _next_place(folder), shown_name(name), reason=str(refusal or too_large(control.upload_limit_mb))
    )
    with control.deciding(person_id) as decision:
        decision.record(UploadRefused(name=staged.name), AN_UPLOAD, reason=staged.reason)
    write_note(folder / f"{staged.place:04}.json", asdict(staged))
    return staged


def is_picture(name: str) -> bool:
    """Say whether a file is a picture by its name; it comes along with the Markdown file that shows it."""
    return name.lower().endswith(PICTURE_ENDINGS)


def stage_picture(control: DocumentControl, person_id: int, key: str, name: str, data: bytes) -> None:
    """Keep a picture aside for the Markdown files that are read after it."""
    folder = own_folder(control, person_id, KIND, key) / PICTURES
    folder.mkdir(mode=0o700, exist_ok=True)
    if len(data) > LARGEST_PICTURE:
        raise UploadTooLargeError(TOO_LARGE)
    if len(list(folder.iterdir())) >= MOST_FILES:
        raise RefusedUploadError(
            "One import takes at most %(most_files)s pictures; confirm these first.", most_files=MOST_FILES
        )
    (folder / sha256(shown_name(name).encode())).write_bytes(data)


def staged_files(control: DocumentControl, person_id: int, key: str) -> list[StagedFile]:
    """Return the files of a batch, in the order in which they came."""
    found = []
    for path in sorted(own_folder(control, person_id, KIND, key).glob("[0-9]*.json")):
        row = json.loads(path.read_text())
        found.append(StagedFile(**(row | {"losses": tuple(row["losses"])})))
    return found


def import_staged(
    control: DocumentControl, person_id: int, key: str, confirmed: dict[int, Confirmed], adoption: Adoption | None
) -> list[Verdict]:
    """Make documents of the confirmed files, and keep the report with a verdict for each file."""
    folder = own_folder(control, person_id, KIND, key)
    if (folder / REPORT).exists():
        return report_of(control, person_id, key)
    if adoption is not None:
        with control.reading() as session:
            adoption.require_possible(control.today(session))
    verdicts = list(_verdicts(control, person_id, key, confirmed, adoption))
    write_note(folder / REPORT, {"files": [verdict.as_row() for verdict in verdicts]})
    for path in folder.glob("*.read"):
        path.unlink()
    return verdicts


def report_of(control: DocumentControl, person_id: int, key: str) -> list[Verdict]:
    """Return the verdicts of a finished import; raise NotFoundError where it is not finished."""
    path = own_folder(control, person_id, KIND, key) / REPORT
    if not path.exists():
        raise NotFoundError("This import is not finished; confirm its files first.")
    rows = json.loads(path.read_text())["files"]
    return [Verdict(**(row | {"losses": tuple(row["losses"])})) for row in rows]


def _verdicts(
    control: DocumentControl, person_id: int, key: str, confirmed: dict[int, Confirmed], adoption: Adoption | None
) -> Iterator[Verdict]:
    folder, staged = own_folder(control, person_id, KIND, key), staged_files(control, person_id, key)
    for at in range(0, len(staged), DECIDED_TOGETHER):
        together = staged[at : at + DECIDED_TOGETHER]
        wanted = {
            file.place: _as_confirmed(folder, file, confirmed[file.place])
            for file in together
            if not file.reason and file.place in confirmed and confirmed[file.place].wanted
        }
        started = time.monotonic()
        outcomes = dict(zip(wanted, decided(control, person_id, list(wanted.values()), adoption), strict=True))
        share = (time.monotonic() - started) / max(1, len(wanted))
        for file in together:
            if file.place in wanted:
                read = wanted[file.place].read
                yield verdict_on(file.name, read, outcomes[file.place], file.seconds + share)
            else:
                reason = file.reason or "It was left out at the confirmation."
                yield Verdict(file.name, REFUSED, file.number, file.title, reason, seconds=file.seconds)


def _as_confirmed(folder: Path, staged: StagedFile, chosen: Confirmed) -> WantedDocument:
    read = _as_read(json.loads((folder / f"{staged.place:04}.read").read_text()))
    title = on_one_line(chosen.title)
    number, text = chosen.number.strip(), read.text.under(chosen.number, title)
    metadata = replace(read.metadata, title=title)
    confirmed = replace(read, number=number, title=title, metadata=metadata, text=text, type_name="")
    return WantedDocument(confirmed, chosen.type_id, type_is_chosen=True)


def _next_place(folder: Path) -> int:
    """Take the next free place of a batch, which no other file sent at the same moment gets too."""
    place = len(list(folder.glob("[0-9]*.place")))
    while place < MOST_FILES:
        try:
            (folder / f"{place:04}.place").touch(exist_ok=False)
        except FileExistsError:
            place += 1
        else:
            return place
    raise RefusedUploadError(
        "One import takes at most %(most_files)s files; confirm these first.", most_files=MOST_FILES
    )


def _picture(folder: Path, name: str) -> bytes:
    """Return a picture that came along: by its name alone, because a browser sends no folders; else nothing."""
    path = folder / PICTURES / sha256(shown_name(unquote(name)).encode())
    return path.read_bytes() if path.is_file() else b""


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
        "word_source": _as_letters(text.word_source),
        "fixed_word": _as_letters(text.fixed_word),
        "losses": list(text.losses),
        "title_line": text.title_line,
    }


def _as_letters(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def _as_bytes(letters: str | None) -> bytes | None:
    return None if letters is None else base64.b64decode(letters)


def _as_read(row: dict[str, Any]) -> ReadFile:
    text = WrittenText(
        row["markdown"],
        {path: base64.b64decode(data) for path, data in row["assets"].items()},
        _as_bytes(row["word_source"]),
        tuple(row["losses"]),
        fixed_word=_as_bytes(row.get("fixed_word")),
        title_line=row.get("title_line", ""),
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
