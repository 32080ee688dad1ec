"""Settling: tracked changes accepted or rejected and comments closed, before anybody signs a text written in Word."""

from docctl import tools
from docctl.actions.documents.drafting import save_draft
from docctl.actions.intake.writing_in_word import read_edited_word
from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import WORD
from docctl.domain.documents.stored_file import WORD_SOURCE
from docctl.domain.errors import UnsettledChangesError, WrongStateError
from docctl.domain.rights.permission import Library, require_writable
from docctl.word_format.facts import WordFacts

_NAMED = 3


def settle_changes(
    control: DocumentControl, revision_id: int, person_id: int, *, accept: bool, based_on: str, request_id: str = ""
) -> None:
    """Save a draft in which all tracked changes are accepted, or all rejected, and whose comments are closed."""
    with control.reading() as session:
        person = control.reader(session, person_id)
        revision = require_writable(person, session.get(Revision, revision_id))
        facts = _open_facts(control, revision)
        source = revision.current.file(WORD_SOURCE)
        if facts is None or source is None:
            raise WrongStateError(
                "%(revision)s has no tracked changes and no comments to settle.", revision=revision.name
            )
        word = control.read_document(person, revision, source)
    settled = tools.word_document.settle_word_changes(word, accept=accept)
    text = read_edited_word(control, source.path, settled).under(revision.document.number, revision.title)
    reason = f"{_counted(facts)} settled: all changes {'accepted' if accept else 'rejected'}, comments closed"
    save_draft(
        control,
        revision_id,
        person_id,
        reason=reason,
        based_on=based_on,
        text=text,
        request_id=request_id,
        asked=("settle", revision_id, accept),
    )


def require_settled(control: DocumentControl, revision: Revision) -> None:
    """Raise UnsettledChangesError where the Word file of a draft still has tracked changes or comments."""
    facts = _open_facts(control, revision)
    if facts is not None:
        named = "; ".join((*facts.tracked_changes, *facts.comments)[:_NAMED])
        raise UnsettledChangesError(
            "The Word file of %(revision)s still has %(counted)s (%(named)s); accept or reject the changes "
            "and close the comments, then submit.",
            revision=revision.name,
            counted=_counted(facts),
            named=named,
        )


def _open_facts(control: DocumentControl, revision: Revision) -> WordFacts | None:
    source = revision.current.file(WORD_SOURCE)
    if revision.current.source != WORD or source is None:
        return None
    facts = tools.word_package.read_word_facts(control.read_document(Library.ITSELF, revision, source))
    return facts if facts.tracked_changes or facts.comments else None


def _counted(facts: WordFacts) -> str:
    counts = ((len(facts.tracked_changes), "tracked change"), (len(facts.comments), "comment"))
    return " and ".join(f"{count} {what}{'s' if count > 1 else ''}" for count, what in counts if count)
