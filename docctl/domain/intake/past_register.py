"""A register of documents kept in a spreadsheet: its columns by whatever name, its rows as revisions of documents."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from docctl.domain.errors import InvalidInputError
from docctl.domain.intake.claimed_day import claimed_day
from docctl.domain.intake.claimed_past import ClaimedAuthor, ClaimedDocument, ClaimedRevision, in_order

COLUMNS: Mapping[str, str] = {
    "number": "number|no|nr|id|identifier|code|docno|docnr|docnumber|docid|documentno|documentnr|documentnumber"
    "|documentid|documentcode|doknr|doknummer|doku nr|dokumentnr|dokumentennr|dokumentnummer|dokumentennummer|nummer"
    "|reference|ref|numéro|numero|référence|código|codigo",
    "title": "title|name|documenttitle|documentname|titel|bezeichnung|dokumenttitel|titre|título|titulo",
    "label": "revision|rev|revno|revisionno|revisionnumber|revisionlabel|version|ver|versionno|versionnumber|issue"
    "|issueno|edition|revisionsstand|revisionsnr|ausgabe|stand|révision|revisión",
    "effective": "effectivedate|effective|effectivefrom|validfrom|inforcesince|inforcefrom|date|issuedate|issued"
    "|dateofissue|releasedate|released|publicationdate|published|revisiondate|datum|gültigab|gueltigab|inkraftab"
    "|freigabedatum|ausgabedatum|dateeffective|dateentréeenvigueur|fechaefectiva|fecha",
    "withdrawn": "withdrawn|withdrawnon|withdrawaldate|obsoletesince|obsoletedate|expired|expirydate|zurückgezogen"
    "|zurückgezogenam|ungültigab|außerkraft",
    "owner": "owner|documentowner|processowner|responsible|eigentümer|verantwortlich|verantwortlicher|responsable"
    "|propriétaire",
    "approver": "approver|approvedby|approval|approvers|authorisedby|authorizedby|releasedby|freigegebenvon|freigabe"
    "|freigegebendurch|genehmigtvon|approbateur|approuvépar|aprobadopor",
    "author": "author|authors|writtenby|preparedby|createdby|autor|autorin|verfasser|erstelltvon|erstelltdurch|auteur",
    "department": "department|dept|division|unit|abteilung|bereich|service|departamento",
    "type": "type|documenttype|doctype|category|art|dokumentart|dokumenttyp|typ|tipo",
    "summary": "summary|change|changes|changesummary|descriptionofchange|reasonforchange|remarks|comment|änderung"
    "|änderungen|grundderänderung|modifications",
    "file": "file|filename|filepath|path|location|link|datei|dateiname|dateipfad|pfad|fichier|archivo|ablageort",
}  # fmt: skip
_FIELD_OF = {name.replace(" ", ""): field for field, names in COLUMNS.items() for name in names.split("|")}
_NEEDED = ("number", "file")
_LOOKED_THROUGH = 30
_SEVERAL = re.compile(r"(?<!\s)\s*+(?:;|/|,(?!\s*(?:Dr|Prof|Jr|Sr)\b)|\band\b|\bund\b|&)\s*")
_BEFORE_A_LABEL = re.compile(r"(?:revision|rev|version|ver|v|issue)[\s.:_-]*(?=[\dA-Z])", re.IGNORECASE)

Cell = object
Row = Sequence[Cell]


def documents_in(rows: Sequence[Row], order: str = "") -> list[ClaimedDocument]:
    """Return the documents of a register, a row for each revision; raise InvalidInputError where it is no register."""
    at, columns = _heading(rows)
    together: dict[str, list[tuple[int, dict[str, Cell]]]] = {}
    for row_number, row in enumerate(rows[at + 1 :], start=at + 2):
        cells = {field: row[place] for field, place in columns.items() if place < len(row)}
        if any(_text(cell) for cell in cells.values()):
            key = _text(cells.get("number")) or f"\0{_text(cells.get('title')) or row_number}"
            together.setdefault(key.upper(), []).append((row_number, cells))
    return [_document(found, order) for found in together.values()]


def _heading(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """Find the row of headings, and in which column each field is."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, row in enumerate(rows[:_LOOKED_THROUGH]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            field = _FIELD_OF.get(re.sub(r"[\W_]+", "", _text(cell).casefold()))
            if field is not None:
                columns.setdefault(field, place)
        if len(columns) > len(best[1]):
            best = at, columns
    missing = [name for name in _NEEDED if name not in best[1]]
    if missing:
        raise InvalidInputError(
            "The register has no column headed “%(heading)s”; it needs at least the columns number and file, "
            "and may have title, revision, effective date, owner, author, approver, department, type, "
            "summary and withdrawn.",
            heading=missing[0],
        )
    return best


def _document(found: Iterable[tuple[int, dict[str, Cell]]], order: str) -> ClaimedDocument:
    rows = list(found)
    revisions, ends = [], []
    for row_number, cells in rows:
        revision, withdrawn = _revision(row_number, cells, order)
        revisions.append(revision)
        ends += [withdrawn] if withdrawn is not None else []
    types = [name for _, cells in rows if (name := _text(cells.get("type")))]
    return ClaimedDocument(
        number=_text(rows[0][1].get("number")),
        revisions=in_order(revisions),
        type_name=types[-1] if types else "",
        withdrawn=max(ends) if ends else None,
    )


def _revision(row_number: int, cells: Mapping[str, Cell], order: str) -> tuple[ClaimedRevision, date | None]:
    faults: list[str] = []
    effective = _day(cells.get("effective"), order, "The effective date", faults)
    withdrawn = _day(cells.get("withdrawn"), order, "The day of withdrawal", faults)
    if isinstance(cells.get("label"), date):
        faults.append("the spreadsheet has made a date of its label; format the column as text and enter it again.")
    file = _text(cells.get("file")).replace("\\", "/")
    if not file:
        faults.append("it names no file; enter where its file is.")
    authors = tuple(ClaimedAuthor(name) for name in _SEVERAL.split(_text(cells.get("author"))) if name)
    revision = ClaimedRevision(
        file=file,
        label=_BEFORE_A_LABEL.sub("", _text(cells.get("label")), count=1) or str(effective or ""),
        place=f"row {row_number}",
        title=_text(cells.get("title")),
        effective=effective,
        written_by=authors,
        approved_by=_text(cells.get("approver")),
        owner=_text(cells.get("owner")),
        department=_text(cells.get("department")),
        summary=_text(cells.get("summary")),
        faults=tuple(faults),
    )
    return revision, withdrawn


def _day(cell: Cell, order: str, what: str, faults: list[str]) -> date | None:
    try:
        return claimed_day(_text(cell) if isinstance(cell, str) else cell, order)
    except InvalidInputError as refusal:
        faults.append(f"{what} cannot be used: {refusal}")
        return None


def _text(cell: Cell) -> str:
    """Return a cell as people read it, on one line."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "".join(character if character.isprintable() else " " for character in str(cell))
    return " ".join(text.split())
