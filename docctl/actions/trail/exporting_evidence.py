"""Exporting evidence: a pack about one document that proves itself without this program."""

import json
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.trail.checkpointing import SIGNATURE_ENDING, signed, take_checkpoint
from docctl.document_control import NAMES_A_KEY, DocumentControl
from docctl.document_control.lost_objects import lost_objects
from docctl.document_control.trail_tree import CosignedHeads
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_number import canonical_number
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import StoredFile, sha256
from docctl.domain.errors import NotFoundError
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.rights.permission import Library
from docctl.domain.trail.audit_trail import Act, Event, ledger_file
from docctl.domain.trail.events.people import Account, UserAdded, UserChanged
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.origin import BREAKS
from docctl.shipped import PACKAGE

# What the verifier has to read whatever document a pack is about: keys, breaks and witnesses.
OF_THE_LEDGER = {*NAMES_A_KEY, *BREAKS, Act.WITNESS_REGISTERED}
_PLAIN = re.compile(r"[^\w.-]", re.ASCII)
VERIFIER, SUMS, PACK = "verify_library.py", "SHA256SUMS", "{}-evidence.zip"
SIGNED = (
    "revision",
    "round",
    "kind",
    "printed_name",
    "role",
    "meaning",
    "rule",
    "signed_at",
    "time_zone",
    "fingerprint",
)
LET_STAND = ("revision", "fingerprint", "key", "sentence", "reason", "printed_name", "let_stand_at")
HAPPENED = ("seq", "time", "actor_name", "action", "subject", "revision", "reason", "fingerprint")
CLONED = "    git clone --quiet --mirror library.bundle clone.git\n"
TAKEN_APART = """    git init --quiet --bare clone.git
    git -C clone.git bundle unbundle "$PWD/library.bundle" > clone.git/packed-refs
"""
LOST = """
Some of this document is lost for ever, which two persons accepted: see loss:accepted in events.csv. It is missing from
files/ and from library.bundle, of which Git therefore makes no clone; fsck names each object that is missing.
"""
README = """Evidence for {number}, {title}
{organisation}, {time}

files/               the latest revision that was in force: the text that was signed, and the files issued from it
signatures, events   who signed what and when, and what happened to the document (JSON, and CSV for a spreadsheet)
differences_let_stand  where there are any: what issued files say differently from the page, who let it stand and why
ledger.jsonl         every event up to the checkpoint, in order: those about this document with their texts, all others
                     as the hash that the chain is made of, so that nothing of other documents and people is told
records.jsonl        where there are any: what was said apart from the ledger, such as reasons and remarks
library.bundle       every version of this document, as a Git repository
allowed_signers      the keys that signed the ledger, each with its time; compare them with a copy kept elsewhere
{checkpoint}
                     the head of the ledger when this pack was made, signed in the .sig file beside it
cosigned/            the newest head of the ledger that each witness outside co-signed: {witnessed}
verify_library.py    checks all of it without docctl
SHA256SUMS           the fingerprint of every file above, signed in SHA256SUMS.sig

To check it, with Python, Git and OpenSSH, by a verify_library.py that came from elsewhere, or by this one:

    env -i PATH="$PATH" python3 -I -S verify_library.py {pack}

To look by yourself, without Python, in the folder where you unpacked it:

    sha256sum --check --strict --quiet SHA256SUMS
    ssh-keygen -Y verify -f allowed_signers -I ledger@docctl.invalid -n docctl-checkpoint \\
      -O verify-time={signed_at} -s SHA256SUMS.sig < SHA256SUMS
    ssh-keygen -Y verify -f allowed_signers -I ledger@docctl.invalid -n docctl-checkpoint \\
      -O verify-time={signed_at} -s {checkpoint}.sig < {checkpoint}
{taken}    git -C clone.git fsck --full
{lost}
The first prints “sound” and the head of the chain, or one line for each thing that is not as it was recorded. Compare
the fingerprint of the library that it prints with what the organisation publishes. The chain's head is also printed on
every issued PDF, and goes to those who keep checkpoints: ask one of them for an older one, and check that too by naming
it last.
"""


def evidence_pack(control: DocumentControl, number: str, person_id: int | None = None) -> tuple[str, bytes]:
    """Return name and bytes of a zip file with everything that proves what happened to a document."""
    with control.reading() as session:
        _document(session, number)
    checkpoint = take_checkpoint(control, person_id)
    with control.reading() as session:
        document = _document(session, number)
        revision = document.in_force or document.latest_published or document.revisions[-1]
        keys, organisation = control.ledger_keys(session), control.organisation(session).name
        events = [event.plain_values for event in session.scalars(_events_of(document))]
        signatures = [_signature(each, row) for each in document.revisions for row in each.signatures]
        stands = [_let_stand(each, row) for each in document.revisions for row in each.let_stand]
        refs = {document.branch: document.tip_commit}
        leaves, records = _leaves(session, document, checkpoint.seq)
        issued = [each for each in document.revisions if each.issued_commit]
        refs |= {tag: commit for each in issued for tag, commit in each.issue_tags.items()}
        lost = lost_objects(session.connection(), document.number)
        gone = lost.gone_from(control.library)
        sheet = README.format(
            taken=TAKEN_APART if gone else CLONED, lost=LOST if gone else "",
            number=revision.name, title=revision.title, organisation=organisation,
            time=checkpoint.at.isoformat(timespec="seconds"), checkpoint=checkpoint.file_name,
            signed_at=f"{checkpoint.at:%Y%m%d%H%M%SZ}", pack=PACK.format(document.number),
            witnessed=_witnessed(control, session, checkpoint.seq),
        )  # fmt: skip
        stored = [file for file in _files(revision) if file.blob not in gone]
        cosigned = _cosigned(control, session)
    files = {
        "README.txt": sheet.encode(),
        "allowed_signers": keys.allowed_signers.encode(),
        checkpoint.file_name: checkpoint.text.encode(),
        checkpoint.file_name + SIGNATURE_ENDING: signed(control, checkpoint.text.encode()).encode(),
        VERIFIER: (PACKAGE / "evidence" / VERIFIER).read_bytes(),
        "ledger.jsonl": leaves,
        **({"records.jsonl": records} if records else {}),
        "library.bundle": bundle_of(control, refs, lost),
        **cosigned,
        **_tables("signatures", SIGNED, signatures),
        **(_tables("differences_let_stand", LET_STAND, stands) if stands else {}),
        **_tables("events", HAPPENED, events),
        **{f"files/{file.path}": control.read_document(Library.ITSELF, revision, file) for file in stored},
    }
    listed = "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode()
    files |= {SUMS: listed, SUMS + SIGNATURE_ENDING: signed(control, listed).encode()}
    return PACK.format(document.number), tools.evidence_zip.pack(files, checkpoint.at)


def _heads(control: DocumentControl, session: Session) -> CosignedHeads:
    return CosignedHeads(session, control.tree.up_to_now(session), control.ledger_keys(session))


def _cosigned(control: DocumentControl, session: Session) -> dict[str, bytes]:
    """Return the newest head of each witness, as a file."""
    found = ((each.note_key, signed) for each, signed, _ in _heads(control, session).newest())
    return {f"cosigned/{_PLAIN.sub('_', key.name)}-{key.id.hex()}.note": signed.note.encode() for key, signed in found}


def _witnessed(control: DocumentControl, session: Session, newest: int) -> str:
    found = _heads(control, session).newest()
    if not found:
        return f"none did, events 1 to {newest} are unwitnessed"
    witness, signed, at = found[0]
    size = signed.head.size
    later = f"; {size + 1} to {newest} are unwitnessed" if size < newest else ""
    return f"events 1 to {size}, by {witness.name} on {at:%Y-%m-%d %H:%M} UTC{later}"


def _document(session: Session, number: str) -> Document:
    found = session.scalars(select(Document).where(Document.canonical == canonical_number(number))).first()
    if found is None or found.disposed_at is not None:
        raise NotFoundError("There is no document %(number)s, or it was disposed of.", number=number)
    return found


def _events_of(document: Document) -> Any:
    return select(Event).where(Event.document_id == document.id).order_by(Event.seq)


def _leaves(session: Session, document: Document, up_to: int) -> tuple[bytes, bytes]:
    """Return every event as a line, with the text of those that the pack's reader may see, and the records of these.

    Beside the document's own events that is what names keys and witnesses of the ledger, and what gave the accounts
    that acted their roles.
    """
    own = Event.document_id == document.id
    actors = set(session.scalars(select(Event.actor_id).where(own).distinct()))
    added = session.scalars(select(Event).where(Event.act.in_((Act.USER_ADDED, Act.USER_CHANGED))))
    accounts = [event.seq for event in added if _tells_only_of(event, actors)]
    shown = or_(own, Event.act.in_(OF_THE_LEDGER), Event.seq.in_(accounts))
    texts = {event.seq: event for event in session.scalars(select(Event).where(shown))}
    rows = session.execute(select(Event.seq, Event.leaf).where(Event.seq <= up_to).order_by(Event.seq))
    lines = [
        ledger_file(texts[seq].salt, texts[seq].text) if seq in texts else f'{{"leaf":"{leaf}"}}\n'.encode()
        for seq, leaf in rows
    ]
    records = [f"{event.record}\n" for event in texts.values() if event.record and event.document_id == document.id]
    return b"".join(lines), "".join(records).encode()


def _tells_only_of(event: Event, actors: set[int | None]) -> bool:
    """Say whether an account that acted was made or changed, and the event says of people no more than for ever."""
    told = read_event(event)
    match told.details:
        case UserAdded(id=account) | UserChanged(new=Account(id=account)):
            return told.record is not None and account in actors
    return False


def _files(revision: Revision) -> list[StoredFile]:
    return [*revision.current.files, *(StoredFile(**row) for row in revision.issued_files)]


def _signature(revision: Revision, row: Any) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in SIGNED if name != "revision"}
    return {"revision": revision.number, **said, "signed_at": row.signed_at.isoformat()}


def _let_stand(revision: Revision, row: DifferenceLetStand) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in LET_STAND if name != "revision"}
    return {"revision": revision.number, **said, "let_stand_at": row.let_stand_at.isoformat()}


def _tables(name: str, columns: Iterable[str], rows: list[dict[str, Any]]) -> dict[str, bytes]:
    columns = list(columns)
    table = [["" if row.get(column) is None else row[column] for column in columns] for row in rows]
    return {
        f"{name}.json": (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode(),
        f"{name}.csv": tools.spreadsheet.to_csv(columns, table),
    }


def bundle_of(control: DocumentControl, refs: dict[str, str], lost: tools.git_library.Lost) -> bytes:
    """Return a Git bundle of exactly these references, without what is lost and was accepted."""
    with tempfile.TemporaryDirectory(prefix="docctl-evidence-") as folder:
        path = Path(folder) / "library.bundle"
        tools.git_library.write_bundle(control.library, path, refs, lost=lost)
        return path.read_bytes()
