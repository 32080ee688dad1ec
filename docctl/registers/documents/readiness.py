"""Readiness: what is still open in a draft before it is submitted, and what some of its readers would miss."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.word_templates import own_words_of_template
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import WORD
from docctl.domain.documents.stored_file import WORD_SOURCE
from docctl.domain.people.reader import Reader
from docctl.texts.accessibility import BarrierFound, barriers_in
from docctl.word_format.open_places import OpenPlace, meant_to_be_closed


@dataclass(frozen=True)
class Readiness:
    """What its Word file leaves open or shows by mistake, what it hides, and the barriers in the text.

    ``template_words`` are lines of its template, which its Word file says beside the text.
    """

    tracked_changes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    hidden_texts: tuple[str, ...] = ()
    barriers: tuple[BarrierFound, ...] = ()
    open_places: tuple[OpenPlace, ...] = ()
    template_words: tuple[str, ...] = ()


def readiness_of(control: DocumentControl, session: Session, person: Reader, draft: Revision) -> Readiness:
    """Return what is open in a draft, and the barriers in its text."""
    barriers = barriers_in(control.read_text(person, draft.current, draft).html)
    source = draft.current.file(WORD_SOURCE)
    if draft.current.source != WORD or source is None:
        own = own_words_of_template(control, session, draft.document.type)
        return Readiness(barriers=barriers, template_words=own)
    facts = tools.word_package.read_word_facts(control.read_document(person, draft, source))
    kind = draft.document.type
    places = () if kind.is_template else meant_to_be_closed(facts.open_places, is_form=kind.is_form)
    return Readiness(facts.tracked_changes, facts.comments, facts.hidden_texts, barriers, places)
