"""Audit engagements: what an auditor may look at, and until when."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from docctl.actions.rights import auditing
from docctl.commands.acting import as_administrator, opened, opened_by
from docctl.domain.documents.document_metadata import checked_date
from docctl.domain.people.user import Role
from docctl.domain.rights.audit_engagement import DEPARTMENT, DOCUMENT, EVERYTHING, STANDARD, TYPE
from docctl.registers import lookup
from docctl.registers.rights.audit_engagements import EngagementLine, engagement, engagements
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json

Command = TypeVar("Command", bound=Callable[..., Any])
KINDS = {"standards": STANDARD, "types": TYPE, "departments": DEPARTMENT, "documents": DOCUMENT}


def _scope(command: Command) -> Command:
    """Let a command name what an auditor may look at."""
    for option in (
        click.option("--document", "documents", multiple=True, help="This document."),
        click.option("--department", "departments", multiple=True, help="Documents of this department."),
        click.option("--type", "types", multiple=True, help="Documents of this type."),
        click.option("--standard", "standards", multiple=True, help="Documents that cite it, e.g. iso-9001-2015."),
    ):
        command = option(command)
    return command


def _scope_of(named: dict[str, tuple[str, ...]]) -> list[str]:
    return [KINDS[name] + value for name, values in named.items() for value in values]


@click.command()
@click.argument("login")
@click.option("--until", required=True, metavar="DATE", help="Last day, e.g. 2026-01-31.")
@click.option("--purpose", default="", help="What for, e.g. “Stage 1, ISO 9001”.")
@_scope
@click.pass_obj
def engage(settings: Settings, /, login: str, until: str, purpose: str, **named: tuple[str, ...]) -> None:
    """Engage an auditor, for everything or for what is named."""
    last = checked_date(until, "The last day")
    scope = _scope_of(named) or [EVERYTHING]
    control = opened(settings)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
        auditor, today = lookup.user_named(session, login).id, control.today(session)
    made = auditing.engage(
        control, administrator, auditor, purpose=purpose, scope=scope, begins_on=today, ends_on=last
    )  # fmt: skip
    click.echo(f"{login} may look at {', '.join(scope)} until {last} (engagement {made}).")
    with control.reading() as session:
        lines = engagements(control, session, control.reader(session, administrator))
    beside = [each for each in lines if each.login == login and each.is_running and each.id != made]
    for each in beside:
        click.echo(f"Beside it runs {_in_words(each)}.")


@click.command("change-engagement")
@click.argument("number", metavar="ENGAGEMENT", type=int)
@click.option("--from", "first", metavar="DATE", help="First day.")
@click.option("--until", metavar="DATE", help="Last day.")
@click.option("--purpose", help="What for.")
@_scope
@as_administrator
@click.pass_obj
def change_engagement(
    settings: Settings,
    /,
    number: int,
    first: str | None,
    until: str | None,
    purpose: str | None,
    login: str,
    **named: tuple[str, ...],
) -> None:
    """Change until when or at what an auditor may look.

    What is not named stays as it is; of what they may look at all is named.
    """
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        found = engagement(control, session, person, number)
    auditing.change_engagement(
        control,
        person.id,
        found.id,
        purpose=found.purpose if purpose is None else purpose,
        scope=_scope_of(named) or found.scope,
        begins_on=checked_date(first, "The first day") if first else found.begins_on,
        ends_on=checked_date(until, "The last day") if until else found.ends_on,
    )
    with control.reading() as session:
        click.echo(f"It is {_in_words(engagement(control, session, person, number))} now.")


@click.command("engagements")
@as_json_option
@click.pass_obj
def list_engagements(settings: Settings, as_json: bool) -> None:
    """List who may audit what, from when until when."""
    control = opened(settings)
    with control.reading() as session:
        lines = engagements(control, session, control.reader(session, lookup.first_administrator(session)))
    if as_json:
        print_json([each.as_row() for each in lines])
        return
    for each in lines:
        click.echo(_in_words(each))


@click.command("end-engagement")
@click.argument("engagement", type=int)
@click.argument("reason")
@click.pass_obj
def end_engagement(settings: Settings, engagement: int, reason: str) -> None:
    """End an engagement at once, with the reason."""
    control = opened(settings)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
    auditing.end_engagement(control, administrator, engagement, reason)
    click.echo(f"Engagement {engagement} has ended; what only it allowed is seen no more.")


def _in_words(line: EngagementLine) -> str:
    scope = ", ".join(sorted(line.scope))
    about = f" ({line.purpose})" if line.purpose else ""
    return f"engagement {line.id}: {line.login}, {scope}, {line.begins_on} to {line.ends_on}{about}, {line.stage}"
