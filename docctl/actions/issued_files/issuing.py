"""Issuing: the files of a revision in force are made, read back, and kept beside what was signed."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.actions.issued_files.exporting import (
    PDF,
    SIGNATURES,
    WORD,
    built_and_read_back,
    file_name,
    issue_sheet,
    template_for,
)
from docctl.actions.issued_files.holding_up import look_ahead, note
from docctl.actions.issued_files.publishing import record_issue
from docctl.document_control import DocumentControl
from docctl.document_control.rendering_tools import made_with, measured_with
from docctl.domain.approval.signature import Signature
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.word_template import WordTemplate
from docctl.domain.errors import DocctlError, LibraryBusyError, WrongStateError
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.rights.permission import Right, require, require_readable
from docctl.domain.trail.audit_trail import Act, Event


@dataclass(frozen=True)
class PreparedIssue:
    """What the files of an issue state besides the text: sheet, template, signatures, differences let stand."""

    sheet: IssueSheet
    template: WordTemplate | None
    signatures: list[dict[str, Any]]
    let_stand: list[dict[str, Any]]
    standing: frozenset[str]


@dataclass(frozen=True)
class MadeIssue:
    """The files of an issue, what they were made from, the fingerprint of the template, and what was found in them."""

    files: dict[str, bytes]
    inputs: dict[str, object]
    template: str
    found: MeasuredIssue


def issue(control: DocumentControl, revision_id: int) -> MeasuredIssue:
    """Make, read back and keep the files of a revision in force that is not issued yet; return what is in the way.

    Nothing is issued that cannot be made or says something else than the page, unless that was let stand.
    """
    with control.reading() as session:
        revision = session.get(Revision, revision_id)
        if revision is None or revision.state != State.IN_FORCE or revision.issued_commit:
            return MeasuredIssue()
    try:
        with control.reading() as session:
            revision = session.get_one(Revision, revision_id)
            prepared = prepare_issue(control, session, revision)
        made = make_issue(control, revision, prepared)
    except LibraryBusyError:
        raise
    except DocctlError as refusal:
        left = MeasuredIssue(failure=str(refusal), programs=measured_with(control))
    else:
        left = made.found
        if left.is_sound:
            record_issue(control, revision_id, made.files, made.inputs, made.template)
            return left
    with control.deciding(None) as decision:
        found = decision.session.get_one(Revision, revision_id)
        if found.state == State.IN_FORCE and not found.issued_commit:
            note(decision, found, left.without(found.standing_keys))
    return left


def issue_again(control: DocumentControl, revision_id: int, person_id: int) -> MeasuredIssue:
    """Try again now to issue what is held up, or to find an approved revision sound; return what is still in the way.

    What comes of it is recorded as of the followers, which try by themselves whenever a program has changed.
    """
    with control.reading() as session:
        person = control.reader(session, person_id)
        revision = require_readable(person, session.get(Revision, revision_id))
        require(person, Right.CONTROL)
        is_due = revision.state == State.APPROVED or (revision.state == State.IN_FORCE and not revision.issued_commit)
    if not is_due:
        raise WrongStateError(
            "%(revision)s does not wait to be issued, so nothing was tried again.", revision=revision.name
        )
    if revision.state == State.APPROVED:
        return look_ahead(control, revision_id)
    return issue(control, revision_id)


def issue_what_other_programs_could_not(control: DocumentControl) -> None:
    """Try again what is held up and was found so with other programs than those of today."""
    today = measured_with(control)
    failed = select(Event.revision_id).where(Event.act == Act.ISSUE_FAILED)
    # Before docctl recorded what is in the way, a failure was an event and nothing else.
    unsaid = (Revision.issued_commit == "") & Revision.id.in_(failed)
    waiting = select(Revision).where(Revision.state.in_((State.IN_FORCE, State.APPROVED)))
    with control.reading() as session:
        found = session.scalars(waiting.where((Revision.issue_trouble != "") | unsaid).order_by(Revision.id)).all()
        again = [(each.id, each.state) for each in found if each.held_up_by.programs != today]
    for revision_id, state in again:
        (look_ahead if state == State.APPROVED else issue)(control, revision_id)


def prepare_issue(control: DocumentControl, session: Session, revision: Revision) -> PreparedIssue:
    """Return what the files of a revision state besides its text."""
    return PreparedIssue(
        sheet=issue_sheet(control, session, revision),
        template=template_for(control, session, revision),
        signatures=[as_evidence(signature) for signature in revision.valid_signatures],
        let_stand=[as_let_stand(each) for each in revision.standing],
        standing=revision.standing_keys,
    )


def make_issue(control: DocumentControl, revision: Revision, prepared: PreparedIssue) -> MadeIssue:
    """Make the Word file, the PDF and the list of signatures, with what is needed to make them again, and read back."""
    sheet, template = prepared.sheet, prepared.template
    made = built_and_read_back(control, revision, sheet, template)
    word, pdf = made.files[WORD], made.files[PDF]
    evidence = {
        "number": sheet.number,
        "revision": sheet.revision,
        "fingerprint": revision.fingerprint,
        "adopted_evidence": revision.adopted_evidence,
        "signatures": prepared.signatures,
        "differences_let_stand": prepared.let_stand,
        "stated": sheet.as_row(),
        "made_with": made_with(control, template, pdf.pages).as_row(),
    }
    files = {
        f"issued/{file_name(revision, WORD)}": word.data,
        f"issued/{file_name(revision, PDF)}": pdf.data,
        f"issued/{SIGNATURES}": (json.dumps(evidence, indent=1, ensure_ascii=False) + "\n").encode(),
    }
    inputs: dict[str, object] = {"chain_head": sheet.chain_head, "seq": sheet.seq, "issued_at": sheet.issued_at}
    left = MeasuredIssue(made.differences, programs=measured_with(control)).without(prepared.standing)
    return MadeIssue(files, inputs, template.sha256 if template is not None else "", left)


def as_let_stand(letting: DifferenceLetStand) -> dict[str, Any]:
    """Return a difference that was let stand as the list of signatures of an issue states it."""
    return {
        "difference": letting.row,
        "key": letting.key,
        "fingerprint": letting.fingerprint,
        "reason": letting.reason,
        "name": letting.printed_name,
        "let_stand_at": letting.let_stand_at.isoformat(),
    }


def as_evidence(signature: Signature) -> dict[str, Any]:
    """Return a signature as the list of signatures of an issue states it."""
    return {
        "name": signature.printed_name,
        "role": signature.role,
        "kind": signature.kind,
        "meaning": signature.meaning,
        "rule": signature.rule,
        "round": signature.round,
        "fingerprint": signature.fingerprint,
        "signed_at": signature.signed_at.isoformat(),
        "time_zone": signature.time_zone,
        "authenticated_by": signature.authenticated_by,
    }
