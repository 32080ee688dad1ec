"""What stands at the top of a Markdown file about the document: what docctl has a place for, and what it has not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docctl.domain.documents.document_metadata import Classification

NUMBER_ENTRIES = ("number", "id", "document_number", "doc_number", "reference", "identifier", "ref", "document_id")
_OTHER_NAMES = {
    "document_title": "title", "titel": "title", "titre": "title", "document_type": "type", "doc_type": "type",
    "document_owner": "owner", "process_owner": "owner", "eigentümer": "owner", "dept": "department",
    "abteilung": "department", "lang": "language", "sprache": "language", "confidentiality": "classification",
    "klassifizierung": "classification", "tags": "keywords", "keyword": "keywords", "schlagwörter": "keywords",
    "description": "summary", "abstract": "summary", "change_summary": "summary",
}  # fmt: skip
_TAKEN = frozenset(
    (*NUMBER_ENTRIES, "title", "type", "owner", "department", "language", "classification", "keywords", "clauses")
) | {"summary"}
_WHY = (
    (
        re.compile(r"version|rev(?:ision)?(?:_?(?:no|number))?|issue|edition|ausgabe|status|state"),
        "because docctl counts revisions and states itself",
    ),
    (
        re.compile(
            r".*date.*|datum|effective.*|valid_.*|created|modified|updated|last_.*|next_.*|review.*due|gültig.*"
        ),
        "because dates are given when the document is imported",
    ),
    (
        re.compile(r".*approv.*|.*review.*|.*sign.*|genehmigt.*|geprüft.*|freigegeben.*"),
        "because only signatures, or the evidence given at the import, say who approved a document",
    ),
    (
        re.compile(r"authors?|.*_author|created_by|written_by|editors?|verfasser|autor.*"),
        "because the audit trail says who brought the document in",
    ),
)
_LONGEST_SHOWN = 200
_CLASSIFICATIONS = {
    Classification.PUBLIC: "public öffentlich publique público pública pubblico pubblica openbaar publiek",
    Classification.INTERNAL: "internal intern interne interno interna",
    Classification.RESTRICTED: (
        "restricted confidential secret vertraulich geheim eingeschränkt confidentiel confidentielle restreint "
        "restreinte secreto secreta confidencial restringido restringida riservato riservata confidenziale segreto "
        "vertrouwelijk beperkt"
    ),
}
"""What files say of who may read a document, in the languages of the register."""


def with_usual_names(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries under the names by which docctl knows them, whatever their case; the first of two stays."""
    found: dict[str, Any] = {}
    for name, value in entries.items():
        folded = re.sub(r"[\s-]+", "_", str(name).strip().casefold())
        found.setdefault(_OTHER_NAMES.get(folded, folded), value)
    return found


def not_taken_over(entries: Mapping[str, Any]) -> Iterator[str]:
    """Name each entry that docctl has no place for, with what it says."""
    taken: set[str] = set()
    for name, value in entries.items():
        folded = re.sub(r"[\s-]+", "_", str(name).strip().casefold())
        usual = _OTHER_NAMES.get(folded, folded)
        is_first = usual not in taken and not (usual in NUMBER_ENTRIES and taken.intersection(NUMBER_ENTRIES))
        taken.add(usual)
        said = _said(value)
        if not said or (usual in _TAKEN and is_first and _is_readable(usual, value)):
            continue
        why = next(
            (reason for pattern, reason in _WHY if pattern.fullmatch(folded)), "because docctl has no place for it"
        )
        yield f"“{name}: {said}” at the top of the file was not taken over, {why}."


def listed(value: object) -> list[str]:
    """Return keywords, whether they were written as a list or in one line."""
    if isinstance(value, str):
        return [word.strip() for word in re.split(r"[,;]", value) if word.strip()]
    return [" ".join(word.split()) for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _is_readable(name: str, value: object) -> bool:
    if name == "clauses":
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)
    return isinstance(value, str) or (name == "keywords" and isinstance(value, list))


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        text = "; ".join(f"{name}: {_said(entry)}" for name, entry in value.items())
    elif isinstance(value, list):
        text = ", ".join(map(_said, value))
    else:
        text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def classification_of(said: str) -> tuple[Classification, str]:
    """Return who may read a document by what its file says, and a sentence where that is not a word of docctl's own.

    The stricter one counts where several are said, and the strictest where nothing is known.
    """
    words = re.findall(r"[^\W\d_]+", said.casefold())
    if not words:
        return Classification.INTERNAL, ""
    known = {word: kind for kind, names in _CLASSIFICATIONS.items() for word in names.split()}
    found = [known[word] for word in words if word in known]
    if said.casefold() in list(Classification):
        return found[0], ""
    if len(found) < len(words):
        return Classification.RESTRICTED, (
            f"The classification “{_said(said)}” is not one that docctl knows and was not taken over; "
            "the document is restricted until somebody changes that."
        )
    strictest = max(found, key=list(_CLASSIFICATIONS).index)
    return strictest, f"The classification “{_said(said)}” was taken over as {strictest.value}."
