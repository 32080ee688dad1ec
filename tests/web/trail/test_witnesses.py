"""The page of the witnesses: who co-signed how far, registering and dismissing them, and proofs to take away."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from docctl.actions.trail import witnessing
from docctl.domain.errors import HeadRefusedError
from docctl.domain.trail.inclusion_proof import InclusionProof
from docctl.witness.folder import WitnessFolder
from tests.factories.library import Office
from tests.factories.witnesses import NAME, neighbour_of, served

SignedIn = Callable[[str], FlaskClient]
PAGE = "/registers/witnesses"


def test_without_a_witness_the_page_says_what_to_do(signed_in: SignedIn, office: Office) -> None:
    carla, admin = signed_in("carla"), signed_in("admin")
    assert "No witness yet" in carla.get(PAGE).text
    assert ("Register a witness" in admin.get(PAGE).text, "Register a witness" in carla.get(PAGE).text) == (True, False)
    assert "docctl.invalid/" in carla.get(PAGE).text
    assert signed_in("eve").get(PAGE).status_code == 403
    assert "Witnesses" in signed_in("audra").get("/registers").text


def test_an_administrator_registers_and_dismisses_one(signed_in: SignedIn, office: Office, tmp_path: Path) -> None:
    key, admin = str(WitnessFolder.create(tmp_path / "witness", NAME).key), signed_in("admin")
    wrong = admin.post(PAGE, data={"key": key[:-3], "address": ""})
    assert (wrong.status_code, "copy it whole" in wrong.text) == (422, True)
    assert admin.post(PAGE, data={"key": key, "address": "https://witness.alderbrook.example"}).status_code == 303
    page = admin.get(PAGE).text
    assert NAME in page
    assert "Nothing yet" in page
    assert admin.post(f"{PAGE}/dismiss", data={"name": NAME, "reason": ""}).status_code == 422
    assert admin.post(f"{PAGE}/dismiss", data={"name": NAME, "reason": "They close"}).status_code == 303
    assert "Dismissed" in admin.get(PAGE).text
    assert signed_in("carla").post(PAGE, data={"key": key}).status_code == 403


def test_the_page_says_how_far_and_what_came_later(signed_in: SignedIn, office: Office, tmp_path: Path) -> None:
    size = neighbour_of(office, tmp_path / "witness").meet(office).head.size
    audra = signed_in("audra")
    assert f"Events 1 to {size} were co-signed by {NAME}" in audra.get(PAGE).text
    office.publish()
    page = audra.get(PAGE).text
    assert "events that came later are unwitnessed" in page
    rows = audra.get(f"{PAGE}.csv").text.splitlines()
    assert rows[1].startswith(f"{NAME},")
    assert f",{size}," in rows[1]


def test_a_refusal_is_shown_and_a_break_is_recorded(signed_in: SignedIn, office: Office, tmp_path: Path) -> None:
    folder = WitnessFolder.create(tmp_path / "witness", NAME)
    with served(folder) as address:
        number = witnessing.register_witness(office.control, office.people["admin"], str(folder.key), address)
        with pytest.raises(HeadRefusedError):
            witnessing.ask_witness(office.control, number)
    admin = signed_in("admin")
    assert f"{NAME} refused to co-sign" in admin.get(PAGE).text
    assert admin.post(f"{PAGE}/break", data={"reason": "A snapshot was put back"}).status_code == 303
    page = admin.get(PAGE).text
    assert "Breaks in the history" in page
    assert "A snapshot was put back" in page


def test_a_proof_is_taken_from_log_and_history(signed_in: SignedIn, office: Office, tmp_path: Path) -> None:
    office.publish()
    carla = signed_in("carla")
    assert "/proof" not in carla.get("/audit-log").text
    size = neighbour_of(office, tmp_path / "witness").meet(office).head.size
    assert f'href="/audit-log/{size - 1}/proof"' in carla.get("/audit-log").text
    history = carla.get("/documents/POL-001/history").text
    seq = next(number for number in range(size, 0, -1) if f'href="/audit-log/{number}/proof"' in history)
    answer = carla.get(f"/audit-log/{seq}/proof")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        proof = InclusionProof.read(pack.read(f"event-{seq:06d}.tlog-proof").decode())
        assert proof.proves(pack.read(f"event-{seq:06d}.json")).document == "POL-001"
    office.write("POL-002")
    with office.control.reading() as session:
        newest = office.control.tree.up_to_now(session).size
    assert carla.get(f"/audit-log/{newest}/proof").status_code == 409
