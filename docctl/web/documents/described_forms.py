"""The metadata of a document as a form sends it; what the form does not offer stays as it was."""

from dataclasses import replace

from flask import request

from docctl.domain.documents.described_fields import Place, plain_fields
from docctl.domain.documents.document_metadata import Classification, DocumentMetadata, ExternalSource
from docctl.domain.errors import InvalidInputError
from docctl.registers.documents.describing_choices import DescribingChoices
from docctl.web.frame.finding_people import chosen_people
from docctl.web.frame.sent_forms import sent


def metadata_sent(before: DocumentMetadata, choices: DescribingChoices, *, external: bool) -> DocumentMetadata:
    """Return the metadata with what the form says; departments and people that were not offered are ignored."""
    before = choices.brought_up_to_date(before)
    restricted = sent("classification") == Classification.RESTRICTED
    offered = {name for name, _ in choices.departments} | set(before.departments)
    lines = {field.name: sent(field.name) for field in plain_fields(Place.FORM) if field.name in request.form}
    departments = tuple(name for name in request.form.getlist("departments") if name in offered)
    return replace(
        before.saying(lines),
        title=sent("title"),
        owner=sent("owner").strip(),
        department=_one_of(sent("department"), {*offered, before.department, ""}, "department"),
        language=_one_of(sent("language"), {code for code, _ in choices.languages} | {before.language}, "language"),
        classification=sent("classification"),
        departments=departments if restricted else (),
        people=tuple(sorted({number for number, _ in chosen_people("people", [])})) if restricted else (),
        keywords=tuple(word.strip() for word in sent("keywords").split(",") if word.strip()),
        external=_external() if external else before.external,
    )


def _external() -> ExternalSource:
    return ExternalSource(
        issuer=sent("issuer").strip(),
        edition=sent("edition").strip(),
        kept_at=sent("kept_at").strip(),
        checked_on=sent("checked_on").strip(),
    )


def _one_of(value: str, offered: set[str], what: str) -> str:
    if value not in offered:
        raise InvalidInputError("Choose the %(what)s from the list.", what=what)
    return value
