"""Reading back: the files of a revision are made as they would be issued, and their words compared with the page's."""

import hashlib
from dataclasses import replace

from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.issued_files.exporting import STATUS, built_and_read_back, day_in_words, issue_sheet, template_for
from docctl.document_control import DocumentControl
from docctl.document_control.rendering_tools import measured_with
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.word_template import WordTemplate
from docctl.domain.errors import DocctlError, LibraryBusyError, TooManyConversionsError
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.issued_files.read_back import Difference
from docctl.domain.rights.permission import require_writable
from docctl.domain.trail.audit_trail import canonical_json

# They say when it was issued, and no word of the text depends on them.
_OF_THE_MOMENT = ("chain_head", "seq", "issued_at")


def measure_draft(control: DocumentControl, revision_id: int, person_id: int, based_on: str) -> MeasuredIssue | None:
    """Measure the files of a draft that the person may write, as it was shown; nothing where it cannot be submitted.

    What was let stand is left out.
    """
    with control.reading() as session:
        person = control.reader(session, person_id)
        draft = require_writable(person, session.get(Revision, revision_id))
        if draft.state != State.DRAFT or draft.fingerprint != based_on:
            return None
        standing = draft.standing_keys
    return measure(control, revision_id).without(standing)


def measure(control: DocumentControl, revision_id: int) -> MeasuredIssue:
    """Make the files of a revision as they would be issued now, and compare their words with the page's.

    What was found is kept, and found again without making anything while nothing has changed that goes into the files.
    """
    programs = measured_with(control)
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id)
        fingerprint = revision.fingerprint
        try:
            sheet, template = _as_issued(control, session, revision), template_for(control, session, revision)
        except DocctlError as refusal:
            return MeasuredIssue(failure=str(refusal), programs=programs)
    made_of = _made_of(control, sheet, template, programs)
    with control.measurements.making(fingerprint):
        kept = control.measurements.kept(fingerprint, made_of)
        if kept is not None:
            return MeasuredIssue(tuple(map(Difference.from_row, kept)), programs=programs)
        try:
            found = built_and_read_back(control, revision, sheet, template).differences
        except (LibraryBusyError, TooManyConversionsError):
            raise
        except DocctlError as refusal:
            return MeasuredIssue(failure=str(refusal), programs=programs)
        control.measurements.keep(fingerprint, made_of, [each.as_row() for each in found])
        return MeasuredIssue(found, programs=programs)


def _as_issued(control: DocumentControl, session: Session, revision: Revision) -> IssueSheet:
    """Return what the pages will state once the revision is in force, as far as it is known."""
    sheet = issue_sheet(control, session, revision)
    known = revision.effective_date or revision.wanted_effective_date or control.today(session)
    return replace(sheet, status=STATUS[State.IN_FORCE], mark="", effective_date=day_in_words(known))


def _made_of(
    control: DocumentControl, sheet: IssueSheet, template: WordTemplate | None, programs: dict[str, str]
) -> str:  # fmt: skip
    """Return the fingerprint of all that goes into the files besides the revision's own."""
    parts = {
        "sheet": {name: value for name, value in sheet.as_row().items() if name not in _OF_THE_MOMENT},
        "template": template.sha256 if template is not None else "",
        "programs": programs,
        "keeps_word_pages": control.keeps_word_pages and tools.libreoffice.is_usable(),
    }
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()
