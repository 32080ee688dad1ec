"""Word templates."""

from pathlib import Path

import click

from docctl import tools
from docctl.actions.issued_files import reissuing, templating
from docctl.commands.acting import as_controller, opened, opened_by
from docctl.document_control.word_templates import faults_of_template
from docctl.domain.documents.revision import Revision
from docctl.registers import lookup
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json, progress

_SAID_IN_WORD = "The Word files on this template say “{line}”, the page and the PDF do not."


@click.group()
def template() -> None:
    """Check Word templates, and take them under control."""


@template.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json_option
@click.pass_context
def check_template(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Name the controls that are missing, unknown, or in the wrong place, and what Word files alone would say."""
    faults = [(path, fault) for path in files for fault in faults_of_template(path.read_bytes())]
    if as_json:
        print_json([{"file": str(path), "fault": fault} for path, fault in faults])
        ctx.exit(1 if faults else 0)
    for path, fault in faults:
        click.echo(f"{path}: {fault}")
    for path in files:
        for line in tools.conversion.words_of_template(path.read_bytes()):
            click.echo(f"{path}: {_SAID_IN_WORD.format(line=line)}", err=True)
    if faults:
        ctx.exit(1)
    click.echo("Nothing wrong.")


@template.command("adopt")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the template here.")
@click.option("--title", help="Take it into the library under this title, as a draft to be approved.")
@click.option("--number", default="", help="Take it as the next revision of this template.")
@click.option("--reason", default="Changed template", show_default=True, help="With --number: why it is changed.")
@click.option("--as", "login", default="", help="Login of the person who takes it (default: the first controller).")
@click.pass_context
def adopt_template(
    ctx: click.Context, file: Path, target: Path | None, title: str | None, number: str, reason: str, login: str
) -> None:
    """Turn typed marks such as {{number}} into content controls.

    The template is written to a file, or becomes a document of the library that is submitted and approved like any
    other, and then chosen for a document type.
    """
    if title and number:
        raise click.UsageError("A new template has a --title, the next revision of one a --number; leave one out.")
    if target is None and not (title or number):
        raise click.UsageError("Say where the template goes: --to FILE, --title TITLE, or --number NUMBER.")
    if title or number:
        control = opened(ctx.obj)
        checked = templating.check_template(file.name, control.take_in(file.read_bytes()), control.upload_limit_mb)
    else:
        checked = templating.check_template(file.name, file.read_bytes())
    for tag in checked.turned:
        click.echo(f"{tag}: made of a typed mark")
    own = (_SAID_IN_WORD.format(line=line) for line in checked.own_words)
    for said in (*checked.faults, *checked.taken_out, *own):
        click.echo(f"{file}: {said}", err=True)
    if target is not None:
        target.write_bytes(checked.data)
        click.echo(f"{target}: written")
    if checked.faults:
        ctx.exit(1)
    if title or number:
        with control.reading() as session:
            person_id = lookup.acting_controller(session, login).id
        if title:
            revision_id = templating.take_template(control, person_id, title, checked)
        else:
            revision_id = templating.revise_template(control, person_id, number, reason, checked)
        with control.reading() as session:
            click.echo(f"{session.get_one(Revision, revision_id).name}: a draft now; submit it for approval.")


@template.command("use")
@click.argument("type_name", metavar="TYPE")
@click.argument("name", metavar="TEMPLATE")
@as_controller
@click.pass_obj
def use_template(settings: Settings, type_name: str, name: str, login: str) -> None:
    """Issue documents of a type in another template from now on.

    TEMPLATE is its number, or a file of the folder templates/. What was issued stays as it is.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        kind = lookup.type_named(session, type_name).name
    templating.use_template(control, person.id, kind, name)
    click.echo(f"Documents of the type {kind} are issued in {name} from now on.")


@template.command("reissue")
@click.option("--as", "login", default="", help="Login of the person who issues them (default: the first controller).")
@click.pass_context
def reissue(ctx: click.Context, login: str) -> None:
    """Issue again what stands on an older template.

    A changed template reissues nothing by itself; this does, for documents in force, and keeps their earlier issues.
    """
    control = opened(ctx.obj)
    with control.reading() as session:
        person_id = lookup.acting_controller(session, login).id
    done = list(reissuing.reissue_all(control, person_id, progress=progress("documents")))
    refused = [each for each in done if each.refusal]
    for each in refused:
        click.echo(f"{each.name}: {each.refusal}", err=True)
    click.echo(f"{len(done) - len(refused)} issued again, {len(refused)} refused.")
    if refused:
        ctx.exit(1)
