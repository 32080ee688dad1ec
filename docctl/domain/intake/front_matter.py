"""What stands at the top of a Markdown file about the document: what docctl has a place for, and what it has not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docctl.domain.documents.described_fields import Place, fields_at, plain_fields
from docctl.domain.documents.document_metadata import Classification

NUMBER_ENTRIES = ("number", "id", "document_number", "doc_number", "reference", "identifier", "ref", "document_id")
_OTHER_NAMES = {"document_type": "type", "doc_type": "type", "change_summary": "summary"}
_TAKEN = frozenset((*NUMBER_ENTRIES, "type", "clauses", "summary"))
_WHY = (
    (
        "review reviews überprüfung überprüfungen überprüfungsdatum revue révisé",
        "because docctl takes neither reviews nor the day of the next one from a file",
    ),
    (
        "approve approved approver approvers approval approvals reviewed reviewer reviewers sign signed signature "
        "signatures signatory signatories signoff genehmigt genehmigung geprüft prüfer prüfung freigegeben freigabe "
        "approuvé approbation vérifié",
        "because only signatures, or the evidence given at the import, say who approved a document, and when",
    ),
    (
        "until expires expiry expiration ablauf",
        "because docctl keeps no day on which a document ends",
    ),
    (
        "author authors editor editors written created modified updated changed verfasser verfasserin autor autorin "
        "autoren erstellt geändert auteur créé modifié",
        "because the audit trail says who brought the document in and changed it, and when",
    ),
    (
        "date dates datum effective valid gültig published issued publication",
        "because the effective date is given when the document is imported",
    ),
)
"""Words in the name of an entry, and why what it says is not taken over."""
_COUNTED = frozenset(["version", "rev", "revision", "issue", "edition", "ausgabe", "status", "state", "draft"])
_COUNTING = frozenset(("no", "nr", "number"))
_NO_PLACE = {
    "abstract": "because docctl keeps no abstract beside the text; put it into the text if it is to be read",
    "description": "because docctl keeps no description beside the text; put it into the text if it is to be read",
    "clauses": "because clauses are written as a list, each with standard and clause",
}
_FREE = "because docctl has no place for it"
_LONGEST_SHOWN = 200
_YAML_ENTRY = re.compile(r"^([^\W\d](?:[\w-]| ++(?=[\w-]))*+)[ \t]*+:[ \t](.*)$", re.MULTILINE)
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
    others = _other_names()
    for name, value in entries.items():
        folded = _folded(name)
        found.setdefault(others.get(folded, folded), value)
    return found


def _other_names() -> dict[str, str]:
    """Return what stands for which entry, besides its own name."""
    fields = fields_at(Place.FRONT_MATTER)
    return _OTHER_NAMES | {_folded(name): field.name for field in fields for name in (*field.also_called, field.label)}


def _folded(name: object) -> str:
    return re.sub(r"[\s-]+", "_", str(name).strip().casefold())


def not_taken_over(entries: Mapping[str, Any]) -> Iterator[str]:
    """Name each entry that docctl has no place for, with what it says and why it was not taken over."""
    taken: dict[str, str] = {}
    others, known = _other_names(), _TAKEN | {field.name for field in fields_at(Place.FRONT_MATTER)}
    for name, value in entries.items():
        folded = _folded(name)
        usual = others.get(folded, folded)
        place = "number" if usual in NUMBER_ENTRIES else usual
        before = taken.setdefault(place, str(name))
        said = _said(value)
        if not said:
            continue
        if before != str(name):
            why = f"because “{before}” says it already"
        elif usual not in known:
            why = _why_not(folded)
        elif _is_readable(usual, value):
            continue
        else:
            why = _NO_PLACE.get(usual, "because it is not written as a line of text")
        yield f"“{name}: {said}” at the top of the file was not taken over, {why}."


def _why_not(name: str) -> str:
    words = frozenset(re.split(r"[\W_]+", name))
    if words & _COUNTED and words <= _COUNTED | _COUNTING:
        return "because docctl counts revisions and states itself"
    return next((why for known, why in _WHY if words.intersection(known.split())), _NO_PLACE.get(name, _FREE))


def lost_by_yaml(text: str, entries: Mapping[str, Any]) -> Iterator[str]:
    """Name what stands in entries written as YAML and is not in what was read of them: of one name only the last."""
    lines = [(found[1], found[2].strip()) for found in _YAML_ENTRY.finditer(text)]
    last = {name: at for at, (name, _) in enumerate(lines)}
    for at, (name, said) in enumerate(lines):
        is_repeated = at < last[name]
        if said and (is_repeated or name not in entries):
            why = "because the entry stands there again" if is_repeated else _FREE
            yield f"“{name}: {_said(said)}” at the top of the file was not taken over, {why}."


def listed(value: object) -> list[str]:
    """Return keywords, whether they were written as a list or in one line."""
    if isinstance(value, str):
        return [word.strip() for word in re.split(r"[,;]", value) if word.strip()]
    return [" ".join(word.split()) for word in value if isinstance(word, str)] if isinstance(value, list) else []


def further_lines_of(entries: Mapping[str, Any]) -> dict[str, str]:
    """Return what is said in the plain fields, each by its name; a number is a line as well."""
    found = {field.name: entries.get(field.name) for field in plain_fields(Place.FRONT_MATTER)}
    return {name: " ".join(str(value).split()) for name, value in found.items() if _is_line(value)}


def _is_line(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_readable(name: str, value: object) -> bool:
    if name == "clauses":
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)
    if name in (field.name for field in plain_fields(Place.FRONT_MATTER)):
        return _is_line(value)
    return isinstance(value, str) or (name == "keywords" and isinstance(value, list))


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        text = "; ".join(f"{name}: {_said(entry)}" for name, entry in value.items())
    elif isinstance(value, list):
        text = ", ".join(map(_said, value))
    elif isinstance(value, bool):
        text = str(value).lower()
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
