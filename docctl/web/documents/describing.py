"""Describing: the metadata of a draft, and the clauses of standards that it covers."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.documents import drafting
from docctl.domain.documents.document_metadata import CitedClause, DocumentMetadata
from docctl.domain.errors import DocctlError
from docctl.domain.rights.permission import Right, require_writable
from docctl.domain.standards.citation import format_citation
from docctl.domain.standards.standard import Standard
from docctl.registers.approval.approval_progress import revision_at_work
from docctl.registers.documents.describing_choices import describing_choices
from docctl.registers.standards.clause_coverage import clauses_of
from docctl.registers.standards.offered_clauses import offered_clauses, section_titles
from docctl.web import control, only_with, organisation, person
from docctl.web.documents.described_forms import metadata_sent
from docctl.web.documents.drafting import ONE_REVISION
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done

bp = Blueprint("describing", __name__)


@bp.get(f"{ONE_REVISION}/metadata")
@only_with(Right.WRITE)
def metadata(number: str, revision: int, refusal: DocctlError | None = None) -> str:
    """Show what the draft says about itself."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        kind, choices = draft.document.type, describing_choices(reading)
        described = choices.brought_up_to_date(draft.document_metadata)
        if refusal is not None:
            described = metadata_sent(described, choices, external=kind.is_external)
        return render_template(
            "documents/metadata.html",
            draft=draft,
            kind=kind,
            metadata=described,
            choices=choices,
            reason=sent("reason"),
            refusal=refusal,
        )


@bp.post(f"{ONE_REVISION}/metadata")
@only_with(Right.WRITE)
@shown_again(metadata)
def save_metadata(number: str, revision: int) -> ResponseReturnValue:
    """Save what the draft says about itself."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        choices = describing_choices(reading)
        kind = draft.document.type
    described = metadata_sent(draft.document_metadata, choices, external=kind.is_external)
    _save(draft.id, described, sent("reason") or _("Metadata changed"))
    return redirect(url_for("describing.metadata", number=number, revision=revision), code=303)


@bp.get(f"{ONE_REVISION}/clauses")
@only_with(Right.WRITE)
def clauses(number: str, revision: int, refusal: DocctlError | None = None) -> str:
    """Show the clauses the draft covers, those its text cites, and the clauses of one standard to choose from."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        view = control().read_text(person(), draft.current, draft)
        described = draft.document_metadata
        standards = _standards()
        shown = request.values.get("standard", "")
        if shown not in {standard.id for standard in standards}:
            shown = standards[0].id
        present = [
            (place, row, clauses_of(control(), [(row.standard, row.clause, row.section)])[0])
            for place, row in enumerate(described.clauses)
        ]
        return render_template(
            "documents/clauses.html",
            draft=draft,
            present=present,
            offered=offered_clauses(control(), organisation(), view, described.clauses),
            sections=section_titles(view),
            standards=standards,
            shown=shown,
            tree=control().catalogue.tree(shown),
            covered={row.clause for row in described.clauses if row.standard == shown},
            refusal=refusal,
        )


@bp.post(f"{ONE_REVISION}/clauses")
@only_with(Right.WRITE)
@shown_again(clauses)
def save_clauses(number: str, revision: int) -> ResponseReturnValue:
    """Save which clauses the draft covers."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        sections = set(section_titles(control().read_text(person(), draft.current, draft)))
    before = draft.document_metadata
    chosen = _clauses_sent(before, sections)
    if chosen == before.clauses:
        flash(_("Nothing was changed."), "info")
    else:
        _save(draft.id, replace(before, clauses=chosen), _reason(before.clauses, chosen))
    standard = request.form.get("standard", "")
    return redirect(url_for("describing.clauses", number=number, revision=revision, standard=standard), code=303)


def _save(revision_id: int, described: DocumentMetadata, reason: str) -> None:
    if once(
        lambda: drafting.save_draft(
            control(),
            revision_id,
            person().id,
            reason=reason,
            based_on=sent("based_on"),
            metadata=described,
            request_id=sent_key(),
        )
    ):
        tell_done(_("Saved."))


def _clauses_sent(before: DocumentMetadata, sections: set[str]) -> tuple[CitedClause, ...]:
    """The clauses that stay, each with its section, and those that are added; unknown ones are ignored."""
    kept = []
    for place, row in enumerate(before.clauses):
        if request.form.get(f"keep-{place}"):
            section = request.form.get(f"section-{place}", "")
            kept.append(replace(row, section=section) if section in {*sections, ""} else row)
    present = {(row.standard, row.clause) for row in kept}
    for value in request.form.getlist("add"):
        standard, clause, section = [*value.split("|", 2), "", ""][:3]
        if (standard, clause) not in present and clause and control().catalogue.has_clause(standard, clause):
            kept.append(CitedClause(standard, clause, section if section in sections else ""))
            present.add((standard, clause))
    return tuple(dict.fromkeys(kept))


def _reason(before: tuple[CitedClause, ...], after: tuple[CitedClause, ...]) -> str:
    """Say in one line which clauses came and went."""
    old, new = {(row.standard, row.clause) for row in before}, {(row.standard, row.clause) for row in after}
    added, removed = sorted(new - old), sorted(old - new)
    parts = []
    if added:
        parts.append(_("added %(clauses)s", clauses=_named(added)))
    if removed:
        parts.append(_("removed %(clauses)s", clauses=_named(removed)))
    return str(_("Clauses: %(changes)s", changes="; ".join(parts) or _("sections changed")))[:900]


def _named(keys: list[tuple[str, str]]) -> str:
    catalogue = control().catalogue
    return ", ".join(format_citation(catalogue, *key) if catalogue.has_clause(*key) else " ".join(key) for key in keys)


def _standards() -> list[Standard]:
    """The standards of the catalogue, those the organisation works to first."""
    ours = set(organisation().standards)
    return sorted(control().catalogue.standards, key=lambda standard: (standard.id not in ours, standard.code))
