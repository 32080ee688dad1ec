"""Up to the newest head that an honest witness co-signed, no history shows another one without being found."""

import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from docctl.actions.trail.rotating_keys import rotate_key
from docctl.actions.trail.witnessing import break_history
from docctl.adapters.git_library import CommitText, GitObject, GrowingLedger, RefMove
from docctl.document_control import DocumentControl
from docctl.domain.errors import HeadRefusedError
from docctl.domain.trail.audit_trail import FIRST_CHAIN, ChainHead, Event, ledger_file, ledger_path, link
from docctl.domain.trail.head_request import HeadRequest
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.signed_note import SignedHead, TreeHead
from docctl.domain.trail.witness import Cosignature
from docctl.followers import git_refs, library_snapshot
from docctl.recovery.replacing_lost_key import replace_lost_key
from docctl.registers.integrity.finding import NOTED, UNPROVEN
from docctl.registers.integrity.verifying import verify
from docctl.registers.integrity.witnesses import GONE, WRONG, KnownHead, read_checkpoint
from docctl.witness.cosigning import cosign, go_on_after_break
from tests.factories.library import PASSWORD, Office, found_library
from tests.factories.stranger import VERIFIER
from tests.factories.witnesses import LIBRARY, NAME, Neighbour, key_of, neighbour_of

Rewriting = Callable[[list[Event], random.Random], list[tuple[str, str]]]
SEED, HISTORIES = 20261201, 100


@pytest.fixture
def neighbour(office: Office, tmp_path: Path) -> Neighbour:
    """A witness that the library registered, and that co-signed a document's beginning."""
    office.write()
    neighbour = neighbour_of(office, tmp_path / "witness")
    neighbour.meet(office)
    follow(office.control)
    return neighbour


def follow(control: DocumentControl) -> None:
    """Let references and snapshot catch up."""
    git_refs.follow(control)
    library_snapshot.follow(control)


def known_head(neighbour: Neighbour, folder: Path) -> KnownHead:
    """Take the newest head from the witness, as whoever compares a library with it does."""
    path = folder / "head.txt"
    path.write_text(neighbour.head.note)
    return read_checkpoint(path)


def events_of(control: DocumentControl) -> list[Event]:
    """Return all events."""
    with control.reading() as session:
        return list(session.query(Event).order_by(Event.seq))


def _edited(events: list[Event], draw: random.Random) -> list[tuple[str, str]]:
    """Another history: one event says something else, all that follow are as they were."""
    told = [(event.salt, event.text) for event in events]
    at = draw.randrange(1, len(told))
    salt, was = told[at]
    told[at] = salt, was.replace('"actor_name":"', f'"actor_name":"{draw.randrange(10**9)} ', 1)
    return told


def _cut(events: list[Event], draw: random.Random) -> list[tuple[str, str]]:
    """Another history: it ends earlier."""
    return [(event.salt, event.text) for event in events[: draw.randrange(20, len(events))]]


def _split(events: list[Event], draw: random.Random) -> list[tuple[str, str]]:
    """Another history: it goes on otherwise from some event, and is longer than the one that was seen."""
    kept = draw.randrange(20, len(events))
    name, other = '"actor_name":"', '"actor_name":"Otherwise '
    later = [(event.salt, event.text.replace(name, other, 1)) for event in events[kept:]]
    more = [(f"{draw.getrandbits(128):032x}", event.text) for event in events[-draw.randrange(1, 6) :]]
    return [*((event.salt, event.text) for event in events[:kept]), *later, *more]


def _swapped(events: list[Event], draw: random.Random) -> list[tuple[str, str]]:
    """Another history: an event has another salt, and says the same."""
    told = [(event.salt, event.text) for event in events]
    at = draw.randrange(1, len(told))
    told[at] = f"{draw.getrandbits(128):032x}", told[at][1]
    return told


HOW: tuple[Rewriting, ...] = (_edited, _cut, _split, _swapped)


def test_100_of_100_other_histories_are_refused_by_the_witness(office: Office, neighbour: Neighbour) -> None:
    """Each is signed by the library's own key, with the best proof that its own tree gives."""
    draw, seen, events = random.Random(SEED), neighbour.head.head, events_of(office.control)
    assert len(events) == seen.size
    refused = 0
    for number in range(HISTORIES):
        told = HOW[number % len(HOW)](events, draw)
        tree = LeafTree(bytes.fromhex(link(FIRST_CHAIN, salt, said).leaf) for salt, said in told)
        head = TreeHead(seen.origin, tree.size, tree.root())
        signed = SignedHead(head.text, (office.control.signing_key.sign_head(head.origin, head.text),))
        old = min(seen.size, tree.size)
        for claimed in {old, seen.size, 0, tree.size}:
            proof = tuple(tree.consistency(min(claimed, tree.size), tree.size))
            with pytest.raises(HeadRefusedError):
                cosign(neighbour.folder, HeadRequest(claimed, proof, signed))
        refused += 1
    assert refused == HISTORIES
    assert neighbour.head.head == seen


def write_anew(control: DocumentControl, told: list[tuple[str, str]]) -> None:
    """Write the whole trail anew in SQL and Git, chained and signed by the library's own key, as its owner can."""
    events = {event.seq: event for event in events_of(control)}
    with control.reading() as session:
        signers = control.ledger_keys(session).allowed_signers
    ledger, chain, tip, rows = GrowingLedger(control.library, "", signers), FIRST_CHAIN, "", list[Event]()
    for seq, (salt, said) in enumerate(told, 1):
        like = events.get(seq, events[len(events)])
        place = link(chain, salt, said)
        message = f"{like.act} {like.subject}\n\nSeq: {seq}\nLeaf: {place.leaf}\nChain: {place.chain}\n"
        parents = (tip,) if tip else ()
        commit = CommitText("", parents, "docctl", "ledger@docctl.invalid", like.happened_at, message)
        tip = ledger.add(ledger_path(seq), ledger_file(salt, said), commit, control.signing_key.sign)
        chain = place.chain
        values = {column.name: getattr(like, column.name) for column in Event.__table__.columns}
        values |= {"seq": seq, "salt": salt, "text": said, "leaf": place.leaf, "chain": chain, "ledger_commit": tip}
        rows.append(Event(**values | {"request_id": None}))
    objects: list[GitObject] = ledger.objects
    control.library.write(objects)
    control.library.move_refs([RefMove("refs/heads/ledger", tip)])
    with control.remembering() as session:
        session.execute(text("DELETE FROM events"))
        session.add_all(rows)
        head = session.get_one(ChainHead, 1)
        head.seq, head.chain, head.ledger_commit, head.happened_at = len(rows), chain, tip, rows[-1].happened_at
        session.execute(text("UPDATE watermarks SET seq = :at"), {"at": len(rows)})


@pytest.mark.drawn("are_kept", "how", more=3)
@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("how", HOW, ids=lambda how: how.__name__)
@pytest.mark.parametrize("are_kept", [True, False], ids=["rows kept", "rows deleted"])
def test_a_history_written_anew_is_shown_by_what_the_witness_has(
    office: Office, neighbour: Neighbour, tmp_path: Path, number: int, how: Rewriting, are_kept: bool
) -> None:
    """Whoever has folder and key writes all of it anew; both verifiers name it, with what is kept or with the head."""
    head, draw = known_head(neighbour, tmp_path), random.Random(SEED + number)
    write_anew(office.control, how(events_of(office.control), draw))
    if not are_kept:
        with office.control.remembering() as session:
            session.execute(delete(Cosignature))
    report = verify(office.control, witnesses=[head])
    told = [finding for finding in report.findings if finding.remedy == GONE]
    assert {finding.subject for finding in told} == ({NAME, "head.txt"} if are_kept else {"head.txt"})
    assert not are_kept or any(finding.subject == NAME for finding in verify(office.control).findings)
    run = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, office.control.library.folder, tmp_path / "head.txt"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (run.returncode, "altered or gone" in run.stdout) == (2, True), run.stdout


def test_a_sound_library_agrees_and_says_what_is_witnessed(
    office: Office, neighbour: Neighbour, tmp_path: Path
) -> None:
    head = known_head(neighbour, tmp_path)
    rotate_key(office.control, "Regular change of the key")
    office.write("POL-002")
    follow(office.control)
    report = verify(office.control, witnesses=[head])
    assert report.findings == ()
    assert report.witnessed[0].startswith(f"Events 1 to {head.seq} were co-signed by {NAME}")
    assert "that came later are unwitnessed" in report.witnessed[0]
    run = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, office.control.library.folder, tmp_path / "head.txt"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert f"{NAME} co-signed up to event {head.seq} on" in run.stdout
    assert "after it are unwitnessed" in run.stdout


def test_a_head_of_another_library_or_signed_by_nobody_proves_nothing(
    office: Office, neighbour: Neighbour, tmp_path: Path
) -> None:
    other = Office(found_library(tmp_path / "other"), office.people)
    stranger = neighbour_of(other, tmp_path / "elsewhere")
    stranger.meet(other)
    [finding] = verify(office.control, witnesses=[known_head(stranger, tmp_path)]).findings
    assert ("another library" in finding.sentence, finding.remedy) == (True, WRONG)
    signed = neighbour.head
    unsigned = known_head(neighbour, tmp_path)
    unsigned = replace(unsigned, signed=replace(signed, signatures=signed.signatures[1:]))
    [finding] = verify(office.control, witnesses=[unsigned]).findings
    assert ("this library's signature" in finding.sentence, finding.remedy) == (True, WRONG)
    other.control.engine.dispose()


def test_a_break_stays_visible_after_a_witness_goes_on(office: Office, neighbour: Neighbour) -> None:
    break_history(office.control, office.people["admin"], "A snapshot of the machine was put back")
    with pytest.raises(HeadRefusedError):
        neighbour.meet(office)
    go_on_after_break(neighbour.folder, LIBRARY, "We spoke on the telephone", "Berta")
    neighbour.meet(office)
    follow(office.control)
    report = verify(office.control)
    assert report.findings == ()
    assert any("history broke at event" in each and "snapshot" in each for each in report.witnessed)


@pytest.mark.parametrize("is_known_before", [True, False])
def test_after_a_lost_key_only_a_witness_from_before_vouches(
    office: Office, tmp_path: Path, is_known_before: bool
) -> None:
    neighbour = neighbour_of(office, tmp_path / "witness") if is_known_before else None
    follow(office.control)
    (office.control.data / "keys" / "ledger_key").unlink()
    office.control.keys._held = None
    replace_lost_key(office.control, "admin", PASSWORD, "The disk with the keys burnt")
    if neighbour is None:
        neighbour = neighbour_of(office, tmp_path / "witness")
    else:
        with pytest.raises(HeadRefusedError):
            neighbour.meet(office)
        go_on_after_break(neighbour.folder, LIBRARY, "The disk with the keys burnt", "Berta", key_of(office))
    neighbour.meet(office)
    follow(office.control)
    severities = {finding.severity for finding in verify(office.control).findings}
    assert severities == {NOTED if is_known_before else UNPROVEN}
