"""Every field of the table is said in every place that the table names, and so is one that nobody has thought of."""

import csv
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from docctl.actions.documents import drafting
from docctl.domain.documents import described_fields
from docctl.domain.documents.described_fields import FIELDS, Field, Place, fields_at
from docctl.domain.documents.document_metadata import Classification, DocumentMetadata, ExternalSource
from docctl.domain.documents.written_text import WrittenText
from docctl.followers.catching_up import catch_up
from docctl.recovery.rebuilding import rebuild
from docctl.registers.integrity.verifying import verify
from docctl.registers.search.search import find
from tests.factories.library import TEXT, Clock, Founded, Office, lived_on
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
    ("language", Place.PAGE): "German",
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
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))


def _in_form(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    page = page_of(carla, "/documents/EXT-003/revisions/1/metadata")
    boxes = re.findall(r'<input[^>]*type="(?:checkbox|radio)"[^>]*value="([^"]*)"[^>]* checked', page)
    lines = re.findall(r'<input[^>]*type="(?:text|date)" value="([^"]*)"', page)
    return said in [*lines, *boxes, *re.findall(r'<option value="([^"]*)" selected', page)]


def _on_page(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return facts_in(page_of(carla, "/documents/EXT-001"))[field.label] == said


def _as_source(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return said in facts_in(page_of(carla, "/documents/EXT-001").partition("<h3>Source</h3>")[2]).values()


def _in_preview(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return facts_in(page_of(carla, "/documents/EXT-003/revisions/1/preview"))[field.label] == said


def _in_review(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    return facts_in(page_of(carla, "/documents/EXT-002/revisions/1/review"))[field.label] == said


def _in_comparison(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    page = page_of(carla, "/documents/EXT-001/compare?older=1&newer=2")
    rows = dict(re.findall(r'<th scope="row">([^<]*)</th><td>.*?</td><td><ins class="diff-added">(.*?)</ins>', page))
    return rows[field.label] == said


def _in_list(office: Office, carla: FlaskClient, field: Field, said: str) -> bool:
    page = page_of(carla, f"/documents?sort={field.name}")
    sorted_by = re.search(r'aria-sort="ascending"><a[^>]*>([^<]*)<', page)
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
    return row[field.label] == said == dict(zip(headings, cells, strict=True))[field.label]


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
    return chosen and said in dict(facets[field.name])


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
}


@pytest.mark.both_databases
@pytest.mark.parametrize("place", SAYS, ids=lambda place: place.name)
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


def test_a_library_with_a_field_that_the_table_lacks_is_sound_and_rebuilt(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(described_fields, "FIELDS", FIELDS)
    assert verify(office.control).findings == ()
    clone, data = tmp_path / "clone.git", tmp_path / "rebuilt"
    subprocess.run(["git", "clone", "-q", "--mirror", office.control.library.folder, clone], check=True)
    keys = office.control.data / "keys"
    rebuilt = rebuild(data, f"sqlite:///{data}/docctl.db", clone, keys=keys, clock=Clock(office.control.now()))
    again = Office(rebuilt.control, office.people).revision(2).document_metadata
    rebuilt.control.engine.dispose()
    assert again == FULL
