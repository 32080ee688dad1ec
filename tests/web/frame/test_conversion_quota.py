"""One person's heavy texts hold up neither the pages of others nor what they typed themselves."""

import io
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docctl.actions.issued_files.templating import SAMPLE
from docctl.adapters import libreoffice
from docctl.adapters.conversion import html_to_markdown, pandoc
from docctl.adapters.pdf_writer import write_pdf
from docctl.domain.errors import TooManyConversionsError, TooManyUploadsError
from docctl.machine.conversion_turns import ConversionTurns, in_turn, take_turns
from docctl.web.frame.conversion_quota import TURNS, UPLOAD_TURNS
from tests.factories.files.hostile_word import paragraph, word_file
from tests.factories.files.open_document import open_document
from tests.factories.library import Office
from tests.web.forms import hidden_fields, page_of

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1/write"


def in_threads(count: int, work: Callable[[], object]) -> list[threading.Thread]:
    """Begin the same work in some threads."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_of_four_threads_two_convert_one_waits_and_one_is_free_for_other_pages() -> None:
    turns, ends, begun = ConversionTurns(4, patience=20), threading.Event(), threading.Semaphore(0)

    def convert(person: int) -> None:
        with turns.turn(person):
            begun.release()
            ends.wait(20)

    running = in_threads(1, lambda: convert(1)) + in_threads(1, lambda: convert(2))
    assert begun.acquire(timeout=10)
    assert begun.acquire(timeout=10)
    running += in_threads(1, lambda: convert(3))
    refused = TooManyConversionsError
    deadline = time.monotonic() + 10
    while not turns.waiting and time.monotonic() < deadline:
        time.sleep(0.01)
    began = time.monotonic()
    with pytest.raises(refused, match="texts of others are being converted"), turns.turn(4):
        pass
    assert time.monotonic() - began < 5, "the last thread is not left waiting"
    ends.set()
    for thread in running:
        thread.join(20)
    assert begun.acquire(timeout=1), "who waited had a turn"
    with turns.turn(4):
        pass


def test_of_many_files_two_are_converted_at_a_time_and_all_have_their_turn() -> None:
    turns, running, most, done = ConversionTurns(4, patience=20, all_may_wait=True), Counter[str](), [0], []
    counting = threading.Lock()

    def convert(person: int) -> None:
        take_turns(turns, person)
        with in_turn():
            with counting:
                running["now"] += 1
                most[0] = max(most[0], running["now"])
            time.sleep(0.02)
            with counting:
                running["now"] -= 1
        done.append(person)

    threads = [threading.Thread(target=convert, args=(person % 4,)) for person in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(done), most[0]) == (20, 2)


@pytest.mark.parametrize("kind", ["pandoc", "typst", "libreoffice"])
def test_every_program_that_converts_takes_a_turn(kind: str) -> None:
    if kind == "libreoffice" and not libreoffice.is_usable():
        pytest.skip("LibreOffice is not here.")
    convert: Callable[[], object] = {
        "pandoc": lambda: html_to_markdown("<p>a</p>"),
        "typst": lambda: write_pdf("= A", {}, SAMPLE),
        "libreoffice": lambda: libreoffice.word_of(open_document("One paragraph."), ".odt"),
    }[kind]
    turns = ConversionTurns(4, patience=0.01, all_may_wait=True)
    with turns.turn(1), turns.turn(2):
        take_turns(turns, 3)
        with pytest.raises(TooManyUploadsError, match="send it again in a moment"):
            convert()
    assert convert()
    take_turns(None)


def test_a_file_waits_for_files_and_not_for_the_texts_of_pages(app: Flask, signed_in: SignedIn, office: Office) -> None:
    office.write("POL-001")
    carla = signed_in("carla")
    app.extensions[UPLOAD_TURNS] = ConversionTurns(4, patience=0.01, all_may_wait=True)
    started = carla.post("/import", data={}, content_type="multipart/form-data", headers={"Accept": "application/json"})
    place = started.get_json()["files"]
    page, files = app.extensions[TURNS], app.extensions[UPLOAD_TURNS]

    def send() -> int:
        file = (io.BytesIO(word_file(paragraph("A paragraph of a file."))), "a.docx")
        return carla.post(place, data={"file": file}, headers={"Accept": "application/json"}).status_code

    with files.turn(1), files.turn(2):
        assert send() == 429
    with page.turn(1), page.turn(2):
        assert send() == 200


def test_whoever_waits_for_a_print_waits_longer_than_for_a_text() -> None:
    turns = ConversionTurns(4, patience=0.01, printing_patience=20)
    with turns.turn(1), pytest.raises(TooManyConversionsError), turns.turn(1):
        pass
    printed: list[int] = []

    def print_it() -> None:
        with turns.turn(1, prints=True):
            printed.append(1)

    with turns.turn(1):
        (waiting,) = in_threads(1, print_it)
        deadline = time.monotonic() + 10
        while not turns.waiting and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not printed
    waiting.join(20)
    assert printed


def test_a_person_who_converts_is_told_to_wait_and_others_are_not_held_up() -> None:
    turns = ConversionTurns(4, patience=0.1)
    with turns.turn(1):
        with pytest.raises(TooManyConversionsError, match="Another text of yours"), turns.turn(1):
            pass
        with turns.turn(2):
            pass
    with turns.turn(1):
        pass


def test_a_text_that_has_no_turn_is_sent_back_as_it_was_typed(
    app: Flask, signed_in: SignedIn, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.write("POL-001")
    alice, carla = signed_in("alice"), signed_in("carla")
    fields = {**hidden_fields(page_of(alice, DRAFT)), "html": "<p>All that was typed</p>", "reason": "Words"}
    turns = app.extensions[TURNS]
    caplog.set_level(logging.WARNING, "docctl.security")
    with turns.turn(office.people["alice"]):
        kept = alice.post(DRAFT, data=fields)
        assert (kept.status_code, kept.headers["Retry-After"]) == (503, "5")
        assert "All that was typed" in kept.text
        assert "Another text of yours is being converted" in kept.text
        opened = alice.get(DRAFT)
        assert (opened.status_code, opened.headers["Retry-After"]) == (503, "5")
        assert alice.get("/drafts").status_code == 200, "pages that convert nothing take no turn"
        assert html_to_markdown("<p>a</p>") == "a\n", "what no page waits for takes no turn"
        assert carla.get("/drafts").status_code == 200
    assert "conversion_quota" in {getattr(record, "event", "") for record in caplog.records}
    assert alice.post(DRAFT, data=fields).status_code == 303


def test_a_turn_is_given_back_when_the_conversion_fails(
    app: Flask, signed_in: SignedIn, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write("POL-001")
    alice = signed_in("alice")
    with monkeypatch.context() as slow:
        slow.setattr(pandoc, "WALL_SECONDS", 0.0001)
        for _ in range(3):
            assert alice.get(DRAFT).status_code == 422
    assert alice.get(DRAFT).status_code == 200
