"""What is uploaded for a draft and not saved yet: bounded, by content, and out of reach of other drafts."""

import os
import struct
import time
import zlib

import pytest

from docctl.document_control import DocumentControl
from docctl.domain.errors import NotFoundError, RefusedUploadError, UploadTooLargeError
from docctl.web.documents import staged_files
from docctl.web.documents.staged_files import (
    clear_staged,
    pictures_of_text,
    stage_picture,
    stage_word_file,
    staged_picture,
    staged_word_file,
)
from tests.factories.library import Office


def picture(width: int = 1, height: int = 1) -> bytes:
    """A whole PNG that says it is of a size."""

    def piece(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", zlib.compress(b"\0\0")) + piece(b"IEND", b"")


def test_the_same_picture_is_staged_once_under_the_name_of_its_content(control: DocumentControl) -> None:
    first, second = stage_picture(control, 1, picture()), stage_picture(control, 1, picture())
    assert first == second
    assert staged_picture(control, 1, first.removeprefix("assets/")) == picture()
    assert staged_picture(control, 2, first.removeprefix("assets/")) is None


def test_pictures_too_large_for_a_page_are_refused(control: DocumentControl) -> None:
    with pytest.raises(UploadTooLargeError, match="10 MB"):
        stage_picture(control, 1, picture() + b"\0" * staged_files.LARGEST_PICTURE)
    with pytest.raises(UploadTooLargeError, match="pixels"):
        stage_picture(control, 1, picture(60_000, 60_000))


def test_a_name_that_leads_elsewhere_is_no_picture(control: DocumentControl) -> None:
    for name in ("../docctl.db", "picture-0.png", "/etc/passwd", "", "picture-0123456789abcdef.svg"):
        assert staged_picture(control, 1, name) is None
    with pytest.raises(NotFoundError):
        staged_word_file(control, 1, "../secret_key")


def test_too_many_files_that_wait_are_refused_and_old_ones_go(
    control: DocumentControl, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(staged_files, "MOST_STAGED", 2)
    keys = [stage_word_file(control, 1, name) for name in (b"one", b"two")]
    with pytest.raises(RefusedUploadError, match="Too many"):
        stage_word_file(control, 1, b"three")
    long_ago = time.time() - 40 * 86_400
    os.utime(control.data / "staging" / "1" / f"{keys[0]}.docx", (long_ago, long_ago))
    key = stage_word_file(control, 1, b"three")
    assert staged_word_file(control, 1, key) == b"three"
    clear_staged(control, 1)
    with pytest.raises(NotFoundError):
        staged_word_file(control, 1, key)


def test_a_text_takes_its_pictures_from_the_draft_it_started_from(control: DocumentControl, office: Office) -> None:
    old, new = picture(1, 1), picture(2, 1)
    shown = "![](assets/image1.png)\n"
    revision_id = office.write(text=shown, assets={"assets/image1.png": old})
    based_on = office.revision(revision_id).fingerprint
    staged = stage_picture(control, revision_id, new)
    with control.reading() as session:
        revision = session.merge(office.revision(revision_id))
        text = f"{shown}\n![]({staged})\n![](assets/none.png)\n![](https://example.org/assets/x.png)"
        assert pictures_of_text(control, office.person("alice"), revision, based_on, text) == {staged: new}
