"""Looking after an installation."""

from dataclasses import asdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from docctl import tools
from docctl.actions.operations import maintaining
from docctl.actions.operations.accepting_losses import accept_losses, require_acceptable
from docctl.actions.trail.confirming_clock import confirm_clock as confirm
from docctl.commands.acting import opened, opened_by
from docctl.domain.errors import DocctlError, LibraryMissingError
from docctl.domain.operations.health import FAULT, OK, Check, worst
from docctl.domain.people.user import Role
from docctl.domain.sign_in.password import Credentials
from docctl.opening import mail_server, open_library
from docctl.registers.operations import operations
from docctl.registers.operations.losses import known_losses
from docctl.registers.sign_in.second_factor import lacks_factor
from docctl.server.serving import debugging_asked_for
from docctl.settings import Settings
from docctl.terminal import as_json_option, ask_secret, print_json


@click.command()
@as_json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check tools, files, keys, clock, disk, mail and backups.

    The exit is 0 where nothing is at fault, even if something should be looked at, else 1.
    """
    checks = examine(ctx.obj)
    state = worst(checks)
    if as_json:
        print_json({"state": state, "checks": [asdict(check) for check in checks]})
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            click.echo(f"{check.state:<8}{check.name:<{width}}  {check.sentence}")
            if check.remedy:
                click.echo(f"{'':<8}{'':<{width}}  → {check.remedy}")
    ctx.exit(1 if state == FAULT else 0)


@click.command("confirm-clock")
@click.argument("reason")
@click.pass_obj
def confirm_clock(settings: Settings, reason: str) -> None:
    """Let people sign again once a clock that jumped is right."""
    confirm(opened(settings), None, reason)
    click.echo("The clock is confirmed; people can sign again.")


@click.command("accept-loss")
@click.argument("identities", nargs=-1, metavar="[LOSS...]")
@click.option("--reason", default="", help="Why it is accepted.")
@click.option("--as", "login", default="", help="Login of the controller or administrator who accepts it.")
@as_json_option
@click.pass_obj
def accept_loss(settings: Settings, identities: tuple[str, ...], reason: str, login: str, as_json: bool) -> None:
    """Accept what is lost for ever; without LOSS, list it.

    Listed is what the last check found lost. Two persons have to accept it, each with a reason, their password, and the
    code of their device where they have a second factor.
    Verify then names it as accepted, and is sound.
    """
    if reason and not identities:
        raise click.UsageError("--reason says why a LOSS is accepted; name it, or leave --reason out to list them.")
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    if identities:
        require_acceptable(control, person.id, identities)
        with control.reading() as session:
            gives_code = not lacks_factor(session, person)
        password = ask_secret("Password")
        code = click.prompt("Code of your device", err=True) if gives_code else ""
        counting = accept_losses(control, person.id, identities, reason, Credentials(password, code=code))
        second = "" if counting else " It counts once a second person accepts it."
        click.echo(f"Recorded.{second} “docctl verify” names it.")
        return
    with control.reading() as session:
        found = known_losses(control, session, person)
    if as_json:
        print_json([asdict(each.loss) | {"loss": each.loss.identity, "by": [one.name for one in each.by],
                                         "accepted": each.counts} for each in found])  # fmt: skip
        return
    if not found:
        click.echo("The last check found nothing that is lost and can be accepted; “docctl verify” looks again.")
    for each in found:
        who = f" (accepted by {', '.join(one.name for one in each.by)})" if each.by else ""
        click.echo(f"{each.loss.identity}  {each.loss.subject}: {each.loss.sentence}{who}")


@click.group()
def maintenance() -> None:
    """Let people only read while the library is worked on."""


@maintenance.command("begin")
@click.argument("reason")
@click.option("--until", metavar="TIME", help="Until when, where the organisation is, e.g. “2026-01-31 18:00”.")
@click.pass_obj
def begin_maintenance(settings: Settings, reason: str, until: str | None) -> None:
    """Let people only read from now on, and tell them the reason.

    It lasts until “docctl maintenance end”, also over a restart. Commands go on, and so does what comes into force by
    its date.
    """
    control = opened(settings)
    with control.reading() as session:
        zone = control.organisation(session).time_zone
    maintaining.begin_maintenance(control, reason, _instant(until, zone) if until else None)
    click.echo("People only read from now on; “docctl maintenance end” lets them act again.")


@maintenance.command("end")
@click.pass_obj
def end_maintenance(settings: Settings) -> None:
    """Let people act again."""
    maintaining.end_maintenance(opened(settings))
    click.echo("People can act again.")


def _instant(written: str, zone: str) -> datetime:
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError as wrong:
        raise click.UsageError("Write the time like “2026-01-31 18:00”.") from wrong


def examine(settings: Settings) -> list[Check]:
    """Look at everything that can be looked at, even where the library does not open."""
    checks = operations.check_tools()
    try:
        tools.data_folder.require_readable(settings.data_folder)
    except LibraryMissingError as closed:
        return [*checks, Check("library", FAULT, str(closed), "The library cannot be used before this is cleared up.")]
    if (settings.data_folder / "keys").is_dir():
        checks += operations.check_data_folder(settings.data_folder)
        checks += operations.check_repository(settings.data_folder / "library.git")
    try:
        checks.append(operations.check_mail(mail_server(settings)))
        control = open_library(settings)
        checks += operations.check_library(control, naming=True)
    except (DocctlError, OSError, ValueError) as refusal:
        checks.append(Check("library", FAULT, str(refusal), "The library cannot be used before this is cleared up."))
    else:
        checks.append(Check("library", OK, f"The library in {settings.data_folder} opens."))
        control.engine.dispose()
    asked = debugging_asked_for()
    about = f"{', '.join(asked)} is set; nothing is served with a debugger." if asked else "No debugger is asked for."
    remedy = f"Unset {', '.join(asked)}." if asked else ""
    return [*checks, Check("environment", FAULT if asked else OK, about, remedy)]
