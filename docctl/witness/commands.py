"""A witness: co-signing the audit trail of a library elsewhere, with a key and a folder of its own."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from docctl.domain.errors import HeadRefusedError
from docctl.domain.trail.head_request import HeadRequest
from docctl.domain.trail.signed_note import SignedHead
from docctl.terminal import as_json_option, print_json
from docctl.witness import cosigning, serving
from docctl.witness.cosigning import CONFLICT
from docctl.witness.folder import Watched, WitnessFolder

Command = TypeVar("Command", bound=Callable[..., Any])
in_folder: Callable[[Command], Command] = click.option(
    "--state", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the witness; back it up, it is its memory.",
)  # fmt: skip


@click.group()
def witness() -> None:
    """Co-sign the audit trail of a library that others run."""


@witness.command("init")
@in_folder
@click.argument("name")
def init(folder: Path, name: str) -> None:
    """Make a witness, with a new key.

    NAME is how libraries know it, like witness.alderbrook.example; it is written into every signature.
    """
    made = WitnessFolder.create(folder, name)
    click.echo(f"The witness {name} is made. Whoever runs a library registers it by its key:")
    click.echo(str(made.key))


@witness.command("key")
@in_folder
def key(folder: Path) -> None:
    """Print the key by which libraries register it."""
    click.echo(str(WitnessFolder.open(folder).key))


@witness.command("add-library")
@in_folder
@click.argument("name")
@click.argument("key")
def add_library(folder: Path, name: str, key: str) -> None:
    """Watch a library from now on, by its key.

    The key is the line that “docctl witnesses” prints there; ask for it by another way than the one by which its
    heads will come.
    """
    cosigning.add_library(WitnessFolder.open(folder), name, key)
    click.echo(
        f"“{name}” is watched; the first head that it sends is taken as it is, and every later one must extend it."
    )


@witness.command("serve")
@in_folder
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=5080, show_default=True, help="Port to listen on.")
def serve(folder: Path, host: str, port: int) -> None:
    """Answer libraries over HTTP."""
    serving.serve(WitnessFolder.open(folder), host, port)


@witness.command("answer")
@in_folder
@click.argument("request", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", "path", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
def answer(folder: Path, request: Path, path: Path) -> None:
    """Answer a request that came as a file.

    The file that is written goes back to the library, which takes it in.
    """
    asked = HeadRequest.read(request.read_text(errors="replace"))
    try:
        signed = cosigning.cosign(WitnessFolder.open(folder), asked)
    except HeadRefusedError as refusal:
        if refusal.status == CONFLICT:
            raise HeadRefusedError(
                "The newest head that was co-signed here has %(size)s events; let the library ask again with "
                "--old %(size)s.",
                CONFLICT,
                size=refusal.fields["size"],
            ) from refusal
        raise
    path.write_text(asked.signed.with_(signed).note)
    click.echo(f"{path}: the head of {asked.signed.head.size} events, co-signed.")


@witness.command("libraries")
@in_folder
@as_json_option
def libraries(folder: Path, as_json: bool) -> None:
    """List what is watched, what was refused, and which breaks somebody accepted."""
    opened = WitnessFolder.open(folder)
    found, refused, unknown = opened.histories(), opened.refused(), opened.unknown()
    if as_json:
        print_json(
            {
                "watched": [asdict(each) for each in found],
                "refused": [each.note for each in refused],
                "unknown": [each.note for each in unknown],
            }
        )
        return
    for each in found:
        click.echo(_in_words(each))
    known = {each.origin for each in found}
    for signed in refused:
        click.echo(f"refused: {signed.head.size} events of {signed.head.origin}, another history than was co-signed")
    for signed in unknown:
        if signed.head.origin not in known:
            click.echo(
                f"unknown: {signed.head.size} events of {signed.head.origin}, after a break; “docctl witness continue”?"
            )


def _in_words(each: Watched) -> str:
    told = f"{each.name}: {each.size} events of {each.origin}"
    if each.followed_by:
        return f"{told}; it broke off there"
    if each.follows is None:
        return told
    broken = each.follows
    before = SignedHead.read(broken.head_before).head.size if broken.head_before else 0
    return f"{told}, after a break ({before} events before), because {broken.by} said on {broken.at}: {broken.reason}"


@witness.command("head")
@in_folder
@click.argument("name")
def head(folder: Path, name: str) -> None:
    """Print the newest head that was co-signed.

    “docctl verify --checkpoint” and the independent verifier compare a library with it.
    """
    click.echo(WitnessFolder.open(folder).present(name).note, nl=False)


@witness.command("continue")
@in_folder
@click.argument("name")
@click.argument("reason")
@click.option("--by", required=True, help="Who says so.")
@click.option("--key", default="", help="The new key of the library, where its old one was lost.")
def go_on(folder: Path, name: str, reason: str, by: str, key: str) -> None:
    """Go on with a library after a break in its history.

    Its history broke where it was restored from a backup, lost its key, or its people recorded a break. The heads
    before and after it are kept, and the break stands in the origin line of every later head.
    """
    goes_on = cosigning.go_on_after_break(WitnessFolder.open(folder), name, reason, by, key)
    click.echo(f"“{name}” goes on as {goes_on.origin}; its next head is taken as it is.")
