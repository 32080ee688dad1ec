"""What the library is set to: document types, approval routes, retention rules, the organisation."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

import click

from docctl.actions.duties import ruling_reminders
from docctl.actions.retention import retaining
from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering, retiring, setting_types
from docctl.actions.settings.setting_types import TypeSettings
from docctl.commands.acting import as_controller, opened_by
from docctl.domain.approval.approval_route import ANY, RouteStep
from docctl.domain.errors import InvalidInputError, NotFoundError
from docctl.domain.people.reminder_rules import rules_as_written
from docctl.domain.retention.retention import DISPOSE, KEEP, Rule
from docctl.registers import lookup
from docctl.registers.approval.route_trial import AskedToday, RouteTrial, StepTrial, try_for
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json


@click.command("set-type")
@click.argument("name")
@click.option("--number-pattern", metavar="PATTERN", help="Which numbers its documents get, e.g. POL-###.")
@click.option("--template", help="Word template: a number, or a file of the folder templates/.")
@click.option("--route", help="Approval route.")
@click.option("--review-cycle", "months", type=click.IntRange(1, 120), help="Months until the next review.")
@click.option("--default/--not-default", "is_default", default=None, help="Whether new documents are of it at first.")
@click.option("--external/--own", "is_external", default=None, help="Whether its documents come from outside.")
@as_controller
@click.pass_obj
def set_type(settings: Settings, /, name: str, login: str, months: int | None, **given: Any) -> None:
    """Add a document type, or change one.

    What is not named stays as it is; a new type takes a pattern, a template and a route.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        try:
            asked = vars(TypeSettings.of(lookup.type_named(session, name)))
        except NotFoundError:
            asked = vars(TypeSettings(name, "", "", ""))
    chosen = {key: value for key, value in (given | {"review_cycle_months": months}).items() if value is not None}
    wanted = TypeSettings(**(asked | chosen))
    if not (wanted.number_pattern and wanted.template and wanted.route):
        raise click.UsageError("A new document type takes --number-pattern, --template and --route.")
    setting_types.set_type(control, person.id, wanted)
    click.echo(f"The document type “{wanted.name}” is set.")


@click.group("type")
def type_() -> None:
    """Rename and retire document types."""


@type_.command("rename")
@click.argument("name", metavar="TYPE")
@click.argument("new", metavar="NAME")
@as_controller
@click.pass_obj
def rename_type(settings: Settings, name: str, new: str, login: str) -> None:
    """Give a document type another name.

    It answers to the old one, too, until another type bears it.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = lookup.type_named(session, name)
    retiring.rename_type(control, person.id, found.id, new)
    click.echo(f"The document type “{found.name}” is called “{new.lower()}” from now on.")


@type_.command("retire")
@click.argument("name", metavar="TYPE")
@click.option("--undo", is_flag=True, help="Offer it again.")
@as_controller
@click.pass_obj
def retire_type(settings: Settings, name: str, undo: bool, login: str) -> None:
    """Let no new documents be of a document type.

    Those there are stay readable and can be revised.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = lookup.type_named(session, name)
    (retiring.reinstate_type if undo else retiring.retire_type)(control, person.id, found.id)
    click.echo(f"The document type “{found.name}” is {'offered again' if undo else 'retired'}.")


@click.command("set-retention")
@click.argument("type_name", metavar="TYPE")
@click.option("--months", type=click.IntRange(min=1), help="Keep it so long after it has ended, then dispose of it.")
@click.option("--for-ever", is_flag=True, help="Keep it for ever.")
@click.option("--basis", required=True, help="Legal or contractual ground, e.g. “§ 147 AO”.")
@click.option("--also-ended", is_flag=True, help="Let it hold for what has ended already, too.")
@as_controller
@click.pass_obj
def set_retention(
    settings: Settings, type_name: str, months: int | None, for_ever: bool, basis: str, also_ended: bool, login: str
) -> None:
    """Set the retention rule of a document type."""
    if for_ever == (months is not None):
        raise click.UsageError("Say how long: --months N, or --for-ever.")
    rule = Rule(months or 0, KEEP if for_ever else DISPOSE, basis)
    control, person = opened_by(settings, login)
    with control.reading() as session:
        kind = lookup.type_named(session, type_name)
    retaining.set_rule(control, person.id, kind.id, rule, also_ended=also_ended)
    click.echo(f"{kind.name}: {rule.checked().in_words()}.")


@click.command("set-route")
@click.argument("name")
@click.argument("steps", type=click.File("r", encoding="utf-8"))
@as_controller
@click.pass_obj
def set_route(settings: Settings, name: str, steps: TextIO, login: str) -> None:
    """Add an approval route, or change one.

    STEPS is a file, or - for the input, with a JSON list of steps: {"kind": "review" or "approve", "meaning": TEXT,
    "needed": "any", "all" or a number, "people": LOGINS, "roles": ROLES}; logins and roles as lists or with commas,
    as “docctl export approval-routes --json” prints them. Revisions under way keep the route they were submitted on.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        laid = [
            RouteStep(
                kind=str(row.get("kind", "")),
                meaning=str(row.get("meaning", "")).strip(),
                needed=str(row.get("needed") or ANY),
                people=tuple(sorted(lookup.user_named(session, each).id for each in _listed(row.get("people")))),
                roles=_listed(row.get("roles")),
            )
            for row in _rows(steps)
        ]
    laying_routes.set_route(control, person.id, name, laid)
    click.echo(f"The approval route “{name}” is set, with {len(laid)} steps; revisions under way keep theirs.")


@click.group()
def route() -> None:
    """Try, rename, copy and retire approval routes."""


@route.command("rename")
@click.argument("name", metavar="ROUTE")
@click.argument("new", metavar="NAME")
@as_controller
@click.pass_obj
def rename_route(settings: Settings, name: str, new: str, login: str) -> None:
    """Give an approval route another name."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = lookup.route_named(session, name)
    retiring.rename_route(control, person.id, found.id, new)
    click.echo(f"The approval route “{found.name}” is called “{new}” from now on.")


@route.command("copy")
@click.argument("name", metavar="ROUTE")
@click.argument("new", metavar="NAME")
@as_controller
@click.pass_obj
def copy_route(settings: Settings, name: str, new: str, login: str) -> None:
    """Add an approval route with the steps of another."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        steps = lookup.route_named(session, name).steps
    laying_routes.set_route(control, person.id, new, steps, is_new=True)
    click.echo(f"The approval route “{new}” is set, with {len(steps)} steps.")


@route.command("retire")
@click.argument("name", metavar="ROUTE")
@click.option("--undo", is_flag=True, help="Offer it again.")
@as_controller
@click.pass_obj
def retire_route(settings: Settings, name: str, undo: bool, login: str) -> None:
    """Offer an approval route no more.

    Document types that use it take another first, by “docctl set-type TYPE --route ROUTE”.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = lookup.route_named(session, name)
    (retiring.reinstate_route if undo else retiring.retire_route)(control, person.id, found.id)
    click.echo(f"The approval route “{found.name}” is {'offered again' if undo else 'retired'}.")


@route.command("try")
@click.argument("name", metavar="ROUTE")
@click.argument("number", metavar="DOCUMENT")
@as_json_option
@as_controller
@click.pass_context
def try_route(ctx: click.Context, name: str, number: str, as_json: bool, login: str) -> None:
    """Say whom a route would ask for a document.

    Its revision under way says who wrote it, and signs nothing. Ends with 1 where too few could sign.
    """
    control, person = opened_by(ctx.obj, login)
    with control.reading() as session:
        trial = try_for(control, session, person, lookup.route_named(session, name), number)
    if as_json:
        print_json([*_rows_of(trial)])
    else:
        for line in _lines_of(name, trial):
            click.echo(line)
    if trial.fault is not None:
        click.echo(str(trial.fault), err=True)
        ctx.exit(1)


@click.command("set-organisation")
@click.option("--name", help="What it is called.")
@click.option("--time-zone", help="Where it is, e.g. Europe/Berlin.")
@click.option("--standard", "standards", multiple=True, help="All standards it works to, e.g. iso-9001-2015.")
@as_controller
@click.pass_obj
def set_organisation(
    settings: Settings,
    name: str | None,
    time_zone: str | None,
    standards: tuple[str, ...],
    login: str,
) -> None:
    """Change name, time zone or standards.

    What is not named stays as it is; of standards all are named.
    """
    control, person = opened_by(settings, login)
    for each in standards:
        control.catalogue.standard(each)
    with control.reading() as session:
        now = control.organisation(session)
    administering.change_organisation(
        control,
        person.id,
        name=name or now.name,
        time_zone=time_zone or now.time_zone,
        standards=standards or now.standards,
    )
    click.echo("The organisation is changed.")


@click.command("set-reminders")
@click.option("--days-before", metavar="DAYS", help="Remind so many days before; empty for not before.")
@click.option("--again-after", metavar="DAYS", help="Remind again after so many working days; 0 for never.")
@click.option("--escalate-after", metavar="DAYS", help="Tell controllers after so many working days overdue.")
@click.option("--working-day", "working_days", multiple=True, metavar="1-7", help="All days of work, from Monday as 1.")
@click.option("--holidays", metavar="DATES", help="All holidays, apart by spaces.")
@click.option("--quiet", nargs=2, metavar="FROM UNTIL", help="Hours without reminders, e.g. 18:00 07:00.")
@as_controller
@click.pass_obj
def set_reminders(
    settings: Settings, days_before: str | None, again_after: str | None, escalate_after: str | None,
    working_days: tuple[str, ...], holidays: str | None, quiet: tuple[str, str] | None, login: str,
) -> None:  # fmt: skip
    """Set when people are reminded, and when they work.

    What is not named stays as it is; nobody is reminded more than once a working day.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        now = control.organisation(session).reminder_rules.as_row()
    before = "" if now["days_before"] is None else str(now["days_before"])
    rules = rules_as_written(
        before if days_before is None else days_before,
        str(now["again_after"]) if again_after is None else again_after,
        str(now["escalate_after"]) if escalate_after is None else escalate_after,
        working_days or map(str, now["working_days"]),
        " ".join(now["holidays"]) if holidays is None else holidays,
        *(quiet or (now["quiet_from"], now["quiet_until"])),
    )
    ruling_reminders.rule_reminders(control, person.id, rules)
    click.echo("The rules for reminders are set.")


def _rows_of(trial: RouteTrial) -> Iterator[dict[str, Any]]:
    for place, step in enumerate(trial.steps, 1):
        yield {
            "step": place,
            "kind": step.kind,
            "meaning": step.meaning,
            "needed": step.needed,
            "asked": [_asked_in_words(each) for each in step.asked],
            "left_out": [f"{each.user.name}: {each.why}" for each in step.left_out],
        }


def _lines_of(name: str, trial: RouteTrial) -> Iterator[str]:
    wrote = f"; {', '.join(trial.authors)} wrote {trial.revision}" if trial.authors else ""
    yield f"For {trial.document} the route “{name}” asks{wrote}:"
    for place, step in enumerate(trial.steps, 1):
        yield f"{place}. {step.kind}: {step.needed} of {step.count}, “{step.meaning}”"
        yield from (f"     {line}" for line in _people_in_lines(step))


def _people_in_lines(step: StepTrial) -> Iterator[str]:
    yield from map(_asked_in_words, step.asked)
    yield from (f"not {each.user.name}: {each.why}" for each in step.left_out)


def _asked_in_words(asked: AskedToday) -> str:
    if asked.absent_until is None:
        return asked.name
    signs = f"{asked.delegate} {'signs' if asked.may_delegate_sign else 'may not sign'} in their place"
    return f"{asked.name} (absent until {asked.absent_until}; {signs})"


def _rows(steps: TextIO) -> list[dict[str, Any]]:
    try:
        rows = json.load(steps)
    except ValueError as wrong:
        raise InvalidInputError("The steps are no JSON: %(wrong)s. Nothing was changed.", wrong=wrong) from wrong
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInputError("The steps are a JSON list of objects, one for each step. Nothing was changed.")
    return rows


def _listed(given: Any) -> tuple[str, ...]:
    """Return names that are given as a list, or with commas."""
    names = given.split(",") if isinstance(given, str) else given or ()
    return tuple(name.strip() for name in map(str, names) if name.strip())
