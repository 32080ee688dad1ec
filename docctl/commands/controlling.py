"""What a document controller does with documents that are on record: publish, withdraw, hold, reassign, dispose."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from docctl.actions.approval.delegating import name_delegate as delegate_to
from docctl.actions.approval.delegating import revoke_delegation as revoke
from docctl.actions.documents import withdrawing
from docctl.actions.duties import reminding
from docctl.actions.issued_files import publishing
from docctl.actions.people import leaving
from docctl.actions.retention import disposing, retaining
from docctl.commands.acting import as_administrator, as_controller, opened_by
from docctl.domain.documents.document_metadata import checked_date
from docctl.domain.errors import RetentionError
from docctl.domain.people.duty import Kind
from docctl.domain.people.user import Role
from docctl.followers.catching_up import catch_up
from docctl.registers import lookup
from docctl.registers.duties.work_in_progress import WorkFilters, duties_of, work_in_progress
from docctl.registers.tables import of_people
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json

Command = TypeVar("Command", bound=Callable[..., Any])


@click.command()
@click.argument("number")
@as_controller
@click.pass_obj
def publish(settings: Settings, number: str, login: str) -> None:
    """Bring an approved revision into force before its day."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        revision = lookup.open_revision_of(session, number)
        name = revision.name
    publishing.publish_now(control, revision.id, person.id)
    catch_up(control)
    click.echo(f"{name} is in force.")


@click.command()
@click.argument("number")
@click.argument("reason")
@as_controller
@click.pass_obj
def withdraw(settings: Settings, number: str, reason: str, login: str) -> None:
    """Withdraw a document, with the reason."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        document = lookup.document_of(session, number)
    withdrawing.withdraw(control, document.id, person.id, reason)
    click.echo(f"{document.number} is withdrawn; it stays on record as obsolete.")


@click.command()
@click.argument("number")
@click.argument("instead_of", metavar="LOGIN")
@click.argument("successor")
@click.argument("reason")
@as_controller
@click.pass_obj
def reassign(settings: Settings, number: str, instead_of: str, successor: str, reason: str, login: str) -> None:
    """Ask somebody else to sign instead of LOGIN."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        revision = lookup.open_revision_of(session, number)
        name = revision.name
        old, new = lookup.user_named(session, instead_of), lookup.user_named(session, successor)
    leaving.reassign(control, revision.id, person.id, instead_of_id=old.id, successor_id=new.id, reason=reason)
    click.echo(f"{new.name} is asked to sign {name} instead of {old.name}.")


def _filtered(command: Command) -> Command:
    """Let a command ask for some of the work in progress."""
    kinds = click.Choice(["", *(each.value for each in Kind)])
    for option in (
        click.option("--overdue", is_flag=True, help="What should be done by now."),
        click.option("--kind", default="", type=kinds, help="What is to be done."),
        click.option("--type", "document_type", default="", help="Documents of this type."),
        click.option("--person", default="", help="What waits for this person: their login, or a part of the name."),
    ):
        command = option(command)
    return command


@click.command()
@_filtered
@as_json_option
@as_controller
@click.pass_obj
def work(
    settings: Settings, person: str, document_type: str, kind: str, overdue: bool, as_json: bool, login: str
) -> None:
    """List what waits for whom: what nobody is left to do first.

    “docctl export work-in-progress” writes all of it to a file.
    """
    control, acting = opened_by(settings, login)
    filters = WorkFilters(person, document_type, kind, overdue)
    with control.reading() as session:
        if as_json:
            print_json(list(of_people.work(control, session, acting, filters).as_json()))
            return
        found = work_in_progress(control, session, acting, filters)
    for row in found.rows:
        who = "nobody left to sign" if row.is_stuck else ", ".join(row.waits_for) or "document controllers"
        due = f", due {row.due}{' (overdue)' if row.is_overdue else ''}" if row.due else ""
        what = f"{row.number} revision {row.revision}: {row.kind.replace('_', ' ')}"
        click.echo(f"{what}, {who}, since {row.since:%Y-%m-%d}{due}")
    click.echo(f"{found.total} in progress, {found.stuck} stuck, {found.overdue} overdue.")


@click.command()
@_filtered
@as_controller
@click.pass_obj
def remind(settings: Settings, person: str, document_type: str, kind: str, overdue: bool, login: str) -> None:
    """Remind by mail those for whom work waits.

    Each person gets one mail with all of it, and one a day at most; “docctl work” with the same options lists it.
    """
    control, acting = opened_by(settings, login)
    with control.reading() as session:
        duties = duties_of(control, session, acting, WorkFilters(person, document_type, kind, overdue))
    count = reminding.remind(control, acting.id, duties)
    click.echo(f"{count} {'person is' if count == 1 else 'people are'} reminded by mail.")


@click.command()
@click.argument("number")
@click.argument("reason")
@click.option("--reference", default="", help="File number, e.g. of a lawsuit.")
@as_controller
@click.pass_obj
def hold(settings: Settings, number: str, reason: str, reference: str, login: str) -> None:
    """Put a document on legal hold, with the reason."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        document = lookup.document_of(session, number)
    retaining.place_hold(control, document.id, person.id, reason, reference)
    click.echo(f"{document.number} is on legal hold; nothing of it is disposed of.")


@click.command("lift-hold")
@click.argument("hold_id", metavar="HOLD", type=int)
@click.argument("reason")
@as_controller
@click.pass_obj
def lift_hold(settings: Settings, hold_id: int, reason: str, login: str) -> None:
    """Lift a legal hold by its number, with the reason.

    “docctl export legal-holds” lists the holds with their numbers.
    """
    control, person = opened_by(settings, login)
    retaining.lift_hold(control, hold_id, person.id, reason)
    click.echo(f"Hold {hold_id} is lifted; the retention rule applies again.")


@click.command("propose-disposal")
@click.argument("number")
@click.argument("reason")
@as_controller
@click.pass_obj
def propose_disposal(settings: Settings, number: str, reason: str, login: str) -> None:
    """Propose to dispose of a document whose time is up.

    Another document controller authorises that by password, in the browser.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        document = lookup.document_of(session, number)
    disposing.propose_disposal(control, document.id, person.id, reason)
    click.echo(f"It is proposed to dispose of {document.number}; another controller authorises that in the browser.")


@click.command("decline-disposal")
@click.argument("number")
@click.argument("reason")
@as_controller
@click.pass_obj
def decline_disposal(settings: Settings, number: str, reason: str, login: str) -> None:
    """Decline a proposed disposal, with the reason."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        document = lookup.document_of(session, number)
        proposal = disposing.open_proposal(session, document)
    if proposal is None:
        raise RetentionError("Nobody proposes to dispose of %(number)s now.", number=document.number)
    disposing.decline_disposal(control, proposal.id, person.id, reason)
    click.echo(f"{document.number} is kept.")


@click.command("name-delegate")
@click.argument("absent")
@click.argument("delegate")
@click.argument("reason")
@click.option("--from", "first", required=True, metavar="DATE", help="First day of the absence, e.g. 2026-01-12.")
@click.option("--until", "last", required=True, metavar="DATE", help="Last day of the absence.")
@as_administrator
@click.pass_obj
def name_delegate(
    settings: Settings, absent: str, delegate: str, reason: str, first: str, last: str, login: str
) -> None:  # fmt: skip
    """Name who signs in the place of somebody absent."""
    from_day, until_day = checked_date(first, "The first day"), checked_date(last, "The last day")
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        old, new = lookup.user_named(session, absent), lookup.user_named(session, delegate)
    made = delegate_to(
        control,
        person.id,
        absent_id=old.id,
        delegate_id=new.id,
        from_day=from_day,
        until_day=until_day,
        reason=reason,
    )
    click.echo(f"{new.name} signs for {old.name} from {from_day} until {until_day} (delegation {made}).")


@click.command("revoke-delegation")
@click.argument("delegation", type=int)
@as_administrator
@click.pass_obj
def revoke_delegation(settings: Settings, delegation: int, login: str) -> None:
    """End a delegation by its number before its last day.

    “docctl export delegations” lists them with their numbers.
    """
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    revoke(control, person.id, delegation)
    click.echo(f"Delegation {delegation} has ended; what was signed under it stands.")
