"""Every field of the table is said in every place that the table names, and so is one that nobody has thought of."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document as open_docx
from flask.testing import FlaskClient
from openpyxl import load_workbook

from docctl.actions.documents import drafting
from docctl.actions.documents.recognising import read_file
from docctl.actions.issued_files import exporting
from docctl.actions.issued_files.rebuilding_issues import rebuild_issues
from docctl.adapters.word_document.controls import controls_in, new_control
from docctl.adapters.word_document.filling import fill_word
from docctl.adapters.word_document.xml import element, w
from docctl.domain.documents import described_fields
from docctl.domain.documents.described_fields import FIELDS, Field, Place, fields_at
from docctl.domain.documents.document_metadata import Classification, DocumentMetadata, ExternalSource
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.rendition import Verdict
from docctl.followers.catching_up import catch_up
from docctl.recovery.rebuilding import rebuild
from docctl.registers.integrity.shown import DELETE_INDEX
from docctl.registers.integrity.verifying import verify
from docctl.registers.search.search import find
from tests.factories.files.pdf_pages import open_pdf, page_texts
from tests.factories.library import HOME, TEXT, Clock, Founded, Office, lived_on
from tests.web.forms import page_of, send

SignedIn = Callable[[str], FlaskClient]
Says = Callable[[Office, FlaskClient, Field, str], bool]
MADE_UP = Field("weight_class", "Weight class", also_called=("gewichtsklasse",))
EVERY_FIELD = (*FIELDS, MADE_UP)
BEFORE = DocumentMetadata(title="Before")
FULL = DocumentMetadata(
    title="Zqtitle",
    owner="Zqowner",
    department="Zqdepartment",
    language="de",
    classification=Classification.RESTRICTED,
    departments=("Quality",),
    people=(2,),
    keywords=("Zqkeywords",),
    external=ExternalSource("Zqissuer", "Zqedition", "Zqkept", "2026-01-31"),
).saying({field.name: f"Zq{field.in_search_box}" for field in EVERY_FIELD if field.is_plain})
DRAFT = 5
IN_WORDS = {
    ("classification", Place.PAGE): "Restricted: Quality",
    ("classification", Place.PREVIEW): "Restricted",
    ("classification", Place.REVIEW): "Restricted",
    ("classification", Place.CONTROL): "Restricted",
    ("classification", Place.PRINT): "Eingeschränkt",
    ("language", Place.PAGE): "German",
    ("language", Place.PRINT): "Deutsch",
}
"""What a place makes of what a field says."""


@pytest.fixture(scope="module", autouse=True)
def made_up() -> Iterator[None]:
    """One field more, which nothing but the table knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(described_fields, "FIELDS", EVERY_FIELD)
        yield


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path, made_up: None) -> Founded:
    """A library with a document in force that says something in every field, one in review and one being written."""
    return lived_on(founded_library, once, _live)


def _live(office: Office, clock: Clock) -> None:
    first = _write(office, "EXT-001", BEFORE)
    office.carry_through(first)
    catch_up(office.control)
    second = office.open_revision("EXT-001")
    office.save(second, metadata=FULL)
    office.carry_through(second)
    office.submit(_write(office, "EXT-002", FULL))
    _write(office, "EXT-003", FULL)
    _write(office, "EXT-004", BEFORE)
    catch_up(office.control)


def _write(office: Office, number: str, metadata: DocumentMetadata) -> int:
    kind = office.type_id("external document")
    return drafting.create_document(
        office.control, office.people["alice"], number, kind, metadata, WrittenText(TEXT, {})
    )


def facts_in(page: str) -> dict[str, str]:
    """The labels and texts that a page lists."""
    return dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*(.*?)\s*</dd>", page))


def _in_form(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    page = page_of(carla, "/documents/EXT-003/revisions/1/metadata")
    boxes = re.findall(r'<input[^>]*type="(?:checkbox|radio)"[^>]*value="([^"]*)"[^>]* checked', page)
    lines = re.findall(r'<input[^>]*type="(?:text|date)" value="([^"]*)"', page)
    return said in [*lines, *boxes, *re.findall(r'<option value="([^"]*)" selected', page)]


def _on_page(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return facts_in(page_of(carla, "/documents/EXT-001")).get(field.label) == said


def _as_source(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return said in facts_in(page_of(carla, "/documents/EXT-001").partition("<h3>Source</h3>")[2]).values()


def _in_preview(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return facts_in(page_of(carla, "/documents/EXT-003/revisions/1/preview")).get(field.label) == said


def _in_review(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return facts_in(page_of(carla, "/documents/EXT-002/revisions/1/review")).get(field.label) == said


def _in_comparison(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    page = page_of(carla, "/documents/EXT-001/compare?older=1&newer=2")
    row = r'<th scope="row">([^<]*)</th>\s*<td>(?:(?!</td>)[\s\S])*</td>\s*<td>\s*<ins class="diff-added">(.*?)</ins>'
    rows = dict(re.findall(row, page))
    return rows.get(field.label) == said


def _in_list(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    page = page_of(carla, f"/documents?sort={field.name}")
    sorted_by = re.search(r'aria-sort="ascending">\s*<a[^>]*>\s*([^<]*?)\s*<', page)
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [row for row in table.split("</tr>") if "EXT-001" in row]
    return sorted_by is not None and sorted_by[1] == field.label and f"<td>{said}</td>" in rows[0]


def _among_filters_of_the_list(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    found = page_of(carla, f"/documents?{field.name}={said}").partition("<tbody>")[2]
    others = page_of(carla, f"/documents?{field.name}=other").partition("<tbody>")[2]
    return "EXT-001" in found and "EXT-001" not in others and f'value="{said}"' in page_of(carla, "/documents")


def _in_exports(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    text = carla.get("/documents.csv").data.decode("utf-8-sig")
    (row,) = (row for row in csv.DictReader(io.StringIO(text)) if row["Number"] == "EXT-001")
    headings, *rows = load_workbook(io.BytesIO(carla.get("/documents.xlsx").data)).active.values
    (cells,) = (cells for cells in rows if cells[0] == "EXT-001")
    return row.get(field.label) == said == dict(zip(headings, cells, strict=True)).get(field.label)


def _found(office: Office, question: str) -> bool:
    return "EXT-001" in [hit.number for hit in find(office.control, office.person("carla"), question).hits]


def _by_words(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return _found(office, said)


def _typed(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    name = field.in_search_box
    return _found(office, f'{name}:"{said}"') and not _found(office, f'{name}:"other"')


def _as_facet(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    facets = find(office.control, office.person("carla"), "Zqtitle").facets
    page = page_of(carla, f"/search?q=Zqtitle&{field.name}={said}")
    others = page_of(carla, f"/search?q=Zqtitle&{field.name}=other")
    chosen = f"<span>{field.label}: " in page and "/documents/EXT-001" in page and "/documents/EXT-001" not in others
    return chosen and said in dict(facets.get(field.name, ()))


def _in_word(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    document, filled, tag = open_docx(str(HOME / "templates" / "policy.docx")), io.BytesIO(), f"docctl:{field.name}"
    document.element.body.insert(0, new_control(tag, field.label, element("p")))
    document.save(filled)
    with office.control.reading() as session:
        revision = session.get_one(Revision, 2)
        word = fill_word(filled.getvalue(), None, exporting.issue_sheet(office.control, session, revision))
    control = controls_in(open_docx(io.BytesIO(word)).element, tag)[0]
    return [text.text for text in control.iter(w("t"))] == [said]


def _in_print(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    with office.control.reading() as session:
        revision = session.get_one(Revision, 2)
        sheet = exporting.issue_sheet(office.control, session, revision)
        pdf = exporting.pdf_file(office.control, office.person("carla"), revision, sheet, None).data
    return said in page_texts(open_pdf(pdf))[0]


def _in_front_matter(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    names = (field.name, field.label, field.label.upper(), *field.also_called)
    title = "" if field.name == "title" else "title: Something\n"
    files = (f"---\n{title}{name}: {said}\n---\n{TEXT}".encode() for name in names)
    read = [read_file(office.control, "Something.md", file) for file in files]
    return all(field.said_in(each.metadata) == said and not each.text.losses for each in read)


SAYS: dict[Place, Says] = {
    Place.FORM: _in_form,
    Place.PAGE: _on_page,
    Place.SOURCE: _as_source,
    Place.PREVIEW: _in_preview,
    Place.REVIEW: _in_review,
    Place.COMPARISON: _in_comparison,
    Place.LIST: _in_list,
    Place.LIST_FILTER: _among_filters_of_the_list,
    Place.EXPORT: _in_exports,
    Place.WORDS: _by_words,
    Place.TYPED_FILTER: _typed,
    Place.FACET: _as_facet,
    Place.CONTROL: _in_word,
    Place.PRINT: _in_print,
    Place.FRONT_MATTER: _in_front_matter,
}


@pytest.mark.both_databases
@pytest.mark.parametrize("place", Place, ids=lambda place: place.name)
def test_every_field_is_said_in_every_place_that_the_table_names(
    office: Office, signed_in: SignedIn, place: Place
) -> None:
    fields, carla = fields_at(place), signed_in("carla")
    texts = {field.name: IN_WORDS.get((field.name, place), field.said_in(FULL)) for field in fields}
    assert texts
    assert all(texts.values()), "FULL lacks what a field says"
    missing = [field.name for field in fields if not SAYS[place](office, carla, field, texts[field.name])]
    assert not missing, f"not said in {place.name}: {', '.join(missing)}"


def test_a_plain_field_is_filled_in_changed_and_emptied_by_the_form(office: Office, signed_in: SignedIn) -> None:
    alice, address = signed_in("alice"), "/documents/EXT-004/revisions/1/metadata"
    fields = {"title": "Before", "language": "en", "classification": "internal"}
    for said in ("4711", "4712 ", "", "100%"):
        assert send(alice, address, **fields, weight_class=said).status_code == 303
        assert MADE_UP.said_in(office.revision(DRAFT).document_metadata) == said.strip()
    assert send(alice, address, **fields).status_code == 303
    assert MADE_UP.said_in(office.revision(DRAFT).document_metadata) == "100%"
    assert send(alice, address, **fields, weight_class="a\x01b").status_code == 422


def test_a_number_at_the_top_of_a_file_is_a_line_and_what_is_none_is_named(office: Office) -> None:
    read = read_file(office.control, "Number.md", f"+++\ntitle = 'Number'\nweight_class = 4711\n+++\n{TEXT}".encode())
    assert (MADE_UP.said_in(read.metadata), read.text.losses) == ("4711", ())
    read = read_file(office.control, "List.md", f"+++\ntitle = 'List'\nweight_class = [1, 2]\n+++\n{TEXT}".encode())
    assert MADE_UP.said_in(read.metadata) == ""
    assert "not written as a line of text" in read.text.losses[0]


def test_what_says_nothing_leaves_no_trace(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [field.name for field in EVERY_FIELD if field.is_plain]
    with office.control.reading() as session:
        sheets = [exporting.issue_sheet(office.control, session, session.get_one(Revision, each)) for each in (1, 2)]
    kept, stated = (BEFORE.as_file("EXT-001", "policy").decode(), FULL.as_row()), [each.as_row() for each in sheets]
    assert [IssueSheet.from_row(row).as_row() for row in stated] == stated
    assert [name for name in names if name in kept[0] or name not in kept[1]] == []
    assert ["further" in row for row in stated] == [False, True]
    monkeypatch.setattr(described_fields, "FIELDS", FIELDS)
    assert (BEFORE.as_file("EXT-001", "policy").decode(), FULL.as_row()) == kept
    assert [each.verdict for each in rebuild_issues(office.control)] == [Verdict.SAME] * 4


def test_a_library_with_a_field_that_the_table_lacks_is_sound_and_rebuilt(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(described_fields, "FIELDS", FIELDS)
    assert {finding.remedy for finding in verify(office.control).findings} <= {DELETE_INDEX}, "words of that field"
    shutil.rmtree(office.control.data / "index")
    catch_up(office.control, issuing=False)
    assert verify(office.control).findings == ()
    clone, data = tmp_path / "clone.git", tmp_path / "rebuilt"
    subprocess.run(["git", "clone", "-q", "--mirror", office.control.library.folder, clone], check=True)
    keys = office.control.data / "keys"
    rebuilt = rebuild(data, f"sqlite:///{data}/docctl.db", clone, keys=keys, clock=Clock(office.control.now()))
    again = Office(rebuilt.control, office.people).revision(2).document_metadata
    rebuilt.control.engine.dispose()
    assert again == FULL
