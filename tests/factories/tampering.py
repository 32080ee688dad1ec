"""What somebody with full rights on database and repository may try: each returns nothing and leaves traces or none."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from docctl import tools
from docctl.actions.settings import administering
from docctl.adapters.git_library import CommitText, GitObject, GrowingLedger, RefMove, blob, tree
from docctl.adapters.signing_key import SigningKey
from docctl.document_control import DocumentControl
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.trail.audit_trail import ChainHead, Event, canonical_json, ledger_file, ledger_path, link
from tests.factories.library import Clock, Office

LEDGER = "refs/heads/ledger"


def sql(office: Office, statement: str, **values: object) -> None:
    """Change the database behind the library's back."""
    with office.control.remembering() as session:
        assert session.execute(text(statement), values).rowcount > 0


def events_of(control: DocumentControl) -> list[Event]:
    """Return all events."""
    with control.reading() as session:
        return list(session.query(Event).order_by(Event.seq))


def edit_event(office: Office) -> None:
    """Edit an event's text."""
    sql(
        office,
        "UPDATE events SET actor_name = 'forged' || actor_name, text = replace(text, :was, :forged) WHERE seq = 25",
        was='"actor_name":"',
        forged='"actor_name":"forged',
    )


def edit_event_and_leaf(office: Office) -> None:
    """Edit an event's text, and its leaf with it."""
    edit_event(office)
    event = events_of(office.control)[24]
    sql(office, "UPDATE events SET leaf = :leaf WHERE seq = 25", leaf=link("0" * 64, event.salt, event.text).leaf)


def recompute_chain(office: Office) -> None:
    """Edit an event's text, and recompute the chain after it in the database."""
    edit_event(office)
    with office.control.remembering() as session:
        chain = "0" * 64
        for event in session.query(Event).order_by(Event.seq):
            place = link(chain, event.salt, event.text)
            event.leaf, event.chain = place.leaf, place.chain
            chain = place.chain
        session.get_one(ChainHead, 1).chain = chain


def delete_newest_events(office: Office) -> None:
    """Delete the newest event in the database alone."""
    last = events_of(office.control)[-2]
    sql(office, "DELETE FROM events WHERE seq > :at", at=last.seq)
    sql(office, "UPDATE watermarks SET seq = :at", at=last.seq)
    with office.control.remembering() as session:
        head = session.get_one(ChainHead, 1)
        head.seq, head.chain, head.ledger_commit = last.seq, last.chain, last.ledger_commit
        head.happened_at = last.happened_at


def move_ledger_back(office: Office) -> None:
    """Let the ledger in Git end earlier."""
    office.control.library.move_refs([RefMove(LEDGER, events_of(office.control)[24].ledger_commit)])


def replace_tip(office: Office) -> None:
    """Put another commit in the place of the ledger's newest one, signed by another key."""
    with_another_key(office, with_rows=False)


def forge_commit(office: Office) -> None:
    """Put a commit signed by another key in the place of the newest one, in the database too."""
    with_another_key(office, with_rows=True)


def with_another_key(office: Office, *, with_rows: bool) -> None:
    """Write the newest ledger commit anew with a key of one's own."""
    control, last = office.control, events_of(office.control)[-1]
    plain, _ = tools.git_library.without_signature(control.library.read(last.ledger_commit))
    key = SigningKey.create(control.data / "forged_key")
    head, body = plain.split(b"\n\n", 1)
    signature = key.sign(plain).replace("\n", "\n ").encode()
    made = GitObject("commit", head + b"\ngpgsig " + signature + b"\n\n" + body)
    control.library.write([made])
    control.library.move_refs([RefMove(LEDGER, made.id)])
    if with_rows:
        sql(office, "UPDATE events SET ledger_commit = :made WHERE seq = :seq", made=made.id, seq=last.seq)
        sql(office, "UPDATE chain_head SET ledger_commit = :made", made=made.id)


def swap_bytes(office: Office) -> None:
    """Swap the approved text in Git's object file."""
    control = office.control
    file = office.revision(1).current.file(CONTENT)
    assert file is not None
    made, data = blob(control.library.read(file.blob)), b"# Purpose\n\nSwapped.\n"
    path = control.library.folder / "objects" / made.id[:2] / made.id[2:]
    path.chmod(0o600)
    path.write_bytes(zlib.compress(f"blob {len(data)}\0".encode() + data))
    control.library.let_go()


def edit_state(office: Office) -> None:
    """Make a revision obsolete without an event."""
    sql(office, "UPDATE revisions SET state = 'OBSOLETE' WHERE state = 'IN_FORCE' AND number = 2")


def edit_signature(office: Office) -> None:
    """Let somebody else have signed."""
    sql(office, "UPDATE signatures SET printed_name = 'Somebody Else' WHERE id = 1")


def copy_signature(office: Office) -> None:
    """Copy a signature to another document."""
    sql(
        office,
        "INSERT INTO signatures (id, revision_id, round, step, user_id, person, printed_name, role, kind, meaning, "
        "rule, fingerprint, signed_at, time_zone, authenticated_by, comment) SELECT 999, (SELECT max(id) FROM "
        "revisions), round, 1, user_id, person, printed_name, role, kind, meaning, rule, fingerprint, signed_at, "
        "time_zone, authenticated_by, comment FROM signatures WHERE kind = 'approve' ORDER BY id LIMIT 1",
    )


def back_date(office: Office) -> None:
    """Record something under the date of an earlier year, with the library's own key."""
    control = office.control
    sql(office, "UPDATE chain_head SET happened_at = NULL")
    clock, control._clock = control._clock, Clock(datetime(2024, 1, 1, tzinfo=UTC))
    administering.issue_link(control, None, office.people["eve"])
    control._clock = clock


def cut_newest_everywhere(office: Office) -> None:
    """Cut the newest event off in the database and in Git together."""
    delete_newest_events(office)
    office.control.library.move_refs([RefMove(LEDGER, events_of(office.control)[-1].ledger_commit)])


def rewrite_everything(office: Office) -> None:
    """Change what an early event says, and write database and ledger anew with the stolen key."""
    rewrite(office, _declare_otherwise)


def act_in_other_roles(office: Office) -> None:
    """Let one who signed have acted as a controller, and write database and ledger anew with the stolen key."""
    rewrite(office, _raise_signers)


def _raise_signers(said: dict[str, Any]) -> None:
    if said["action"] == "revision:approved":
        said["actor_roles"] = ["approver", "controller", "reader"]


def _declare_otherwise(said: dict[str, Any]) -> None:
    if said["action"] == "user:declaration_accepted":
        said["declaration"] = "Nothing binds me."


def rewrite(office: Office, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what events say, and write database and ledger anew with the stolen key."""
    control = office.control
    with control.remembering() as session:
        ledger = GrowingLedger(control.library, "", control.signing_key.allowed_signers)
        chain, tip, objects = "0" * 64, "", []
        for event in session.query(Event).order_by(Event.seq):
            said = json.loads(event.text)
            change(said)
            event.text = canonical_json(said)
            place = link(chain, event.salt, event.text)
            message = f"{event.act} {event.subject}\n\nSeq: {event.seq}\nLeaf: {place.leaf}\nChain: {place.chain}\n"
            made = CommitText(
                tree({}).id, (tip,) if tip else (), "docctl", "ledger@docctl.invalid", event.happened_at, message
            )
            tip = ledger.add(
                ledger_path(event.seq), ledger_file(event.salt, event.text), replace(made), control.signing_key.sign
            )
            event.leaf, event.chain, event.ledger_commit = place.leaf, place.chain, tip
            chain = place.chain
        objects = list(ledger.objects)
        head = session.get_one(ChainHead, 1)
        head.chain, head.ledger_commit = chain, tip
    control.library.write(objects)
    control.library.move_refs([RefMove(LEDGER, tip)])


Tamper = Callable[[Office], None]
