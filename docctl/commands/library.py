"""Making a library, serving it, and following its audit trail."""

import sys

import click

from docctl import tools
from docctl.actions.issued_files import publishing
from docctl.actions.operations import demonstrating
from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.followers import notices
from docctl.followers.catching_up import catch_up
from docctl.opening import open_library
from docctl.recovery import upgrading
from docctl.registers import lookup
from docctl.server.logs import TEXT
from docctl.server.serving import alone
from docctl.server.serving import follow as follow_trail
from docctl.server.serving import serve as serve_pages
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json, progress, steps


@click.command()
@click.option("--organisation", default="", help="Name of the organisation.")
@click.option(
    "--time-zone", default="UTC", show_default=True, help="Time zone of the organisation, e.g. Europe/Berlin."
)
@click.option("--administrator", default="", help="Name of the first administrator.")
@click.option("--login", default="admin", show_default=True, help="Login of the first administrator.")
@click.pass_obj
def init(settings: Settings, organisation: str, time_zone: str, administrator: str, login: str) -> None:
    """Make an empty library and its first administrator."""
    if sys.stdin is not None and sys.stdin.isatty():
        organisation = organisation or click.prompt("Name of the organisation")
        administrator = administrator or click.prompt("Name of the first administrator")
    administering.checked_zone(time_zone)
    control = DocumentControl.found(settings.data_folder, settings.database_url, is_whole=False)
    administering.found_library(control, organisation or "Our organisation", time_zone)
    user = administering.add_user(
        control, None, login=login, name=administrator or "Administrator", roles=["administrator", "controller"]
    )
    secret = administering.issue_link(control, None, user)
    control.finish()
    catch_up(control)
    click.echo(f"The library is in {settings.data_folder}. Keep the folder keys/ and a backup of it apart from it.")
    click.echo(f"Start it with:  docctl --data {settings.data_folder} serve")
    click.echo(f"Then choose the password of “{login}” once at:  {settings.address}/choose-password/{secret}")


@click.command()
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default 5000).")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the library's pages, and follow its audit trail.

    HUP lets it read the file of settings again, without losing a request.
    """
    chosen = {"DATA": settings.DATA, "HOST": host, "PORT": port}
    serve_pages(_with(settings, HOST=host, PORT=port), lambda: Settings.read(chosen))


@click.command()
@click.option("--port", type=int, help="Port to listen on (default 5000).")
@click.option("--build-only", is_flag=True, help="Build the library and stop.")
@click.pass_obj
def demo(settings: Settings, port: int | None, build_only: bool) -> None:
    """Open the demonstration, with a login for each role."""
    settings = _with(settings, PORT=port)
    _build_demonstration(settings)
    _bring_forward(settings)
    control = open_library(settings)
    with control.reading() as session:
        logins = lookup.demonstration_logins(session)
    if not logins:
        raise InvalidInputError(
            "The library in %(data_folder)s is not the demonstration; serve it instead.",
            data_folder=settings.data_folder,
        )
    width = max((len(row["login"]) for row in logins), default=0)
    click.echo(f"\nThe demonstration library is open at {settings.address} — log in as:")
    for row in logins:
        click.echo(f"  {row['login']:<{width}}  {row['password']}   {row['about']}")
    click.echo("")
    if not build_only:
        control.engine.dispose()
        serve_pages(_with(settings, LOG_FORMAT=TEXT))


@click.command()
@click.option("--once", is_flag=True, help="Catch up once and stop.")
@click.option("--with-parent", type=int, hidden=True)
@click.pass_obj
def follow(settings: Settings, once: bool, with_parent: int | None) -> None:
    """Follow the audit trail, as serve does by itself.

    What follows: the references of the Git library, its snapshot, the search index and the issued files.
    """
    if once:
        control = open_library(settings)
        click.echo(f"{catch_up(control)} events followed.")
        if control.mail_server is not None:
            click.echo(f"{notices.follow(control)} notices sent.")
    else:
        follow_trail(settings, parent=with_parent)


@click.command("publish-due")
@as_json_option
@click.pass_obj
def publish_due(settings: Settings, as_json: bool) -> None:
    """Bring approved revisions into force whose date has come."""
    control = open_library(settings)
    names = publishing.publish_due(control)
    catch_up(control)
    if as_json:
        print_json(names)
        return
    for name in names:
        click.echo(f"{name} is in force.")
    if not names:
        click.echo("Nothing is due.")


def _with(settings: Settings, **chosen: object) -> Settings:
    return Settings(**(vars(settings) | {name: value for name, value in chosen.items() if value is not None}))


def _bring_forward(settings: Settings) -> None:
    """Upgrade a demonstration that an earlier version built; nobody who only looks at docctl knows how to."""
    if not upgrading.is_earlier_demonstration(settings.data_folder, settings.database_url):
        return
    click.echo("The demonstration library is of an earlier version of docctl; it is upgraded first …")
    with alone(settings.data_folder):
        upgrading.upgrade(settings.data_folder, settings.database_url, progress=steps())


def _build_demonstration(settings: Settings) -> None:
    """Build the demonstration where there is nothing yet, or what was cut off; else leave what is there."""
    folder = settings.data_folder
    if folder.exists() and any(folder.iterdir()) and not tools.data_folder.is_unfinished(folder):
        return
    click.echo("Building the demonstration library …")
    demonstrating.build(folder, settings.database_url, progress=progress("documents"))
