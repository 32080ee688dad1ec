"""The text of a revision at work as its pages show it: with its pictures, which are fetched from the draft."""

from flask import url_for
from markupsafe import Markup

from docctl.domain.documents.reading_text import ReadingView, with_pictures_at
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.texts.compared_text import Piece, pieces_of
from docctl.texts.differences import differences
from docctl.texts.text_blocks import blocks_of


def shown_text(revision: Revision, draft: SavedDraft, view: ReadingView) -> Markup:
    """The page text of a saved draft; sanitised when it was rendered."""
    return Markup(with_saved_pictures(revision, draft, view.html))  # noqa: S704


def with_saved_pictures(revision: Revision, draft: SavedDraft, html: str) -> str:
    """Let the pictures of a page text be fetched from a saved draft."""
    address = url_for(
        "drafting.asset", number=revision.document.number, revision=revision.number, name="x"
    ).removesuffix("/x")
    if draft.id != revision.current_id:
        address = url_for(
            "saved_drafts.asset",
            number=revision.document.number,
            revision=revision.number,
            draft=draft.number,
            name="x",
        ).removesuffix("/x")
    return with_pictures_at(html, address)


def compared_pieces(before: ReadingView, after: ReadingView) -> tuple[Piece, ...]:
    """How one text became another, word by word."""
    return pieces_of(differences(blocks_of(before.html), blocks_of(after.html)))
