"""Bringing documents in, finding, reading, comparing and taking them out."""

from pathlib import Path

import click

from docctl.actions.intake import importing
from docctl.actions.intake.files_of_folders import files_below
from docctl.actions.issued_files import exporting
from docctl.actions.issued_files.exporting_comparison import comparison_as_word
from docctl.actions.issued_files.issuing import issue_again
from docctl.actions.issued_files.issuing_adopted import issued
from docctl.commands.acting import opened
from docctl.domain.documents.document_metadata import checked_date
from docctl.domain.errors import InvalidInputError
from docctl.domain.intake.import_verdict import REFUSED
from docctl.domain.rights.permission import Library
from docctl.followers.catching_up import catch_up
from docctl.registers import lookup
from docctl.registers.documents import comparison
from docctl.registers.documents.section_origins import section_origins
from docctl.registers.search import search
from docctl.settings import Settings
from docctl.terminal import as_json_option, as_json_text, print_json, progress, tell_what_is_held_up


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--type", "type_name", help="Document type where neither number nor file tells it.")
@click.option("--in-force", is_flag=True, help="Adopt the files as approved elsewhere and in force.")
@click.option("--effective", metavar="DATE", help="Since when they are in force, e.g. 2026-01-31.")
@click.option("--evidence", default="", help="On what evidence they are adopted, e.g. “minutes of 12 January”.")
@click.option("--as", "login", default="", help="Login of the person who imports (default: the first controller).")
@click.option(
    "--report", "report_path", type=click.Path(path_type=Path, dir_okay=False), help="Write the JSON report here."
)
@click.pass_obj
def import_files(
    settings: Settings,
    paths: tuple[Path, ...],
    type_name: str | None,
    in_force: bool,
    effective: str | None,
    evidence: str,
    login: str,
    report_path: Path | None,
) -> None:
    """Import Word and Markdown files; each gets a verdict.

    Folders are searched for files. One bad file never stops the rest; the exit is 0 when every file has a verdict.
    """
    day = checked_date(effective, "The effective date") if effective else None
    if not in_force and (effective or evidence):
        raise click.UsageError("A date and evidence go with --in-force; add it, or leave them out.")
    if report_path is not None and not report_path.absolute().parent.is_dir():
        raise InvalidInputError(
            "There is no folder for the report %(report_path)s; make it first. Nothing was imported.",
            report_path=report_path,
        )
    control = opened(settings)
    with control.reading() as session:
        person_id = lookup.acting_controller(session, login).id
        type_id = lookup.type_named(session, type_name).id if type_name else None
        adoption = importing.Adoption(day, evidence) if in_force else None
        if adoption is not None:
            adoption.require_possible(control.today(session))
    files = files_below(paths)
    if not files:
        raise InvalidInputError(
            "No file was found in %(places)s, so nothing was imported; name Word or Markdown files.",
            places=", ".join(map(str, paths)),
        )
    show, verdicts = progress("files"), []
    found = importing.import_files(
        control, person_id, files, type_id=type_id, adoption=adoption, workers=settings.CONVERSION_WORKERS
    )
    for verdict in found if adoption is None else issued(control, found):
        verdicts.append(verdict)
        show(len(verdicts), len(files))
    if report_path is not None:
        report = {"files": [verdict.as_row() for verdict in verdicts]}
        report_path.write_text(as_json_text(report), encoding="utf-8")
    for verdict in verdicts:
        click.echo(verdict.in_one_line())
    refused = sum(verdict.status == REFUSED for verdict in verdicts)
    click.echo(f"{len(verdicts) - refused} imported, {refused} refused.", err=True)
    tell_what_is_held_up(verdicts)


@click.command("search")
@click.argument("query")
@as_json_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="At most so many hits.")
@click.option("--every-revision", is_flag=True, help="Search superseded and obsolete revisions and drafts too.")
@click.pass_obj
def search_documents(settings: Settings, query: str, as_json: bool, limit: int, every_revision: bool) -> None:
    """Search the documents in force, best first."""
    control = opened(settings)
    catch_up(control, issuing=False)
    results = search.find_all(control, query, limit=limit, every_revision=every_revision)
    for note in results.notes:
        click.echo(str(note), err=True)
    if as_json:
        print_json([search.as_row(hit) for hit in results.hits])
        return
    for hit in results.hits:
        click.echo(f"{hit.number} rev {hit.revision}  {hit.title}" + (f"  › {hit.section}" if hit.section else ""))
    if not results.hits:
        click.echo("Nothing found.")


@click.command()
@click.argument("number")
@click.option("--revision", type=int, help="Which revision (default: the one in force, else the newest).")
@click.pass_obj
def text(settings: Settings, number: str, revision: int | None) -> None:
    """Print the text of a document."""
    control = opened(settings)
    with control.reading() as session:
        click.echo(
            exporting.text_of(control, Library.ITSELF, lookup.revision_of(session, number, revision))[0], nl=False
        )


@click.command()
@click.argument("number")
@click.argument("older", type=int)
@click.argument("newer", type=int)
@as_json_option
@click.option("--word", type=click.Path(path_type=Path, dir_okay=False), help="Write a Word file with tracked changes.")
@click.pass_obj
def compare(settings: Settings, number: str, older: int, newer: int, as_json: bool, word: Path | None) -> None:
    """Compare two revisions of a document, word by word."""
    control = opened(settings)
    with control.reading() as session:
        person = control.reader(session, lookup.acting_controller(session))
        for revision in (older, newer):
            lookup.revision_of(session, number, revision)
        found = comparison.compare(control, session, person, number, older, newer)
    if word is not None:
        ids = (found.old.revision_id, found.new.revision_id)
        word.write_bytes(comparison_as_word(control, *ids, person.id)[1])
    if as_json:
        print_json(found.as_json())
        return
    click.echo(
        f"{number}, revision {older} to {newer}: {found.words_added} words added, {found.words_removed} removed."
    )
    for section in found.sections:
        click.echo(f"  {section.title or 'Before the first heading'}: {section.added} added, {section.removed} removed")
    for change in found.metadata:
        click.echo(f"  {change.field}: {change.old} → {change.new}")
    if found.looks:
        click.echo("The Word files differ in how they look:")
    for look in found.looks:
        click.echo(f"  {look}")


@click.command()
@click.argument("number")
@click.option("--revision", type=int, help="Which revision (default: the one in force, else the newest).")
@click.option("--since", type=int, default=0, help="Only what came or changed after this revision.")
@as_json_option
@click.pass_obj
def origins(settings: Settings, number: str, revision: int | None, since: int, as_json: bool) -> None:
    """Say in which revision each paragraph came, and by whom."""
    control = opened(settings)
    with control.reading() as session:
        lookup.revision_of(session, number, revision)
        person = control.reader(session, lookup.acting_controller(session))
        found = section_origins(control, session, person, number, revision)
    if as_json:
        print_json(found.as_json(since))
        return
    for section in found.sections:
        for paragraph in section.since(since):
            last = paragraph.last
            names = ", ".join(last.authors) or "nobody named"
            click.echo(f"{last.revision.revision:>4}  {names:24}  {paragraph.block.text}")


@click.command()
@click.argument("number")
@click.option("--revision", type=int, help="Which revision (default: the one in force, else the newest).")
@click.option("--word", type=click.Path(path_type=Path, dir_okay=False), help="Write the Word file here.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the PDF here.")
@click.option("--again", is_flag=True, help="First try again what could not be issued.")
@click.option("--as", "login", default="", help="Login of the person who tries again (default: the first controller).")
@click.pass_obj
def issue(
    settings: Settings, number: str, revision: int | None, word: Path | None, pdf: Path | None, again: bool, login: str
) -> None:
    """Write a document's Word file and PDF.

    A revision that is not in force is marked so on every page.
    """
    if word is None and pdf is None and not again:
        raise click.UsageError("Say where the files go: --word FILE, --pdf FILE, or both.")
    control = opened(settings)
    catch_up(control, issuing=False)
    if again:
        with control.reading() as session:
            waiting = lookup.revision_to_issue(session, number, revision)
            waiting_name, person_id = waiting.name, lookup.acting_controller(session, login).id
        issue_again(control, waiting.id, person_id).require_sound(waiting_name, "Nothing was issued.")
        click.echo(f"The files of {waiting_name} say what its page says.")
    with control.reading() as session:
        chosen = lookup.revision_of(session, number, revision)
        name = chosen.name
    for path, kind in ((word, exporting.WORD), (pdf, exporting.PDF)):
        if path is not None:
            path.write_bytes(exporting.issued_file(control, chosen.id, None, kind)[1])
            click.echo(f"{path}: {name}")
