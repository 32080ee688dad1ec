"""One person's heavy texts hold up neither the pages of others nor what they typed themselves."""

import logging
import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docctl.adapters.conversion import html_to_markdown, pandoc
from docctl.adapters.conversion.turns import ConversionTurns
from docctl.domain.errors import TooManyConversionsError
from docctl.web.conversion_quota import TURNS
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
