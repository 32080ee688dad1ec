"""Asking witnesses: who is registered is an event, an answer is kept only where it holds, a refusal is told."""

import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.trail import witnessing
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.adapters import witness_line
from docctl.domain.errors import (
    HeadRefusedError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    WitnessUnreachableError,
    WrongStateError,
)
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.witness import Cosignature, Witness
from docctl.followers import cosignatures
from docctl.registers.integrity.verifying import verify
from docctl.registers.trail.witnessing import Standing, standing
from docctl.witness.cosigning import add_library, cosign
from docctl.witness.folder import WitnessFolder
from tests.factories.library import Clock, Office
from tests.factories.witnesses import LIBRARY, NAME, Neighbour, key_of, neighbour_of, served


@pytest.fixture
def neighbour(office: Office, tmp_path: Path) -> Neighbour:
    """A witness with which files are exchanged."""
    return neighbour_of(office, tmp_path / "witness")


def standing_of(office: Office) -> Standing:
    """How far the library is witnessed."""
    with office.control.reading() as session:
        return standing(office.control, session)


def acts(office: Office, act: Act) -> list[Event]:
    """The events of an act."""
    with office.control.reading() as session:
        return list(session.scalars(select(Event).where(Event.act == act).order_by(Event.seq)))


def test_registering_and_dismissing_are_events_by_an_administrator(office: Office, neighbour: Neighbour) -> None:
    [registered] = acts(office, Act.WITNESS_REGISTERED)
    assert (registered.subject, registered.actor_name) == (NAME, "Ada Administrator")
    assert registered.plain_values["key"] == str(neighbour.folder.key)
    with pytest.raises(WrongStateError, match="a witness already"):
        witnessing.register_witness(office.control, office.people["admin"], str(neighbour.folder.key))
    with pytest.raises(NotPermittedError):
        witnessing.dismiss_witness(office.control, office.people["carla"], NAME, "No more")
    witnessing.dismiss_witness(office.control, office.people["admin"], NAME, "They close")
    assert [event.reason for event in acts(office, Act.WITNESS_DISMISSED)] == ["They close"]
    with pytest.raises(NotFoundError):
        witnessing.dismiss_witness(office.control, office.people["admin"], NAME, "Again")


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("", ""), ("x+y+z", ""), ("OWN", ""), ("KEY", "ftp://witness.example"), ("KEY", "https://"),
        ("KEY", "https://somebody@witness.example"), ("KEY", "https://witness.example/?a"), ("KEY", "http://w itness"),
    ],
)  # fmt: skip
def test_a_wrong_key_or_address_is_refused(office: Office, tmp_path: Path, key: str, address: str) -> None:
    known = {"OWN": key_of(office), "KEY": str(WitnessFolder.create(tmp_path / "witness", NAME).key)}
    with pytest.raises(InvalidInputError):
        witnessing.register_witness(office.control, office.people["admin"], known.get(key, key), address)
    assert acts(office, Act.WITNESS_REGISTERED) == []


def test_what_came_after_the_newest_cosigned_head_is_unwitnessed(office: Office, neighbour: Neighbour) -> None:
    assert standing_of(office).best is None
    head = neighbour.meet(office).head
    found = standing_of(office)
    assert (found.best and found.best.size, found.unwitnessed) == (head.size, 0)
    office.write()
    found = standing_of(office)
    assert found.unwitnessed == found.newest - head.size > 0
    assert f"Events 1 to {head.size} were co-signed by {NAME}" in next(found.sentences)
    neighbour.meet(office)
    assert standing_of(office).unwitnessed == 0
    with office.control.reading() as session:
        assert len(session.scalars(select(Cosignature)).all()) == 1


def test_a_row_that_was_changed_shows_nothing(office: Office, neighbour: Neighbour) -> None:
    """Cosignatures are free columns: nobody is shown what a row says, but what key and tree say of it."""
    signed = neighbour.meet(office)
    with office.control.reading() as session:
        row = session.scalars(select(Cosignature)).one()
        was = {"origin": row.origin, "note": row.note, "witness_id": row.witness_id}
    bigger = replace(signed, text=signed.text.replace(f"\n{signed.head.size}\n", f"\n{signed.head.size - 1}\n"))
    for changed in ({"note": ""}, {"note": bigger.note}, {"note": signed.note[:-3] + "A=\n"}, {"origin": "x"}):
        with office.control.remembering() as session:
            for name, value in (was | changed).items():
                setattr(session.scalars(select(Cosignature)).one(), name, value)
        assert standing_of(office).best is None
        assert witnessing.request_to(office.control, neighbour.number).old_size == 0
    neighbour_head = neighbour.head.head.size
    request = witnessing.request_to(office.control, neighbour.number, neighbour_head)
    witnessing.keep_cosigned(office.control, neighbour.number, request.signed.with_(cosign(neighbour.folder, request)))
    assert standing_of(office).unwitnessed == 0


def test_a_key_put_in_place_of_a_witness_is_found(office: Office, neighbour: Neighbour, tmp_path: Path) -> None:
    neighbour.meet(office)
    other = WitnessFolder.create(tmp_path / "other", NAME)
    with office.control.remembering() as session:
        session.scalars(select(Witness)).one().key = str(other.key)
    assert any("witness.alderbrook.example" in each.sentence for each in verify(office.control).findings)
    assert standing_of(office).best is None


def test_the_follower_asks_who_has_an_address_when_there_is_news(office: Office, clock: Clock, tmp_path: Path) -> None:
    folder = WitnessFolder.create(tmp_path / "witness", NAME)
    add_library(folder, LIBRARY, key_of(office))
    clock.instant = office.control.now().replace(year=2026)
    with served(folder) as address:
        witnessing.register_witness(office.control, office.people["admin"], str(folder.key), f"{address}/")
        assert cosignatures.follow(office.control) == 1
        seen = standing_of(office).best
        assert seen is not None
        assert seen.seen_at is not None
        clock.instant = seen.seen_at + timedelta(minutes=1)
        office.write()
        assert cosignatures.follow(office.control) == 0
        clock.forward(minutes=10)
        assert cosignatures.follow(office.control) == 1
        assert standing_of(office).unwitnessed == 0
        clock.instant = seen.seen_at + timedelta(hours=23)
        assert cosignatures.follow(office.control) == 0
        clock.forward(hours=2)
        assert cosignatures.follow(office.control) == 1
    clock.forward(days=2)
    assert cosignatures.follow(office.control) == 0
    assert acts(office, Act.WITNESS_REFUSED) == []


def test_a_witness_that_saw_more_is_followed_up_to_where_it_is(office: Office, tmp_path: Path) -> None:
    """An answer was lost on the way: the witness says how much it saw, and is asked from there."""
    folder = WitnessFolder.create(tmp_path / "witness", NAME)
    add_library(folder, LIBRARY, key_of(office))
    with served(folder) as address:
        number = witnessing.register_witness(office.control, office.people["admin"], str(folder.key), address)
        cosign(folder, witnessing.request_to(office.control, number))
        rotate_key(office.control, "Regular change of the key")
        office.write()
        witnessing.ask_witness(office.control, number)
    assert standing_of(office).unwitnessed == 0


def test_a_refusal_is_an_event_once_a_day_and_is_shown_until_the_witness_signs(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    folder = WitnessFolder.create(tmp_path / "witness", NAME)
    with served(folder) as address:
        number = witnessing.register_witness(office.control, office.people["admin"], str(folder.key), address)
        for _ in range(2):
            with pytest.raises(HeadRefusedError, match="does not know this library"):
                witnessing.ask_witness(office.control, number)
        assert len(acts(office, Act.WITNESS_REFUSED)) == 1
        assert "refused on" in [*standing_of(office).sentences][-1]
        clock.forward(days=2)
        with pytest.raises(HeadRefusedError):
            witnessing.ask_witness(office.control, number)
        assert len(acts(office, Act.WITNESS_REFUSED)) == 2
        add_library(folder, LIBRARY, key_of(office))
        witnessing.ask_witness(office.control, number)
    assert not standing_of(office).witnesses[0].refuses


def test_events_that_a_witness_saw_and_that_are_gone_are_told(office: Office, tmp_path: Path) -> None:
    folder = WitnessFolder.create(tmp_path / "witness", NAME)
    watched = add_library(folder, LIBRARY, key_of(office))
    folder.keep(replace(watched, size=9999))
    with served(folder) as address:
        number = witnessing.register_witness(office.control, office.people["admin"], str(folder.key), address)
        with pytest.raises(HeadRefusedError, match="It saw 9999 events"):
            witnessing.ask_witness(office.control, number)
    [refused] = acts(office, Act.WITNESS_REFUSED)
    assert "the others are gone" in refused.reason


def test_a_witness_that_is_away_or_never_comes_to_an_end_holds_nobody_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(WitnessUnreachableError):
            witness_line.ask(address, "old 0\n", 0.3)

        def drip() -> None:
            peer, _ = server.accept()
            for _ in range(60):
                try:
                    peer.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)

        thread = threading.Thread(target=drip, daemon=True)
        server.accept()[0].close()
        thread.start()
        began = time.monotonic()
        with pytest.raises(WitnessUnreachableError):
            witness_line.ask(address, "old 0\n", 0.5)
        assert time.monotonic() - began < 2.5
        thread.join()
    with pytest.raises(WitnessUnreachableError):
        witness_line.ask(address, "old 0\n", 0.3)
