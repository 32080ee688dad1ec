"""Files that were uploaded for a draft and are not part of a save yet: pictures, and a Word file before it is taken."""

import re
import time
from pathlib import Path

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import sha256
from docctl.domain.errors import NotFoundError, RefusedUploadError, UploadTooLargeError
from docctl.domain.people.reader import Reader
from docctl.texts.picture import LARGEST_PICTURE, SHOWN, TOO_LARGE, is_damaged, picture_kind, pixels

MOST_PIXELS = 50_000_000
MOST_STAGED = 300
_PICTURE = re.compile(r"assets/[A-Za-z0-9._-]{1,100}", re.ASCII)
_STAGED_PICTURE = re.compile(r"picture-[0-9a-f]{16}\.(?:png|jpg|gif|webp)", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def stage_picture(control: DocumentControl, revision_id: int, content: bytes) -> str:
    """Keep an uploaded picture until the draft is saved; return the path by which the text shows it."""
    if len(content) > LARGEST_PICTURE:
        raise UploadTooLargeError(TOO_LARGE)
    kind = picture_kind(content)
    if kind not in SHOWN:
        raise RefusedUploadError("This file is not a PNG, JPEG, GIF or WebP picture; save it as one of them first.")
    if is_damaged(content):
        raise RefusedUploadError("The picture is damaged and cannot be shown; save it again and add it then.")
    if pixels(content) > MOST_PIXELS:
        raise UploadTooLargeError("The picture has more than 50 million pixels; make it smaller and add it again.")
    name = f"picture-{sha256(content)[:16]}.{'jpg' if kind == 'jpeg' else kind}"
    _put(control, revision_id, name, content)
    return f"assets/{name}"


def staged_picture(control: DocumentControl, revision_id: int, name: str) -> bytes | None:
    """A picture that waits for the draft to be saved."""
    path = _folder(control, revision_id) / name
    return path.read_bytes() if _STAGED_PICTURE.fullmatch(name) and path.is_file() else None


def stage_word_file(control: DocumentControl, revision_id: int, content: bytes) -> str:
    """Keep an uploaded Word file while its differences are looked at; return the key to it."""
    key = sha256(content)
    _put(control, revision_id, f"{key}.docx", content)
    return key


def staged_word_file(control: DocumentControl, revision_id: int, key: str) -> bytes:
    """The Word file that waits; raises NotFoundError where there is none."""
    path = _folder(control, revision_id) / f"{key}.docx"
    if not _SHA256.fullmatch(key) or not path.is_file():
        raise NotFoundError("The Word file is no longer here, so nothing was saved; upload it again.")
    return path.read_bytes()


def clear_staged(control: DocumentControl, revision_id: int) -> None:
    """Take away what was uploaded for a draft that is not written any more."""
    folder = _folder(control, revision_id)
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)


def pictures_of_text(
    control: DocumentControl, reader: Reader, revision: Revision, based_on: str, markdown: str
) -> dict[str, bytes]:  # fmt: skip
    """The pictures that a text shows and the current draft does not have: from the draft it started from, or staged."""
    base = next((draft for draft in revision.saved_drafts if draft.fingerprint == based_on), revision.current)
    earlier = [base, *reversed(revision.saved_drafts)]
    found: dict[str, bytes] = {}
    for path in set(_PICTURE.findall(markdown)):
        wanted = next((file for draft in earlier if (file := draft.file(path)) is not None), None)
        if wanted is not None:
            if revision.current.file(path) != wanted:
                found[path] = control.read_document(reader, revision, wanted)
            continue
        staged = staged_picture(control, revision.id, path.removeprefix("assets/"))
        if staged is not None:
            found[path] = staged
    return found


def picture_of_draft(
    control: DocumentControl, reader: Reader, revision: Revision, draft: SavedDraft, name: str
) -> bytes:  # fmt: skip
    """A picture of a saved draft, of an earlier one, or one that waits; raises NotFoundError where there is none."""
    path = f"assets/{name}"
    for each in (draft, *reversed(revision.saved_drafts)):
        stored = each.file(path)
        if stored is not None:
            return control.read_document(reader, revision, stored)
    staged = staged_picture(control, revision.id, name)
    if staged is None:
        raise NotFoundError("There is no such picture.")
    return staged


def _put(control: DocumentControl, revision_id: int, name: str, content: bytes) -> None:
    folder = _folder(control, revision_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tools.data_folder.clear_staging(control.data, time.time())
    if len(list(folder.iterdir())) >= MOST_STAGED and not (folder / name).exists():
        raise RefusedUploadError("Too many files wait for this draft to be saved; save it, then add more.")
    part = folder / f"{name}.part"
    part.write_bytes(content)
    part.replace(folder / name)


def _folder(control: DocumentControl, revision_id: int) -> Path:
    return control.data / "staging" / str(int(revision_id))
