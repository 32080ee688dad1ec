"""Deciders queue up: whoever decides waits for the one before, and only then reads."""

import threading

import pytest

from docctl.document_control import DocumentControl
from docctl.domain.trail.events.people import UserEnabled

pytestmark = pytest.mark.both_databases


def test_who_decides_waits_before_reading(control: DocumentControl, people: dict[str, int]) -> None:
    entered, seen = threading.Event(), []

    def decide_meanwhile() -> None:
        with control.deciding(people["carla"]) as later:
            entered.set()
            seen.append(later.head.seq)
            later.record(UserEnabled(), "account:6")

    second = threading.Thread(target=decide_meanwhile)
    with control.deciding(people["carla"]) as first:
        second.start()
        assert not entered.wait(0.4), "another decision began to read before this one was taken"
        first.record(UserEnabled(), "account:4")
        before = first.head.seq
    second.join()
    assert seen == [before + 1]
