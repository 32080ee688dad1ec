"""The base of an edited Word file: the saved draft it was downloaded as, said by a mark only the library makes."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import METADATA

# Names of bookmarks, which Word and LibreOffice keep when they save; Word takes 40 letters at most.
MARKS = re.compile(r"docctl_base2?_(\d{1,9})_([a-z2-7]{16})")


def mark_of(draft_id: int, fingerprint: str, secret: str) -> str:
    """Return the mark of a saved draft."""
    said = f"docctl base {draft_id} {fingerprint}"
    sealed = hmac.new(secret.encode(), said.encode(), hashlib.sha256).digest()[:10]
    return f"docctl_base_{draft_id}_{base64.b32encode(sealed).decode().lower()}"


def is_mark_of(mark: str, draft: SavedDraft, secret: str) -> bool:
    """Say whether a mark is the library's own for a saved draft."""
    found, own = MARKS.fullmatch(mark), MARKS.fullmatch(mark_of(draft.id, draft.fingerprint, secret))
    return found is not None and own is not None and hmac.compare_digest("".join(found.groups()), "".join(own.groups()))


def has_same_text(one: SavedDraft, other: SavedDraft) -> bool:
    """Say whether two saved drafts hold the same words and pictures, whatever is said about them."""
    return _text_of(one) == _text_of(other)


def _text_of(draft: SavedDraft) -> list[tuple[str, str]]:
    return sorted((file.path, file.sha256) for file in draft.files if file.path != METADATA)


@dataclass(frozen=True)
class WordBase:
    """What an edited file was downloaded as, and what was saved since; None where the file does not say."""

    draft: SavedDraft | None
    later: tuple[SavedDraft, ...]

    @property
    def is_known(self) -> bool:
        """Whether the file says what it was downloaded as."""
        return self.draft is not None


def word_base(draft: SavedDraft | None, saved: list[SavedDraft], current: SavedDraft) -> WordBase:
    """Return the base of a file, with the drafts saved since whose words its writer has not had before them."""
    kept = [each for each in saved if not each.aside]
    if draft is None:
        return WordBase(None, tuple(kept[1:]))
    if has_same_text(draft, current):
        return WordBase(draft, ())
    return WordBase(draft, tuple(each for each in kept if each.number > draft.number))
