"""Static files arrive packed, are kept for a year, and are the same for everybody."""

import re
import zlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from docctl.document_control import DocumentControl
from tests.web.conftest import SignedIn

FIRST_LOAD_BYTES = 150_000
FONTS = ("vendor/source-sans/source-sans-3-latin-wght-normal.woff2",)
ADDRESS = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def addresses(page: str) -> list[str]:
    """The static files that a page names, each once."""
    return list(dict.fromkeys(ADDRESS.findall(page)))


@pytest.mark.parametrize("place", ["/sign-in", "/"])
def test_the_first_page_comes_with_less_than_its_allowance(
    signed_in: SignedIn, client: FlaskClient, place: str
) -> None:
    visitor = client if place == "/sign-in" else signed_in("eve")
    page = visitor.get(place)
    files = [*addresses(page.text), *(f"/static/{font}" for font in FONTS)]
    assert len(files) > 8
    came = [visitor.get(file, headers={"Accept-Encoding": "gzip, deflate"}) for file in files]
    assert {answer.status_code for answer in came} == {200}
    assert len(page.data) + sum(len(answer.data) for answer in came) < FIRST_LOAD_BYTES


def test_what_is_packed_is_the_file_itself(client: FlaskClient) -> None:
    for address in addresses(client.get("/sign-in").text):
        plain = client.get(address)
        packed = client.get(address, headers={"Accept-Encoding": "deflate"})
        if packed.headers.get("Content-Encoding") == "deflate":
            assert zlib.decompress(packed.data) == plain.data
        else:
            assert packed.data == plain.data
        assert "Content-Encoding" not in plain.headers


def test_a_static_file_is_the_same_for_everybody_and_asks_nothing_of_the_library(
    signed_in: SignedIn, control: DocumentControl
) -> None:
    reader = signed_in("eve")
    (address, *_rest) = addresses(reader.get("/").text)
    asked: list[str] = []
    event.listen(control.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    answer = reader.get(address)
    assert answer.status_code == 200
    assert not asked
    assert "Set-Cookie" not in answer.headers
    assert answer.headers.get("Vary", "") == "Accept-Encoding"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    kept = reader.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert kept.status_code == 304


def test_only_a_file_whose_address_changes_with_it_is_kept_for_good(client: FlaskClient) -> None:
    (address, *_rest) = addresses(client.get("/sign-in").text)
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert client.get(address.partition("?")[0]).headers["Cache-Control"] == "public, max-age=3600"
    assert "Cache-Control" not in client.get("/static/nothing.css?v=1").headers


def test_a_page_is_never_packed_and_its_session_is_kept(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert "Content-Encoding" not in page.headers
    assert "Cookie" in page.headers["Vary"]
    assert page.headers["Cache-Control"] == "no-store"
