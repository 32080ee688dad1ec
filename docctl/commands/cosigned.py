"""Whoever co-signs this library's audit trail: registering and asking them, and proofs that hold without it."""

from pathlib import Path

import click

from docctl import tools
from docctl.actions.trail import witnessing as acting
from docctl.commands.acting import as_administrator, as_controller, opened, opened_by
from docctl.domain.errors import InvalidInputError, WrongStateError
from docctl.domain.people.user import Role
from docctl.domain.trail.inclusion_proof import InclusionProof
from docctl.domain.trail.signed_note import KeyType, NoteKey, SignedHead
from docctl.registers.trail import witnessing
from docctl.registers.trail.proof import proof_of
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json


@click.command("witnesses")
@as_json_option
@click.pass_obj
def list_witnesses(settings: Settings, as_json: bool) -> None:
    """Say who co-signs the audit trail, and how far.

    The last line is the key of this library, by which a witness is told to watch it.
    """
    control = opened(settings)
    with control.reading() as session:
        found = witnessing.standing(control, session)
    if as_json:
        rows = [{"name": each.name, "key": each.key, "address": each.address, "up_to": each.size,
                 "seen_at": each.seen_at.isoformat() if each.seen_at else None, "asked": each.is_asked,
                 "refusal": each.refusal if each.refuses else ""} for each in found.witnesses]  # fmt: skip
        print_json({"witnesses": rows, "newest": found.newest, "key": found.own_key, "says": [*found.sentences]})
        return
    for each in found.witnesses:
        where = each.address or "by files"
        seen = f"events 1 to {each.size} on {each.seen_at:%Y-%m-%d %H:%M} UTC" if each.seen_at else "nothing yet"
        click.echo(f"{each.name} ({where if each.is_asked else 'dismissed'}): co-signed {seen}")
    click.echo("\n".join(found.sentences))
    click.echo(f"The key of this library, for a witness: {found.own_key}")


@click.command("register-witness")
@click.argument("key")
@click.option("--address", default="", help="Where it is asked, like https://witness.alderbrook.example.")
@as_administrator
@click.pass_obj
def register_witness(settings: Settings, key: str, address: str, login: str) -> None:
    """Let somebody outside co-sign the audit trail.

    KEY is the line that “docctl witness key” prints there. Without an address files are exchanged: ask-witness writes
    and takes them in.
    """
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    acting.register_witness(control, person.id, key, address)
    with control.reading() as session:
        own = witnessing.standing(control, session).own_key
    click.echo(
        f"{NoteKey.read(key).name} is registered. There, “docctl witness add-library” takes the key of this library:"
    )
    click.echo(own)


@click.command("dismiss-witness")
@click.argument("name")
@click.argument("reason")
@as_administrator
@click.pass_obj
def dismiss_witness(settings: Settings, name: str, reason: str, login: str) -> None:
    """Ask a witness no more, with the reason."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    acting.dismiss_witness(control, person.id, name, reason)
    click.echo(f"{name} is not asked any more; what it co-signed stays.")


@click.command("ask-witness")
@click.argument("name")
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write the request into a file.")
@click.option("--old", type=click.IntRange(min=0), help="With --to: how many events it says that it saw.")
@click.option(
    "--answer", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Take the answer of a file in."
)
@click.pass_obj
def ask_witness(settings: Settings, name: str, path: Path | None, old: int | None, answer: Path | None) -> None:
    """Ask a witness to co-sign, at its address or by files.

    A library that is served asks by itself; the exit is 1 where the witness refuses, 3 where it is away.
    """
    if (path and answer) or (old is not None and not path):
        raise click.UsageError("Write a request with --to, or take an answer in with --answer; --old goes with --to.")
    control = opened(settings)
    with control.reading() as session:
        witness = acting.witness_named(session, name)
    if path:
        request = acting.request_to(control, witness.id, old)
        path.write_text(request.text)
        click.echo(f"{path}: a request to co-sign {request.signed.head.size} events; carry it to {name}.")
        return
    if answer:
        acting.keep_cosigned(control, witness.id, SignedHead.read(answer.read_text(errors="replace")))
    elif not witness.address:
        raise WrongStateError(
            "%(name)s has no address, so files are exchanged: write a request with --to, and take in what comes back "
            "with --answer.",
            name=name,
        )
    else:
        acting.ask_witness(control, witness.id)
    with control.reading() as session:
        click.echo("\n".join(witnessing.standing(control, session).sentences))


@click.command("record-break")
@click.argument("reason")
@as_administrator
@click.pass_obj
def record_break(settings: Settings, reason: str, login: str) -> None:
    """Say that events are lost which a witness saw.

    A restored backup and a lost key say it by themselves. From then on heads have another origin line, which names
    this event, and a witness goes on only when somebody there says so.
    """
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    origin = acting.break_history(control, person.id, reason)
    click.echo(f"Heads are of {origin} from now on; tell whoever runs a witness, with the reason.")


@click.command()
@click.argument("event", type=click.IntRange(min=1))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write into."
)
@as_controller
@click.pass_obj
def prove(settings: Settings, event: int, folder: Path, login: str) -> None:
    """Hand out one event with its proof, by a co-signed head.

    It verifies without the library: with “docctl check-proof”, or with the independent verifier.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = proof_of(control, session, person, event)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in found.files.items():
        (folder / name).write_bytes(data)
    event_file, proof_file = (folder / name for name in found.files)
    click.echo(f"{event_file} and {proof_file}: co-signed by {found.witness} on {found.seen_at} UTC. Check it with")
    click.echo(f"docctl check-proof {event_file} {proof_file} {' '.join(f'{key!r}' for key in found.keys)}")


@click.command("check-proof")
@click.argument("event", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("proof", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("keys", nargs=-1, required=True)
def check_proof(event: Path, proof: Path, keys: tuple[str, ...]) -> None:
    """Check the proof of an event, without any library.

    KEYS are those of the library and of the witness, from elsewhere; each of them must have signed the head.
    """
    read = InclusionProof.read(proof.read_text(errors="replace"))
    told = read.proves(event.read_bytes())
    for written in keys:
        key = NoteKey.read(written)
        if not any(tools.signing_key.signatures_of(key, read.signed)):
            raise InvalidInputError("The head of this proof is not signed by %(name)s.", name=key.name)
    click.echo(f"proven: event {told.seq} of {told.time}, {told.action} {told.subject}, by {told.actor_name}")
    for key in map(NoteKey.read, keys):
        at = tools.signing_key.cosigned_at(key, read.signed) if key.type == KeyType.COSIGNATURE else None
        click.echo(f"signed by {key.name}" + (f" on {at:%Y-%m-%d %H:%M} UTC" if at else ""))
