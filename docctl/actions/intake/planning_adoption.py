"""Planning an adoption: each claimed document beside what the library has of it, so that nothing is adopted twice."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from docctl.actions.intake.past_source import PastSource, shown_path
from docctl.document_control import DocumentControl
from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import sha256
from docctl.domain.errors import DocctlError
from docctl.domain.intake.adoption_plan import AdoptionPlan, KnownRevision
from docctl.domain.intake.claimed_past import ClaimedDocument, ClaimedRevision, faults_of
from docctl.domain.rights.permission import Right, require


def plan_adoption(control: DocumentControl, person_id: int, source: PastSource) -> list[AdoptionPlan]:
    """Plan what is to become of each document of a source; raise NotPermittedError for who may not adopt."""
    with control.reading() as session:
        require(control.reader(session, person_id), Right.CONTROL)
        today = control.today(session)
        knows_any = bool(session.scalar(select(exists().where(AdoptedRevision.revision_id.is_not(None)))))
        types = set(session.scalars(select(DocumentType.name)))
        plans = []
        for document in source.documents:
            reasons = faults_of(document, today)
            if document.number.upper() in source.numbered_twice:
                reasons.append(f"{document.number} is claimed by more than one file; give each a number of its own.")
            if document.type_name and document.type_name.lower() not in types:
                known = ", ".join(sorted(types))
                reasons.append(f"There is no document type “{document.type_name}”; there are {known}.")
            plan = AdoptionPlan(document, document.number, reasons=tuple(reasons))
            plans.append(plan if reasons else _beside_library(session, source, plan, knows_any=knows_any))
        return plans


def _beside_library(session: Session, source: PastSource, plan: AdoptionPlan, *, knows_any: bool) -> AdoptionPlan:
    """Return the plan with what the library has of the document, or the reason why it cannot go on from there."""
    try:
        document = _present(session, source, plan.document, knows_any=knows_any)
        if document is None:
            return plan
        known = _known(session, document)
        reasons = tuple(_hindrances(source, plan.document, document, known))
    except DocctlError as refusal:
        return replace(plan, reasons=(str(refusal),))
    return replace(plan, number=document.number, document_id=document.id, known=known, reasons=reasons)


def _present(session: Session, source: PastSource, claimed: ClaimedDocument, *, knows_any: bool) -> Document | None:
    """Return the document of the library that has the number, or was made of the same first file."""
    if claimed.number:
        return session.scalars(select(Document).where(Document.canonical == claimed.number.upper())).first()
    first = claimed.revisions[0]
    if not knows_any:
        return None
    query = (
        select(Document)
        .join(Revision, Revision.document_id == Document.id)
        .join(AdoptedRevision, AdoptedRevision.revision_id == Revision.id)
        .where(AdoptedRevision.file_sha256 == sha256(source.bytes_of(first)))
        .where(AdoptedRevision.file == shown_path(first.file), AdoptedRevision.label == first.label)
    )
    return session.scalars(query).first()


def _known(session: Session, document: Document) -> tuple[KnownRevision, ...]:
    query = (
        select(Revision.number, AdoptedRevision)
        .join(AdoptedRevision, AdoptedRevision.revision_id == Revision.id)
        .where(Revision.document_id == document.id)
        .order_by(Revision.number)
    )
    return tuple(KnownRevision(number, row.label, row.file, row.file_sha256) for number, row in session.execute(query))


def _hindrances(
    source: PastSource, claimed: ClaimedDocument, document: Document, known: tuple[KnownRevision, ...]
) -> Iterable[str]:
    """Say why the library's document cannot be the one that is claimed, or can take no more revisions of its past."""
    if document.disposed_at is not None:
        yield f"{document.number} was disposed of, and numbers are never given twice; choose another."
        return
    if not known:
        yield f"The number {document.number} is taken by a document of this library; choose another."
        return
    for there, revision in zip(known, claimed.revisions, strict=False):
        if there.label != revision.label or there.file_sha256 != sha256(source.bytes_of(revision)):
            yield (
                f"{document.number} was adopted with another past: its revision {there.number} is not "
                f"{revision.named}; an adopted past is never changed, so mend the source."
            )
            return
    if len(claimed.revisions) > len(known) and not _may_go_on(document, known):
        yield (
            f"{document.number} has gone on in this library since it was adopted, so {_first_new(claimed, known)} "
            "cannot be put behind it; upload it as a new revision."
        )


def _may_go_on(document: Document, known: tuple[KnownRevision, ...]) -> bool:
    newest = document.revisions[-1]
    return newest.state == State.IN_FORCE and newest.number == known[-1].number


def _first_new(claimed: ClaimedDocument, known: tuple[KnownRevision, ...]) -> str:
    revision: ClaimedRevision = claimed.revisions[len(known)]
    return revision.named
