"""The starter library: every document whole, every reference and clause real, roles and records named alike."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_number import checked_number, mentioned_numbers, number_at_start

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted((ROOT / "policies").glob("*.md"))
TYPES = {
    "MAN": "manual",
    "POL": "policy",
    "SOP": "procedure",
    "WI": "work instruction",
    "FRM": "form",
    "PLN": "plan",
    "REG": "register",
    "EXT": "external document",
}
DEPARTMENTS = {
    "Quality",
    "Information Security",
    "Environment",
    "Health and Safety",
    "Human Resources",
    "Procurement",
    "Management",
}
OUTLINES = {
    "procedure": ["Purpose", "Scope", "Responsibilities", "Procedure", "Records", "References"],
    "policy": ["Purpose", "Scope", "Responsibilities", "Review", "References"],
    "work instruction": ["Task", "Before you start", "Steps", "If something goes wrong", "Records", "References"],
    "manual": ["Purpose of this manual", "Scope of the management system", "Roles and authorities", "References"],
    "form": ["About this form"],
    "plan": ["Aim", "References"],
    "register": ["Purpose of the register", "How it is kept", "References"],
    "external document": ["The document", "What we use it for", "Keeping it current", "References"],
}
CODES = {
    "ISO 9001:2015": "iso-9001-2015",
    "ISO 9001:2026": "iso-9001-2026",
    "ISO 14001:2015": "iso-14001-2015",
    "ISO 14001:2026": "iso-14001-2026",
    "ISO/IEC 27001:2022": "iso-27001-2022",
    "ISO 45001:2018": "iso-45001-2018",
    "ISO 31000:2018": "iso-31000-2018",
    "ISO 26000:2010": "iso-26000-2010",
}
CODE = "|".join(re.escape(code) for code in CODES)
CLAUSE = r"[A-Z]?\d*(?:\.\d+)+|\d+"


@dataclass(frozen=True)
class Starter:
    """One document of the starter library as a file holds it."""

    path: Path
    front: dict[str, Any]
    body: str

    @property
    def number(self) -> str:
        return str(self.front["number"])

    @property
    def tokens(self) -> list[Token]:
        return MarkdownIt("gfm-like", {"linkify": False}).use(footnote_plugin).parse(self.body)

    @property
    def headings(self) -> list[tuple[int, str]]:
        tokens = self.tokens
        return [
            (int(token.tag[1]), tokens[place + 1].content)
            for place, token in enumerate(tokens)
            if token.type == "heading_open"
        ]

    @property
    def tables(self) -> list[list[list[str]]]:
        found: list[list[list[str]]] = []
        tokens = self.tokens
        for place, token in enumerate(tokens):
            if token.type == "table_open":
                found.append([])
            elif token.type == "tr_open":
                found[-1].append([])
            elif token.type in ("th_open", "td_open"):
                found[-1][-1].append(tokens[place + 1].content)
        return found

    def table(self, *header: str) -> list[list[str]]:
        """Return the rows of all tables with this header."""
        return [row for table in self.tables if table[0] == list(header) for row in table[1:]]


@cache
def starter(path: Path) -> Starter:
    head, _, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    return Starter(path, yaml.safe_load(head), body)


@cache
def library() -> dict[str, Starter]:
    return {starter(path).number: starter(path) for path in PATHS}


@cache
def clauses() -> dict[str, frozenset[str]]:
    standards = [
        yaml.safe_load((ROOT / "docctl" / "standards" / f"{name}.yaml").read_text("utf-8")) for name in CODES.values()
    ]
    return {standard["id"]: frozenset(str(row["id"]) for row in standard["clauses"]) for standard in standards}


def cited_in_text(text: str) -> list[tuple[str, str]]:
    """Return what the text cites, as (standard, clause), in the three ways the library writes it."""
    after = [(CODES[code], clause) for code, clause in re.findall(rf"({CODE}), ({CLAUSE})", text)]
    before = [(CODES[code], clause) for clause, code in re.findall(rf"clause ({CLAUSE}) of ({CODE})", text)]
    annex = [("iso-27001-2022", clause) for clause in re.findall(r"Annex (A(?:\.\d+)+)", text)]
    return after + before + annex


each_document = pytest.mark.parametrize(
    "document", [starter(path) for path in PATHS], ids=lambda document: document.number
)


def test_library_holds_at_least_fifteen_documents_of_every_type() -> None:
    assert len(PATHS) >= 15
    assert {document.front["type"] for document in library().values()} == set(TYPES.values())


def test_numbers_are_unique_regardless_of_case() -> None:
    counted = Counter(starter(path).number.upper() for path in PATHS)
    assert [number for number, times in counted.items() if times > 1] == []


def test_titles_are_unique() -> None:
    counted = Counter(document.front["title"].casefold() for document in library().values())
    assert [title for title, times in counted.items() if times > 1] == []


@each_document
def test_metadata_is_complete_and_accepted(document: Starter) -> None:
    front = document.front
    assert DocumentMetadata.from_row(front).checked().title == front["title"]
    assert checked_number(document.number) == number_at_start(document.path.name)
    assert front["type"] == TYPES[document.number.split("-")[0]]
    assert front["department"] in DEPARTMENTS
    assert front["classification"] in ("public", "internal")
    assert front["keywords"]
    assert front["clauses"]
    assert front["summary"].endswith(".")
    assert len(front["summary"]) <= 200


@each_document
def test_headings_start_at_level_one_and_skip_none(document: Starter) -> None:
    levels = [level for level, _ in document.headings]
    assert levels[0] == 1
    assert all(following <= level + 1 for level, following in pairwise(levels))


@each_document
def test_title_is_not_repeated_and_headings_are_unique(document: Starter) -> None:
    names = [name for _, name in document.headings]
    assert document.front["title"] not in names
    assert [name for name, times in Counter(names).items() if times > 1] == []


@each_document
def test_sections_that_its_type_demands_are_there(document: Starter) -> None:
    names = [name for level, name in document.headings if level == 1]
    demanded = OUTLINES[document.front["type"]]
    assert [name for name in names if name in demanded] == demanded


@each_document
def test_no_section_is_empty(document: Starter) -> None:
    tokens = document.tokens
    for place, token in enumerate(tokens):
        if token.type == "heading_close":
            following = tokens[place + 1]
            deeper = following.type == "heading_open" and following.tag > token.tag
            assert deeper or following.type != "heading_open", tokens[place - 1].content


@each_document
def test_every_table_has_a_header_row_and_even_rows(document: Starter) -> None:
    lines = [line for line in document.body.splitlines() if line.lstrip().startswith("|")]
    assert len(lines) == sum(len(table) + 1 for table in document.tables), "a line of a table was read as text"
    for table in document.tables:
        assert all(table[0]), table[0]
        assert len({len(row) for row in table}) == 1, table[0]
    for block in re.findall(r"(?:^\|.*\n)+", document.body + "\n", re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block


@each_document
def test_every_document_referred_to_exists(document: Starter) -> None:
    mentioned = {number for number in mentioned_numbers(document.body) if not re.fullmatch(r"A(\.\d+)+", number)}
    assert mentioned <= set(library())


@each_document
def test_related_documents_are_named_by_their_titles(document: Starter) -> None:
    for number, other in library().items():
        for line in document.body.splitlines():
            if line.startswith(f"- {number} "):
                assert line.startswith(f"- {number} {other.front['title']}"), line


def test_every_document_is_referred_to_by_another() -> None:
    mentioned = {
        (number, document.number) for document in library().values() for number in mentioned_numbers(document.body)
    }
    assert {number for number in library() if not any(to == number and by != number for to, by in mentioned)} == set()


@each_document
def test_every_clause_listed_exists_and_its_section_too(document: Starter) -> None:
    names = {name for _, name in document.headings}
    listed = [(row["standard"], row["clause"]) for row in document.front["clauses"]]
    assert [row for row in listed if row[1] not in clauses()[row[0]]] == []
    assert {row["section"] for row in document.front["clauses"] if "section" in row} <= names
    assert len(listed) == len(set(listed))


@each_document
def test_every_clause_cited_in_the_text_exists(document: Starter) -> None:
    assert [row for row in cited_in_text(document.body) if row[1] not in clauses()[row[0]]] == []
    years = re.findall(r"\bISO(?:/IEC)? \d{4,5}:\d{4}", document.body)
    assert set(years) <= set(CODES)


def test_procedures_cite_clauses_in_their_text() -> None:
    cited = {document.number: cited_in_text(document.body) for document in library().values()}
    assert sum(len(found) for found in cited.values()) >= 30
    assert cited["SOP-01"]
    assert cited["SOP-04"]
    assert cited["SOP-08"]


@pytest.mark.parametrize("standard", ["iso-9001-2015", "iso-14001-2015", "iso-27001-2022", "iso-45001-2018"])
def test_every_clause_of_a_certifiable_standard_is_covered(standard: str) -> None:
    rows = [row for document in library().values() for row in document.front["clauses"]]
    listed = {row["clause"] for row in rows if row["standard"] == standard}
    parents = {clause.rpartition(".")[0] for clause in clauses()[standard]}
    leaves = clauses()[standard] - parents
    assert {clause for clause in leaves if not any(f"{clause}.".startswith(f"{cover}.") for cover in listed)} == set()


@each_document
def test_footnotes_are_referred_to_and_defined(document: Starter) -> None:
    used = set(re.findall(r"\[\^(\w+)\](?!:)", document.body))
    defined = set(re.findall(r"^\[\^(\w+)\]:", document.body, re.MULTILINE))
    assert used == defined


def test_roles_are_named_as_in_the_manual() -> None:
    roles = {row[0] for row in library()["MAN-001"].table("Role", "Answers for", "May decide")}
    for document in library().values():
        assert {row[0] for row in document.table("Role", "Responsibility")} <= roles, document.number
        assert {row[1] for row in document.table("Record", "Kept by", "Kept for")} <= roles, document.number
        assert document.front["owner"] in roles, document.number


def test_records_are_kept_as_long_as_the_retention_table_says() -> None:
    schedule = library()["SOP-01"].table("Record", "Kept by", "Kept for")
    named = [row for document in library().values() for row in document.table("Record", "Kept by", "Kept for")]
    assert len({row[0] for row in schedule}) == len(schedule)
    assert [row for row in named if row not in schedule] == []


def test_worked_examples_of_risks_follow_the_scale_of_the_procedure() -> None:
    scale = [row[:2] for row in library()["SOP-02"].table("Product", "Level", "Who may accept", "Review")]
    bounds = [(*map(int, product.split(" to ")), level) for product, level in scale]
    risks = next(table for table in library()["REG-002"].tables if table[0][4:7] == ["L", "E", "Level"])
    for row in risks[1:]:
        product = int(row[4]) * int(row[5])
        assert [level for low, high, level in bounds if low <= product <= high] == [row[6]], row


def test_worked_examples_of_hazards_follow_the_matrix_of_the_procedure() -> None:
    matrix = next(table for table in library()["SOP-11"].tables if table[0][0] == "Probability / severity")
    hazards = next(table for table in library()["REG-003"].tables if table[0][5:8] == ["P", "S", "Level"])
    for row in hazards[1:]:
        assert matrix[int(row[5])][int(row[6])] == row[7], row


def test_worked_examples_of_aspects_are_significant_by_the_rule_of_the_procedure() -> None:
    aspects = next(
        table for table in library()["REG-003"].tables if table[0][5:10] == ["S", "A", "R", "C", "Significant"]
    )
    for row in aspects[1:]:
        points = [int(value) for value in row[5:9]]
        assert (sum(points) >= 7 or 3 in points) == (row[9] == "Yes"), row


def test_every_form_is_used_by_a_procedure() -> None:
    used = {
        number
        for document in library().values()
        if document.front["type"] == "procedure"
        for number in mentioned_numbers(document.body)
    }
    assert {number for number in library() if number.startswith("FRM-")} <= used


@each_document
def test_text_keeps_to_the_markdown_dialect(document: Starter) -> None:
    kinds = {token.type for token in document.tokens}
    assert not kinds & {"html_block", "code_block", "fence", "lheading_open"}
    assert not re.search(r"[ \t]$|[\t\u00a0\u200b]", document.body, re.MULTILINE)
    assert document.body.startswith("# ")
    assert document.body.endswith("\n")
    assert not document.body.endswith("\n\n")
