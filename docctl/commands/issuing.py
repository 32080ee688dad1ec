"""What keeps files from being issued: naming it, letting it stand with a reason, sending it back."""

import click

from docctl.actions.approval import sending_back
from docctl.actions.issued_files import letting_stand
from docctl.actions.issued_files.reading_back import measure
from docctl.commands.acting import opened
from docctl.domain.errors import InvalidInputError
from docctl.registers import lookup
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json

_SHOWN_OF_KEY = 12


@click.command("let-stand")
@click.argument("number")
@click.argument("keys", nargs=-1)
@click.option("--reason", default="", help="Why it may stand; every signer is shown it.")
@click.option("--revision", type=int, help="Which revision (default: the one held up, else the open one).")
@as_json_option
@click.option("--as", "login", default="", help="Login of the controller who lets it stand (default: the first).")
@click.pass_obj
def let_stand(
    settings: Settings,
    number: str,
    keys: tuple[str, ...],
    reason: str,
    revision: int | None,
    as_json: bool,
    login: str,
) -> None:
    """Let differences between page and files stand, by key.

    Without a key it makes the files, reads them back and lists what differs.
    """
    if reason and not keys:
        raise click.UsageError("A reason is for a difference; name its key, or leave the reason out.")
    if keys and as_json:
        raise click.UsageError("--json prints the list; leave the keys out, or --json.")
    control = opened(settings)
    with control.reading() as session:
        chosen, person = lookup.revision_to_issue(session, number, revision), lookup.acting_controller(session, login)
        standing, fingerprint, name = chosen.standing_keys, chosen.fingerprint, chosen.name
    measured = measure(control, chosen.id).without(standing)
    if measured.failure:
        raise InvalidInputError(measured.in_words(name))
    for key in keys:
        found = [each for each in measured.differences if each.key.startswith(key)]
        if not found:
            raise InvalidInputError(
                "No difference has the key “%(key)s”; “docctl let-stand %(number)s” lists them.", key=key, number=number
            )
        if len(found) > 1:
            raise InvalidInputError(
                "“%(key)s” is the beginning of %(count)s keys; give one as it is listed.", key=key, count=len(found)
            )
        letting_stand.let_stand(control, chosen.id, person.id, found[0].key, reason, shown=fingerprint)
        click.echo(f"It stands: {found[0]}")
    if as_json:
        print_json([{"key": each.key, "difference": str(each)} for each in measured.differences])
    elif not keys:
        for each in measured.differences:
            click.echo(f"{each.key[:_SHOWN_OF_KEY]}  {each}")
        if not measured.differences:
            click.echo(f"The files of {name} say what its page says.")


@click.command("send-back")
@click.argument("number")
@click.option("--reason", default="", help="Why (default: what keeps its files from being issued).")
@click.option("--revision", type=int, help="Which revision (default: the one held up).")
@click.option("--as", "login", default="", help="Login of the controller who sends it back (default: the first).")
@click.pass_obj
def send_back(settings: Settings, number: str, reason: str, revision: int | None, login: str) -> None:
    """Send a revision back whose files cannot be issued.

    What is approved becomes a draft again; of what is in force the next revision is opened.
    """
    control = opened(settings)
    with control.reading() as session:
        chosen, person = lookup.revision_to_issue(session, number, revision), lookup.acting_controller(session, login)
        number = chosen.document.number
    draft = sending_back.send_back(control, chosen.id, person.id, reason)
    click.echo(f"Revision {draft} of {number} is a draft now.")
