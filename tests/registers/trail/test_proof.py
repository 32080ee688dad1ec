"""A proof of one event holds without the library, by two programs, and no changed one does."""

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docctl.adapters.signing_key import signatures_of
from docctl.cli import main
from docctl.domain.errors import DocctlError, InvalidInputError, NotFoundError, NotPermittedError, WrongStateError
from docctl.domain.trail.inclusion_proof import InclusionProof
from docctl.domain.trail.signed_note import NoteKey
from docctl.evidence import verify_library
from docctl.registers.trail.proof import EventProof, proof_of, proof_pack
from docctl.witness.folder import WitnessFolder
from tests.factories.library import Office
from tests.factories.stranger import VERIFIER
from tests.factories.witnesses import NAME, Neighbour, neighbour_of

SEED, WRONG = 20261201, 2000
MOST_BYTES = 2048


@pytest.fixture
def neighbour(office: Office, tmp_path: Path) -> Neighbour:
    """A witness that co-signed what happened until a document was written."""
    office.write()
    neighbour = neighbour_of(office, tmp_path / "witness")
    neighbour.meet(office)
    return neighbour


def proof(office: Office, seq: int, login: str = "carla") -> EventProof:
    """Return the proof of an event."""
    with office.control.reading() as session:
        return proof_of(office.control, session, office.person(login), seq)


def holds(event: bytes, text: str, keys: tuple[str, ...]) -> bool:
    """Say whether docctl takes a proof."""
    try:
        read = InclusionProof.read(text)
        read.proves(event)
        return all(any(signatures_of(NoteKey.read(key), read.signed)) for key in keys)
    except DocctlError:
        return False


def holds_elsewhere(event: bytes, text: str, keys: tuple[str, ...]) -> bool:
    """Say whether the independent verifier takes it."""
    verify_library.CHECKED.clear()
    try:
        verify_library.check_proof(event, text, keys)
        return all(verify_library.CHECKED.values())
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return False
    finally:
        verify_library.CHECKED.clear()


def test_every_event_that_a_witness_cosigned_is_proven_in_less_than_2_kb(office: Office, neighbour: Neighbour) -> None:
    size = neighbour.head.head.size
    for seq in range(1, size + 1):
        found = proof(office, seq)
        assert len(found.proof.text.encode()) <= MOST_BYTES
        assert InclusionProof.read(found.proof.text) == found.proof
        assert found.proof.proves(found.event).seq == seq
        assert holds(found.event, found.proof.text, found.keys)
    assert holds_elsewhere(found.event, found.proof.text, found.keys)


def test_a_proof_among_a_hundred_thousand_events_has_less_than_2_kb(office: Office, neighbour: Neighbour) -> None:
    found = proof(office, 1).proof
    assert len(found.text.encode()) + (17 - len(found.hashes)) * 45 <= MOST_BYTES


def test_what_no_witness_cosigned_yet_is_not_proven(office: Office, neighbour: Neighbour) -> None:
    office.write("POL-002")
    with pytest.raises(WrongStateError, match="No witness has co-signed event"):
        proof(office, neighbour.head.head.size + 1)
    with pytest.raises(NotFoundError):
        proof(office, 9999)


def test_a_proof_is_for_those_who_may_know_of_the_event(office: Office, neighbour: Neighbour) -> None:
    with pytest.raises(NotPermittedError):
        proof(office, 1, "eve")
    written = neighbour.head.head.size - 1
    assert proof(office, written, "carla").seq == written
    hidden = next(seq for seq in range(written, 0, -1) if b'"document":"POL-001"' in proof(office, seq).event)
    with pytest.raises(NotFoundError, match="may not see it"):
        proof(office, hidden, "admin")


def _wrong(found: EventProof, draw: random.Random) -> Iterator[tuple[bytes, str]]:
    """Give out the two files with something changed in one of them."""
    event, text = found.event, found.proof.text
    block, _, note = text.partition("\n\n")
    lines = block.split("\n")
    while True:
        at, bit = draw.randrange(len(event)), 1 << draw.randrange(7)
        yield event[:at] + bytes([event[at] ^ bit]) + event[at + 1 :], text
        at = draw.randrange(len(block))
        yield event, text[:at] + chr(ord(text[at]) ^ bit) + text[at + 1 :]
        at = len(block) + 2 + draw.randrange(len(note.split("\n\n")[0]))
        yield event, text[:at] + chr(ord(text[at]) ^ bit) + text[at + 1 :]
        at = draw.randrange(2, len(lines))
        yield event, "\n".join([*lines[:at], *lines[at + 1 :]]) + "\n\n" + note
        yield event, "\n".join([*lines[:at], lines[at], *lines[at:]]) + "\n\n" + note
        yield event, "\n".join([*lines[:1], f"index {draw.randrange(10**6)}", *lines[2:]]) + "\n\n" + note


def test_2000_wrong_proofs_are_refused(office: Office, neighbour: Neighbour) -> None:
    """By docctl all of them, by the independent verifier, whose arithmetic is slow, each tenth."""
    draw, found = random.Random(SEED), proof(office, 12)
    assert holds(found.event, found.proof.text, found.keys)
    for number, (event, text) in zip(range(WRONG), _wrong(found, draw), strict=False):
        assert not holds(event, text, found.keys), (event, text)
        if number % 10 == 0:
            assert not holds_elsewhere(event, text, found.keys), (event, text)


def test_a_key_that_did_not_sign_is_named(office: Office, neighbour: Neighbour, tmp_path: Path) -> None:
    other = str(WitnessFolder.create(tmp_path / "elsewhere", NAME).key)
    found = proof(office, 12)
    for check in (holds, holds_elsewhere):
        assert check(found.event, found.proof.text, found.keys)
        assert not check(found.event, found.proof.text, (*found.keys, other))
        assert not check(found.event, found.proof.text.replace(f"{NAME} ", "x "), found.keys)


def docctl(*arguments: object) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_the_sheet_and_the_commands_check_a_proof(office: Office, neighbour: Neighbour, tmp_path: Path) -> None:
    with office.control.reading() as session:
        name, content = proof_pack(office.control, session, office.person("carla"), 12)
    assert name == "event-000012-proof.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        pack.extractall(tmp_path)
    [command] = [line.strip() for line in (tmp_path / "README.txt").read_text().splitlines() if "--proof" in line]
    run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, run.stdout.startswith("proven: event 12 of ")) == (0, True), run.stdout + run.stderr
    keys = (tmp_path / "keys.txt").read_text().split()
    made = docctl("--data", office.control.data, "prove", 12, "--to", tmp_path / "proof")
    assert made.exit_code == 0, made.output
    files = [tmp_path / "proof" / f"event-000012.{ending}" for ending in ("json", "tlog-proof")]
    assert docctl("check-proof", *files, *keys).output.startswith("proven: event 12 of ")
    files[0].write_bytes(files[0].read_bytes().replace(b'"seq":12', b'"seq":13'))
    refused = docctl("check-proof", *files, *keys)
    assert (refused.exit_code != 0, "does not show" in refused.output) == (True, True)
    run = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, "--proof", *files, *keys], capture_output=True, text=True
    )
    assert run.returncode == 2, run.stdout
    run = subprocess.run([sys.executable, "-I", "-S", VERIFIER, "--proof", *files], capture_output=True, text=True)
    assert run.returncode == 64


@pytest.mark.parametrize("text", ["", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 01\n\nx"])
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        InclusionProof.read(text)
