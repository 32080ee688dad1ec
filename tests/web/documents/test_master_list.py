"""The master list in the browser: filtered, sorted, and taken away as exactly what is shown."""

import io
from collections.abc import Callable

from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def test_the_list_shows_what_the_person_may_read(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001", "Open policy")
    office.publish("POL-009", "Secret plans", departments=("Quality",))
    office.write("POL-010", "Unfinished")
    assert "1 document </" in " ".join(signed_in("eve").get("/documents").text.split())
    for hidden in ("Secret plans", "POL-009", "Unfinished", "(2)"):
        assert hidden not in signed_in("eve").get("/documents").text
    page = signed_in("audra").get("/documents").text
    assert "3 documents" in page
    assert "Unfinished" in page


def test_filters_and_sorting_are_kept_in_the_address(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001", "Beta", department="Quality", clauses=[("iso-9001-2015", "7.5.3")])
    office.publish("POL-002", "Alpha", department="Stores")
    eve = signed_in("eve")
    page = eve.get("/documents?sort=title").text
    assert page.index("Alpha") < page.index("Beta")
    assert 'aria-sort="ascending"' in page
    for query in ("department=Stores", "text=alph", "type=policy&department=Stores"):
        narrowed = eve.get(f"/documents?{query}").text
        assert "Alpha" in narrowed
        assert "Beta" not in narrowed
    assert "Beta" in eve.get("/documents?standard=iso-9001-2015&clause=7.5").text
    assert "No document fits these filters." in eve.get("/documents?text=%25").text


def test_nonsense_in_the_address_is_no_error(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    eve = signed_in("eve")
    for query in ("page=-1", "page=99999999999999999999", "sort=;drop", "due=tomorrow", "page=x", "sort=-"):
        answer = eve.get(f"/documents?{query}")
        assert answer.status_code == 200
        assert "POL-001" in answer.text


def test_the_tables_taken_away_hold_exactly_the_filtered_rows(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001", "Beta", department="Quality")
    office.publish("POL-002", "=1+1", department="Stores")
    office.publish("POL-009", "Secret plans", departments=("Quality",))
    eve = signed_in("eve")
    csv = eve.get("/documents.csv?department=Stores")
    assert csv.headers["Content-Disposition"].startswith('attachment; filename="master-list.csv"')
    lines = csv.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'=1+1" in lines[1]
    sheet = load_workbook(io.BytesIO(eve.get("/documents.xlsx").data)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["POL-001", "POL-002"]
