"""The ``docctl`` command: everything an operator does, readable as a table of contents."""

import json
import logging
import shutil
import sys
from pathlib import Path

import click

from config import HOME, Config
from docctl.actions import administering, demonstrating, exporting, importing, publishing
from docctl.document_control import DocumentControl
from docctl.domain.document_metadata import checked_date
from docctl.domain.errors import InvalidInputError
from docctl.followers.catching_up import catch_up
from docctl.registers import comparison, integrity, lookup, search
from docctl.serving import follow as follow_trail
from docctl.serving import open_library
from docctl.serving import serve as serve_pages
from docctl.terminal import TableOfContents, progress, steps


@click.group(cls=TableOfContents, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--data", metavar="DIR", envvar="DOCCTL_DATA", help="Data folder of the library (default: data).")
@click.version_option(package_name="docctl")
@click.pass_context
def main(ctx: click.Context, data: str | None) -> None:
    """Document control for ISO management systems: what people read is exactly what was approved."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        ctx.obj = Config.from_environment(DATA=data or None)
    except ValueError as wrong:
        raise InvalidInputError(f"A setting DOCCTL_… of the environment is not a number: {wrong}.") from wrong


def _library(config: Config) -> DocumentControl:
    return open_library(config)


@main.command()
@click.option("--organisation", default="", help="Name of the organisation.")
@click.option(
    "--time-zone", default="UTC", show_default=True, help="Time zone of the organisation, e.g. Europe/Berlin."
)
@click.option("--administrator", default="", help="Name of the first administrator.")
@click.option("--login", default="admin", show_default=True, help="Login of the first administrator.")
@click.pass_obj
def init(config: Config, organisation: str, time_zone: str, administrator: str, login: str) -> None:
    """Make an empty library and its first administrator."""
    if sys.stdin is not None and sys.stdin.isatty():
        organisation = organisation or click.prompt("Name of the organisation")
        administrator = administrator or click.prompt("Name of the first administrator")
    administering.checked_zone(time_zone)
    control = DocumentControl.found(config.data_folder, config.database_url, HOME)
    administering.found_library(control, organisation or "Our organisation", time_zone)
    user = administering.add_user(
        control, None, login=login, name=administrator or "Administrator", roles=["administrator", "controller"]
    )
    secret = administering.issue_link(control, None, user)
    catch_up(control)
    click.echo(f"The library is in {config.data_folder}. Keep the folder keys/ and a backup of it apart from it.")
    click.echo(f"Start it with:  docctl --data {config.data_folder} serve")
    click.echo(f"Then choose the password of “{login}” once at:  {_address(config)}/choose-password/{secret}")


@main.command()
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default 5000).")
@click.pass_obj
def serve(config: Config, host: str | None, port: int | None) -> None:
    """Serve the library's pages, and follow its audit trail."""
    serve_pages(_with(config, HOST=host, PORT=port))


@main.command()
@click.option("--port", type=int, help="Port to listen on (default 5000).")
@click.option("--build-only", is_flag=True, help="Build the library and stop.")
@click.pass_obj
def demo(config: Config, port: int | None, build_only: bool) -> None:
    """Open the demonstration, with a login for each role."""
    config = _with(config, PORT=port)
    _build_demonstration(config)
    control = _library(config)
    with control.reading() as session:
        logins = lookup.demonstration_logins(session)
    if not logins:
        raise InvalidInputError(f"The library in {config.data_folder} is not the demonstration; serve it instead.")
    width = max((len(row["login"]) for row in logins), default=0)
    click.echo(f"\nThe demonstration library is open at {_address(config)} — log in as:")
    for row in logins:
        click.echo(f"  {row['login']:<{width}}  {row['password']}   {row['about']}")
    click.echo("")
    if not build_only:
        control.engine.dispose()
        serve_pages(config)


@main.command()
@click.option("--once", is_flag=True, help="Catch up once and stop.")
@click.option("--with-parent", type=int, hidden=True)
@click.pass_obj
def follow(config: Config, once: bool, with_parent: int | None) -> None:
    """Follow the audit trail, as serve does by itself.

    What follows: the references of the Git library, its snapshot, the search index and the issued files.
    """
    if once:
        click.echo(f"{catch_up(_library(config))} events followed.")
    else:
        follow_trail(config, parent=with_parent)


@main.command("publish-due")
@click.pass_obj
def publish_due(config: Config) -> None:
    """Bring approved revisions into force whose date has come."""
    control = _library(config)
    names = publishing.publish_due(control)
    catch_up(control)
    for name in names:
        click.echo(f"{name} is in force.")
    if not names:
        click.echo("Nothing is due.")


@main.command("import")
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
    config: Config,
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
        raise InvalidInputError("A date and evidence go with --in-force; add it, or leave them out.")
    if report_path is not None and not report_path.absolute().parent.is_dir():
        raise InvalidInputError(
            f"There is no folder for the report {report_path}; make it first. Nothing was imported."
        )
    control = _library(config)
    with control.reading() as session:
        person_id = lookup.acting_controller(session, login).id
        type_id = lookup.type_named(session, type_name).id if type_name else None
    files = importing.files_below(paths)
    adoption = importing.Adoption(day, evidence) if in_force else None
    show, verdicts = progress("files"), []
    for verdict in importing.import_files(
        control, person_id, files, type_id=type_id, adoption=adoption, workers=config.CONVERSION_WORKERS
    ):
        verdicts.append(verdict)
        show(len(verdicts), len(files))
    if report_path is not None:
        report = {"files": [verdict.as_row() for verdict in verdicts]}
        report_path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for verdict in verdicts:
        click.echo(verdict.in_one_line())
    refused = sum(verdict.status == importing.REFUSED for verdict in verdicts)
    click.echo(f"{len(verdicts) - refused} imported, {refused} refused.", err=True)
    catch_up(control, issuing=False)
    if adoption is not None and refused < len(verdicts):
        click.echo(
            "Their Word files and PDFs are issued by “docctl serve”, or now by “docctl follow --once”.", err=True
        )


@main.command("search")
@click.argument("query")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="At most so many hits.")
@click.option("--every-revision", is_flag=True, help="Search superseded and obsolete revisions and drafts too.")
@click.pass_obj
def search_documents(config: Config, query: str, as_json: bool, limit: int, every_revision: bool) -> None:
    """Search the documents in force, best first."""
    control = _library(config)
    catch_up(control, issuing=False)
    results = search.find_all(control, query, limit=limit, every_revision=every_revision)
    if as_json:
        click.echo(json.dumps([search.as_row(hit) for hit in results.hits], indent=1, ensure_ascii=False))
        return
    for hit in results.hits:
        click.echo(f"{hit.number} rev {hit.revision}  {hit.title}" + (f"  › {hit.section}" if hit.section else ""))
    if not results.hits:
        click.echo("Nothing found.")


@main.command()
@click.argument("number")
@click.option("--revision", type=int, help="Which revision (default: the one in force, else the newest).")
@click.pass_obj
def text(config: Config, number: str, revision: int | None) -> None:
    """Print the text of a document."""
    control = _library(config)
    with control.reading() as session:
        click.echo(exporting.text_of(control, lookup.revision_of(session, number, revision))[0], nl=False)


@main.command()
@click.argument("number")
@click.argument("older", type=int)
@click.argument("newer", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@click.pass_obj
def compare(config: Config, number: str, older: int, newer: int, as_json: bool) -> None:
    """Compare two revisions of a document, word by word."""
    control = _library(config)
    with control.reading() as session:
        person = lookup.acting_controller(session)
        found = comparison.compare(control, session, person, number, older, newer)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=1, ensure_ascii=False))
        return
    click.echo(
        f"{number}, revision {older} to {newer}: {found.words_added} words added, {found.words_removed} removed."
    )
    for section in found.sections:
        click.echo(f"  {section.title or 'Before the first heading'}: {section.added} added, {section.removed} removed")
    for change in found.metadata:
        click.echo(f"  {change.field}: {change.old} → {change.new}")


@main.command()
@click.argument("number")
@click.option("--revision", type=int, help="Which revision (default: the one in force, else the newest).")
@click.option("--word", type=click.Path(path_type=Path, dir_okay=False), help="Write the Word file here.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the PDF here.")
@click.pass_obj
def issue(config: Config, number: str, revision: int | None, word: Path | None, pdf: Path | None) -> None:
    """Write a document's Word file and PDF.

    A revision that is not in force is marked so on every page.
    """
    if word is None and pdf is None:
        raise InvalidInputError("Say where the files go: --word FILE, --pdf FILE, or both.")
    control = _library(config)
    catch_up(control, issuing=False)
    with control.reading() as session:
        chosen = lookup.revision_of(session, number, revision)
        name = chosen.name
    for path, kind in ((word, exporting.WORD), (pdf, exporting.PDF)):
        if path is not None:
            path.write_bytes(exporting.issued_file(control, chosen.id, None, kind)[1])
            click.echo(f"{path}: {name}")


@main.command("add-user")
@click.argument("login")
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="Role; may be given several times.")
@click.option("--department", default="", help="Department.")
@click.option("--email", default="", help="Mail address.")
@click.pass_obj
def add_user(config: Config, login: str, name: str, roles: tuple[str, ...], department: str, email: str) -> None:
    """Add a person, and print their one-time link."""
    control = _library(config)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
    user = administering.add_user(
        control, administrator, login=login, name=name, roles=roles, department=department, email=email
    )
    click.echo(f"{_address(config)}/choose-password/{administering.issue_link(control, administrator, user)}")


@main.command()
@click.argument("login")
@click.pass_obj
def link(config: Config, login: str) -> None:
    """Print a new one-time link to choose a password."""
    control = _library(config)
    with control.reading() as session:
        user = lookup.user_named(session, login).id
    click.echo(f"{_address(config)}/choose-password/{administering.issue_link(control, None, user)}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Check chain, signatures, files and references.

    The exit is 0 where all is well, 1 where something can be repaired, 2 where something was tampered with or lost.
    """
    report = integrity.verify(_library(ctx.obj), progress=None if as_json else steps())
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=1, ensure_ascii=False))
    else:
        for finding in report.findings:
            click.echo(f"{finding.severity}  {finding.subject}: {finding.sentence}")
        click.echo(report.summary)
    ctx.exit(report.exit_code)


@main.group()
def template() -> None:
    """Check Word templates."""


@template.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def check_template(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Name the controls that are missing, unknown, or in the wrong place."""
    faults = [(path, fault) for path in files for fault in DocumentControl.word.check_template(path.read_bytes())]
    for path, fault in faults:
        click.echo(f"{path}: {fault}")
    if faults:
        ctx.exit(1)
    click.echo("Nothing wrong.")


def _with(config: Config, **chosen: object) -> Config:
    return Config(**(vars(config) | {name: value for name, value in chosen.items() if value is not None}))


def _address(config: Config) -> str:
    return config.BASE_URL or f"http://{config.HOST}:{config.PORT}"


def _build_demonstration(config: Config) -> None:
    """Build the demonstration where there is nothing yet; what was half built is taken away again."""
    folder = config.data_folder
    if folder.exists() and any(folder.iterdir()):
        return
    click.echo("Building the demonstration library …")
    try:
        demonstrating.build(folder, config.database_url, HOME, progress=progress("documents"))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


if __name__ == "__main__":
    main()
