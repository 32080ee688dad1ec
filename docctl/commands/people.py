"""People and their one-time links."""

import json

import click

from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.actions.sign_in import setting_up_factor
from docctl.domain.documents.document_metadata import checked_date
from docctl.domain.people.user import User
from docctl.domain.rights.audit_engagement import DEPARTMENT, DOCUMENT, EVERYTHING, STANDARD, TYPE
from docctl.opening import open_library
from docctl.registers import lookup
from docctl.registers.rights.audit_engagements import EngagementLine, engagements
from docctl.settings import Settings


@click.command("add-user")
@click.argument("login")
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="Role; may be given several times.")
@click.option("--department", default="", help="Department.")
@click.option("--email", default="", help="Mail address.")
@click.pass_obj
def add_user(settings: Settings, login: str, name: str, roles: tuple[str, ...], department: str, email: str) -> None:
    """Add a person, and print their one-time link."""
    control = open_library(settings)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
    user = administering.add_user(
        control, administrator, login=login, name=name, roles=roles, department=department, email=email
    )
    click.echo(f"{settings.address}/choose-password/{administering.issue_link(control, administrator, user)}")
    if "auditor" in roles:
        click.echo(f"{login} sees nothing yet; say what, and until when:  docctl engage {login} --until DATE", err=True)


@click.command()
@click.argument("login")
@click.pass_obj
def link(settings: Settings, login: str) -> None:
    """Print a new one-time link to choose a password."""
    control = open_library(settings)
    with control.reading() as session:
        user = lookup.user_named(session, login).id
    click.echo(f"{settings.address}/choose-password/{administering.issue_link(control, None, user)}")


@click.command("lost-device")
@click.argument("login")
@click.argument("reason")
@click.pass_obj
def lost_device(settings: Settings, login: str, reason: str) -> None:
    """Take away the second factor of somebody who lost the device."""
    control = open_library(settings)
    with control.reading() as session:
        user = lookup.user_named(session, login).id
    setting_up_factor.take_away(control, None, user, reason)
    click.echo(f"{login} signs in by the password alone, until another device is set up.")


@click.command()
@click.argument("login")
@click.option("--until", required=True, metavar="DATE", help="Last day, e.g. 2026-01-31.")
@click.option("--purpose", default="", help="What for, e.g. “Stage 1, ISO 9001”.")
@click.option("--standard", "standards", multiple=True, help="Documents that cite this standard, e.g. iso-9001-2015.")
@click.option("--type", "types", multiple=True, help="Documents of this type.")
@click.option("--department", "departments", multiple=True, help="Documents of this department.")
@click.option("--document", "documents", multiple=True, help="This document.")
@click.pass_obj
def engage(
    settings: Settings,
    login: str,
    until: str,
    purpose: str,
    standards: tuple[str, ...],
    types: tuple[str, ...],
    departments: tuple[str, ...],
    documents: tuple[str, ...],
) -> None:
    """Engage an auditor, for everything or for what is named."""
    last = checked_date(until, "The last day")
    kinds = ((STANDARD, standards), (TYPE, types), (DEPARTMENT, departments), (DOCUMENT, documents))
    scope = [kind + value for kind, values in kinds for value in values] or [EVERYTHING]
    control = open_library(settings)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
        auditor, today = lookup.user_named(session, login).id, control.today(session)
    made = auditing.engage(
        control, administrator, auditor, purpose=purpose, scope=scope, begins_on=today, ends_on=last
    )  # fmt: skip
    click.echo(f"{login} may look at {', '.join(scope)} until {last} (engagement {made}).")
    with control.reading() as session:
        lines = engagements(control, session, session.get_one(User, administrator))
    beside = [each for each in lines if each.login == login and each.is_running and each.id != made]
    for each in beside:
        click.echo(f"Beside it runs {_in_words(each)}.")


@click.command("engagements")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_obj
def list_engagements(settings: Settings, as_json: bool) -> None:
    """List who may audit what, from when until when."""
    control = open_library(settings)
    with control.reading() as session:
        lines = engagements(control, session, lookup.first_administrator(session))
    if as_json:
        click.echo(json.dumps([each.as_row() for each in lines], indent=1, ensure_ascii=False))
        return
    for each in lines:
        click.echo(_in_words(each))


@click.command("end-engagement")
@click.argument("engagement", type=int)
@click.argument("reason")
@click.pass_obj
def end_engagement(settings: Settings, engagement: int, reason: str) -> None:
    """End an engagement at once, with the reason."""
    control = open_library(settings)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
    auditing.end_engagement(control, administrator, engagement, reason)
    click.echo(f"Engagement {engagement} has ended; what only it allowed is seen no more.")


def _in_words(line: EngagementLine) -> str:
    scope = ", ".join(sorted(line.scope))
    about = f" ({line.purpose})" if line.purpose else ""
    return f"engagement {line.id}: {line.login}, {scope}, {line.begins_on} to {line.ends_on}{about}, {line.stage}"
