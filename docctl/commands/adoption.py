"""Adopting a past: documents with the revisions they had before this library."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict, Unpack

import click

from docctl.actions.intake import sources_of_a_past
from docctl.actions.intake.adopting_past import adopt_past
from docctl.actions.intake.past_source import PastSource
from docctl.actions.intake.recording_past import Terms
from docctl.actions.issued_files.issuing_adopted import issued
from docctl.commands.acting import opened
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.domain.intake.adoption_plan import REFUSED, TO_ADOPT, AdoptionVerdict, in_numbers
from docctl.domain.intake.claimed_day import ORDERS
from docctl.registers import lookup
from docctl.settings import Settings
from docctl.terminal import as_json_text, progress, tell_what_is_held_up

REGISTERS = (".csv", ".xlsx", ".tsv", ".txt")


class _WhatIsThere(TypedDict):
    """What the options say of the source."""

    register: Path | None
    is_git: bool
    folder: str
    branch: str
    only_tags: bool
    without: tuple[str, ...]
    order: str | None


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--register",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV or XLSX that says which file of SOURCE is which revision.",
)
@click.option("--git", "is_git", is_flag=True, help="SOURCE is a Git repository; each commit of a file is a revision.")
@click.option("--folder", default="", help="Only what lies in this folder of the repository.")
@click.option("--branch", default="", help="Which branch (default: the one checked out).")
@click.option("--only-tags", is_flag=True, help="Only what carries a tag is a revision, and the tag its label.")
@click.option("--leave-out", "without", multiple=True, metavar="PATTERN", help="Leave these out, e.g. “README*”.")
@click.option("--dates", "order", type=click.Choice(ORDERS), help="How 03/04/2024 is meant in the register.")
@click.option("--evidence", default="", help="On what evidence all is adopted, e.g. “signed originals, folder 12”.")
@click.option("--type", "type_name", help="Document type where neither number nor source tells it.")
@click.option("--as", "login", default="", help="Login of the person who adopts (default: the first controller).")
@click.option("--dry-run", is_flag=True, help="Read everything, show the verdicts, store nothing.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the JSON report here.")
@click.pass_obj
def adopt(
    settings: Settings,
    /,
    source: Path,
    evidence: str,
    type_name: str | None,
    login: str,
    dry_run: bool,
    report: Path | None,
    **given: Unpack[_WhatIsThere],
) -> None:
    """Adopt documents with their earlier revisions.

    SOURCE is a folder whose file names tell numbers, labels and dates, a register, a Git repository or a bundle.
    What is adopted is kept as claimed: labels, dates, authors and approvers are those of then, and none of them counts
    as a signature. Run it again after an interruption: it goes on where it was, and what was adopted stays as it is.
    """
    if report is not None and not report.absolute().parent.is_dir():
        raise InvalidInputError(
            "There is no folder for the report %(report)s; make it first. Nothing was adopted.", report=report
        )
    control = opened(settings)
    with control.reading() as session:
        person_id = lookup.acting_controller(session, login).id
        type_id = lookup.type_named(session, type_name).id if type_name else None
    terms = Terms(evidence, type_id)
    verdicts: list[AdoptionVerdict] = []
    with _opened(control, source, **given) as past:
        found = adopt_past(
            control,
            person_id,
            past,
            terms,
            dry_run=dry_run,
            workers=settings.CONVERSION_WORKERS,
            told=progress("files"),
        )
        for verdict in found if dry_run else issued(control, found):
            verdicts.append(verdict)
            _tell(verdict, in_full=dry_run)
    if not verdicts:
        click.echo(f"No document was found in {source}; name a folder of files, a register or a repository.", err=True)
    for file, reason in past.left_out:
        click.echo(f"left out   {file}: {reason}")
    if report is not None:
        _write(report, verdicts, past)
    click.echo(in_numbers(verdicts), err=True)
    if dry_run:
        click.echo("This was a dry run; nothing was stored.", err=True)
        return
    tell_what_is_held_up(verdicts)


@contextmanager
def _opened(
    control: DocumentControl,
    source: Path,
    register: Path | None,
    is_git: bool,
    folder: str,
    branch: str,
    only_tags: bool,
    without: tuple[str, ...],
    order: str | None,
) -> Iterator[PastSource]:
    """Open the source by what it is."""
    if register is None and source.is_file() and source.suffix.lower() in REGISTERS:
        register, source = source, source.parent
    if is_git or source.is_file():
        if register is not None:
            raise click.UsageError("A repository tells its past by itself; leave out --register, or --git.")
        with sources_of_a_past.of_repository(
            control, source, folder=folder, branch=branch, only_tags=only_tags, without=without
        ) as past:
            yield past
        return
    if folder or branch or only_tags:
        raise click.UsageError("--folder, --branch and --only-tags go with --git; add it, or leave them out.")
    if register is None:
        yield sources_of_a_past.of_folder(control, source, without=without)
        return
    yield sources_of_a_past.of_register(control, register, source, order=order or "", without=without)


def _tell(verdict: AdoptionVerdict, *, in_full: bool) -> None:
    """Print a verdict; in a dry run with a line for each revision."""
    click.echo(verdict.in_one_line())
    if not in_full or verdict.status not in (TO_ADOPT, REFUSED):
        return
    for line in verdict.revisions:
        cells = (str(line.effective or "no date"), ", ".join(line.written_by), line.approved_by, line.place, line.file)
        label = f" (label {line.label})" if line.label and line.label != str(line.number) else ""
        click.echo(f"             {line.number}{label}  " + "  ".join(filter(None, cells)))
        for loss in line.losses:
            click.echo(f"               noted: {loss}")


def _write(report: Path, verdicts: list[AdoptionVerdict], past: PastSource) -> None:
    rows = {
        "source": past.name,
        "documents": [verdict.as_row() for verdict in verdicts],
        "left_out": [{"file": file, "reason": reason} for file, reason in past.left_out],
    }
    report.write_text(as_json_text(rows), encoding="utf-8")
