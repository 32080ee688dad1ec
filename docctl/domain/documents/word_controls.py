"""The content controls by which a Word template and a document's sheet find each other."""

from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches

from docctl.domain.documents.described_fields import Place, plain_fields
from docctl.domain.errors import InvalidInputError
from docctl.domain.issued_files.issue_sheet import IssueSheet

_VALUES = (
    "number", "title", "revision", "effective_date", "owner", "classification", "status", "department", "document_type",
    "organisation", "chain_head",
)  # fmt: skip
BODY_CONTROL = "docctl:body"
RECORD_CONTROLS = ("docctl:approvals", "docctl:revision_history", "docctl:clauses")
MARK_STYLE, STATUS_LINE_STYLE, COPY_LINE_STYLE = "DocctlMark", "DocctlStatusLine", "DocctlCopyLine"
"""The styles of the lines that docctl prints on every page."""
_OPTIONAL = ("department", "document_type", "organisation", "chain_head")
MAXIMUM_CONTROLS = 500


def value_controls() -> tuple[str, ...]:
    """Return the controls that state one value each."""
    return (*(f"docctl:{name}" for name in _VALUES), *_further_controls())


def optional_controls() -> tuple[str, ...]:
    """Return the controls that a Word template may lack."""
    return (*(f"docctl:{name}" for name in _OPTIONAL), *_further_controls())


def _further_controls() -> tuple[str, ...]:
    return tuple(f"docctl:{field.name}" for field in plain_fields(Place.CONTROL))


@dataclass(frozen=True)
class PlacedControl:
    """A content control as it stands in a Word template."""

    tag: str
    in_text: bool = True
    in_text_box: bool = False
    in_line: bool = False


def template_faults(controls: list[PlacedControl]) -> list[str]:
    """What keeps a Word template from being used, one sentence for each fault; nothing when it is sound."""
    blocks = (*RECORD_CONTROLS, BODY_CONTROL)
    known = (*value_controls(), *blocks)
    counted = Counter(control.tag for control in controls)
    faults = [f"The control {tag} is missing." for tag in known if not counted[tag] and tag not in optional_controls()]
    for tag, times in counted.items():
        if tag in blocks and times > 1:
            faults.append(f"The control {tag} is there {times} times, and may be there once.")
        fault = _unknown_tag(tag, known)
        if fault:
            faults.append(fault)
    for control in dict.fromkeys(controls):
        if control.tag in known and control.in_text_box:
            faults.append(f"The control {control.tag} stands in a text box, where it cannot be filled.")
        if control.tag in blocks and not control.in_text:
            faults.append(f"The control {control.tag} stands in a header or footer, and belongs in the text.")
        if control.tag in blocks and control.in_line:
            faults.append(f"The control {control.tag} stands within a line, and must hold whole paragraphs.")
    if len(controls) > MAXIMUM_CONTROLS:
        faults.append(f"The template has {len(controls)} controls; {MAXIMUM_CONTROLS} are allowed.")
    return faults


def _unknown_tag(tag: str, known: tuple[str, ...]) -> str:
    if tag in known:
        return ""
    meant = get_close_matches(tag.casefold(), known, n=1, cutoff=0.8)
    if meant:
        return f"The control {tag} is not known; {meant[0]} is probably meant."
    return f"The control {tag} is not known." if tag.casefold().startswith("docctl:") else ""


_OTHER_WORDS = {"text": "body", "content": "body", "history": "revision_history", "effective": "effective_date"}


def control_meant(word: str) -> str:
    """Return the control that a typed mark such as {{effective date}} means; nothing where it is none of ours."""
    name = "_".join(word.lower().split())
    tag = f"docctl:{_OTHER_WORDS.get(name, name)}"
    return tag if tag in (*value_controls(), *RECORD_CONTROLS, BODY_CONTROL) else ""


def control_values(sheet: IssueSheet) -> dict[str, str]:
    """What each value control says; refuses characters that cannot be printed."""
    further = dict(sheet.further)
    values = {f"docctl:{name}": getattr(sheet, name) for name in _VALUES}
    values |= {tag: further.get(tag.removeprefix("docctl:"), "") for tag in _further_controls()}
    for tag, text in {**values, "docctl:mark": sheet.mark, "docctl:issued_at": sheet.issued_at}.items():
        _check_printable(tag, text)
    return values


def record_rows(sheet: IssueSheet) -> dict[str, list[tuple[str, ...]]]:
    """The rows of the approvals, the revision history and the clauses covered."""
    rows: dict[str, list[tuple[str, ...]]] = {
        "docctl:approvals": [(line.printed_name, line.role, line.meaning, line.signed_at) for line in sheet.approvals],
        "docctl:revision_history": [
            (line.revision, line.effective_date, line.summary, line.approved_by) for line in sheet.history
        ],
        "docctl:clauses": [(line.standard, line.clause, line.title) for line in sheet.clauses],
    }
    for tag, lines in rows.items():
        for text in (text for line in lines for text in line):
            _check_printable(tag, text)
    return rows


RECORD_HEADINGS = {
    "docctl:approvals": ("Name", "Role", "Meaning of the signature", "Date and time"),
    "docctl:revision_history": ("Revision", "Effective date", "Summary of changes", "Approved by"),
    "docctl:clauses": ("Standard", "Clause", "Subject"),
}


def _check_printable(tag: str, text: str) -> None:
    for character in text:
        code = ord(character)
        if (code < 0x20 and character not in "\t\n\r") or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
            raise InvalidInputError(
                "The value of %(control)s holds a character (U+%(code)s) that cannot be printed; take it out "
                "and try again.",
                control=tag.removeprefix("docctl:").replace("_", " "),
                code=f"{code:04X}",
            )
