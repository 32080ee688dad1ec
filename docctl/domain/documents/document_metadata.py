"""What a document says about itself besides its text; kept with every saved draft as ``document.yaml``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from docctl.domain.errors import InvalidInputError
from docctl.texts.calendar_day import FIRST_YEAR, LAST_YEAR, DayTooFarError, day_written
from docctl.texts.invisible_characters import says_nothing, without_disorder

LONGEST_TITLE = 200
LONGEST_REASON = 1000


class Classification(StrEnum):
    """Who may read a document once it is in force."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


@dataclass(frozen=True, order=True)
class CitedClause:
    """A clause of a standard that the document covers, as a whole or in one of its sections."""

    standard: str
    clause: str
    section: str = ""


@dataclass(frozen=True)
class ExternalSource:
    """Where an external document comes from, where it is kept, and when its currency was last checked."""

    issuer: str = ""
    edition: str = ""
    kept_at: str = ""
    checked_on: str = ""


@dataclass(frozen=True)
class DocumentMetadata:
    """Title, owner, department, language, classification with its readers, keywords, clauses, external source.

    ``further`` are the plain fields of described_fields.py, by name; those that say nothing are not kept.
    """

    title: str
    owner: str = ""
    department: str = ""
    language: str = "en"
    classification: str = Classification.INTERNAL
    departments: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    clauses: tuple[CitedClause, ...] = ()
    external: ExternalSource = ExternalSource()
    further: tuple[tuple[str, str], ...] = ()

    def further_line(self, name: str) -> str:
        """Return what is said in a plain field; nothing where it is empty."""
        return dict(self.further).get(name, "")

    def saying(self, lines: Mapping[str, str]) -> "DocumentMetadata":
        """Return the metadata with other lines in some plain fields."""
        together = {**dict(self.further), **{name: line.strip() for name, line in lines.items()}}
        return replace(self, further=tuple(sorted((name, line) for name, line in together.items() if line)))

    @property
    def audience(self) -> tuple[str, ...]:
        """The groups of readers who may see the document when it is in force."""
        if self.classification != Classification.RESTRICTED:
            return (str(self.classification),)
        departments = tuple(f"department:{name}" for name in self.departments)
        return (*departments, *(f"person:{person}" for person in self.people))

    def checked(self) -> "DocumentMetadata":
        """Return the metadata tidied; raise InvalidInputError for what cannot be kept."""
        texts = [self.title, self.owner, self.department, self.language, *self.departments, *self.keywords]
        texts += [value for clause in self.clauses for value in (clause.standard, clause.clause, clause.section)]
        texts += [line for _, line in self.further]
        texts += [self.external.issuer, self.external.edition, self.external.kept_at, self.external.checked_on]
        for text in texts:
            checked_line(text)
        title = " ".join(checked_line(self.title).split())
        if says_nothing(title):
            raise InvalidInputError("A document needs a title; enter one.")
        if len(title) > LONGEST_TITLE:
            raise InvalidInputError(
                "The title is longer than %(longest)s characters; shorten it.", longest=LONGEST_TITLE
            )
        if any(len(text) > LONGEST_TITLE for text in texts):
            raise InvalidInputError(
                "An entry is longer than %(longest)s characters; shorten it.", longest=LONGEST_TITLE
            )
        if self.classification not in list(Classification):
            raise InvalidInputError("The classification is public, internal or restricted.")
        if self.classification == Classification.RESTRICTED and not (self.departments or self.people):
            raise InvalidInputError("A restricted document names the departments or people who may read it.")
        if self.external.checked_on:
            checked_date(self.external.checked_on, "The date on which the currency was checked")
        keywords = (checked_line(word).strip() for word in self.keywords)
        return replace(
            self,
            title=title,
            owner=checked_line(self.owner),
            department=checked_line(self.department),
            departments=tuple(map(checked_line, self.departments)),
            keywords=tuple(dict.fromkeys(word for word in keywords if not says_nothing(word))),
            clauses=tuple(dict.fromkeys(self.clauses)),
        )

    def as_file(self, number: str, document_type: str) -> bytes:
        """Return ``document.yaml``: identity, owner, classification and clauses, never a state."""
        lines = [f"number: {_plain(number)}", f"type: {_plain(document_type)}"]
        for name, value in self.as_row().items():
            if name == "clauses":
                lines.append("clauses:" if value else "clauses: []")
                lines.extend(f"  - {_plain(row)}" for row in value)
            else:
                lines.append(f"{name}: {_plain(value)}")
        return ("\n".join(lines) + "\n").encode()

    def as_row(self) -> dict[str, Any]:
        """Return the metadata as plain values, in a fixed order."""
        return {
            "title": self.title,
            "owner": self.owner,
            "department": self.department,
            "language": self.language,
            "classification": str(self.classification),
            "departments": list(self.departments),
            "people": list(self.people),
            "keywords": list(self.keywords),
            "external": {
                name: value
                for name, value in (
                    ("issuer", self.external.issuer),
                    ("edition", self.external.edition),
                    ("kept_at", self.external.kept_at),
                    ("checked_on", self.external.checked_on),
                )
                if value
            },
            "clauses": [
                {"standard": row.standard, "clause": row.clause} | ({"section": row.section} if row.section else {})
                for row in sorted(self.clauses)
            ],
            **dict(self.further),
        }

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "DocumentMetadata":
        """Read metadata back from plain values."""
        return cls(
            title=row["title"],
            owner=row.get("owner", ""),
            department=row.get("department", ""),
            language=row.get("language", "en"),
            classification=Classification(row.get("classification", Classification.INTERNAL)),
            departments=tuple(row.get("departments", ())),
            people=tuple(row.get("people", ())),
            keywords=tuple(row.get("keywords", ())),
            clauses=tuple(
                CitedClause(clause["standard"], clause["clause"], clause.get("section", ""))
                for clause in row.get("clauses", ())
            ),
            external=ExternalSource(**row.get("external", {})),
        ).saying({name: line for name, line in row.items() if name not in _OWN and isinstance(line, str)})


_OWN = frozenset(DocumentMetadata(title="").as_row())
"""The names under which a row keeps what is no plain field."""


def metadata_in(data: bytes) -> DocumentMetadata:
    """Return the metadata in the bytes of a ``document.yaml``; raise ValueError or KeyError where it is none."""
    row: dict[str, Any] = {"clauses": []}
    for line in data.decode().splitlines():
        name, _, value = line.partition(": ")
        if line.startswith("  - "):
            row["clauses"].append(json.loads(line.removeprefix("  - ")))
        elif value and name not in ("number", "type"):
            row[name] = json.loads(value)
    return DocumentMetadata.from_row(row)


def checked_line(text: str) -> str:
    """Return a one-line entry without signs that only break it or turn its order.

    Raises InvalidInputError where it holds control characters or half characters.
    """
    if any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF or ord(character) == 127 for character in text):
        raise InvalidInputError("An entry holds characters that cannot be printed; type it again as plain text.")
    return without_disorder(text)


def checked_reason(text: str, what: str, longest: int = LONGEST_REASON) -> str:
    """Return a reason on one line, tidied; raise InvalidInputError where there is none, or it is too long."""
    reason = " ".join(checked_line(" ".join(text.split())).split())
    if says_nothing(reason):
        raise InvalidInputError("Say in one line %(what)s; the audit trail keeps it.", what=what)
    if len(reason) > longest:
        raise InvalidInputError(
            "Say in at most %(longest)s characters %(what)s; what was typed is longer.",
            longest=f"{longest:,}",
            what=what,
        )
    return reason


def checked_date(text: str, what: str) -> date:
    """Return a date written as YYYY-MM-DD; raise InvalidInputError otherwise."""
    try:
        return day_written(text)
    except DayTooFarError:
        raise InvalidInputError(
            "%(what)s is too far off; write a day between %(first_year)s and %(last_year)s.",
            what=what,
            first_year=FIRST_YEAR,
            last_year=LAST_YEAR,
        ) from None
    except ValueError:
        raise InvalidInputError("%(what)s is not a date; write it like 2026-11-30.", what=what) from None


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
