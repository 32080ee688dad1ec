"""Compares the copies that people are shown with the approved bytes: rendered texts, and those of the search index."""

import re
from collections.abc import Iterator
from dataclasses import replace

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.lifecycle import PUBLISHED_STATES
from docctl.domain.documents.reading_text import ReadingView
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT, StoredFile
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.operations.round_note import TURNS
from docctl.domain.operations.stops import of_document
from docctl.domain.search.entry import entry_of
from docctl.registers.integrity.finding import Finding, broken, repairable

RULE = "shown"
DELETE_TEXTS = "Delete the folder cache/texts, which is filled again when people read"
DELETE_INDEX = "Delete the folder index, which is built again by itself"
_TAG = re.compile(r"<[^<>]*>")


class ShownCheck:
    """Renders each text anew of which a copy is shown, once, whoever has it.

    Copies are sealed with the library's secret, which whoever can read the data folder has: the seal proves nothing.
    With a turn, only the revisions whose turn it is are looked at, for rendering costs more than all else.
    """

    def __init__(self, control: DocumentControl, turn: int | None = None) -> None:
        self._control, self._turn = control, turn
        self._seen: set[str] = set()

    def check(self, revision: Revision) -> Iterator[Finding]:
        """Find copies of a revision's texts that say something else than its files."""
        if revision.document.disposed_at is not None or self._turn not in (None, revision.id % TURNS):
            return
        for draft in revision.saved_drafts:
            content, is_shown = draft.file(CONTENT), revision.state in PUBLISHED_STATES and draft is revision.current
            if content is None or (content.sha256 in self._seen and not is_shown):
                continue
            kept = None if content.sha256 in self._seen else self._control.rendered_texts.kept(content.sha256)
            self._seen.add(content.sha256)
            fresh = self._rendered(content) if kept is not None or is_shown else None
            if fresh is None:
                continue
            if kept is not None and kept != fresh:
                yield _told(f"{revision.name}, draft {draft.number}", kept, fresh)
            if is_shown and self._control.index.differs(entry_of(revision, fresh)):
                sentence = f"Search shows something else of {revision.name} than its approved files say."
                yield broken(RULE, revision.name, sentence, DELETE_INDEX, of_document(revision.name))

    def _rendered(self, content: StoredFile) -> ReadingView | None:
        """Return a text as it is made anew; nothing where its file is lost, which is told already."""
        try:
            return tools.reading_view.render(self._control.library.read_file(content).decode())
        except (LibraryMismatchError, UnicodeDecodeError):
            return None


def _told(name: str, kept: ReadingView, fresh: ReadingView) -> Finding:
    """Tell other words from another form, which a later version may give the same words."""
    if _words(kept) != _words(fresh):
        sentence = f"The page that is kept of {name} says something else than its file."
        return broken(RULE, name, sentence, DELETE_TEXTS, of_document(name))
    sentence = f"The page that is kept of {name} has its words in another form than it is given now."
    return replace(repairable(RULE, name, sentence), remedy=DELETE_TEXTS)


def _words(view: ReadingView) -> tuple[str, str, str]:
    sections = "".join(f"{each.number}{each.title}{each.text}" for each in view.sections)
    page, plain = _TAG.sub("", view.html), view.text
    return "".join(page.split()), "".join(sections.split()), "".join(plain.split())
