"""Word templates: uploaded and checked, looked at with sample data, taken on their way, and put to use for types."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl import tools
from docctl.actions.issued_files import reissuing, templating
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import DocctlError, NotFoundError, RefusedUploadError, TemplateError
from docctl.domain.rights.permission import Right
from docctl.registers.issued_files import word_templates
from docctl.registers.settings.administration import document_types
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_files import sent_files
from docctl.web.frame.sent_forms import sent
from docctl.web.frame.taking_away import as_attachment

bp = Blueprint("word_templates", __name__)
KINDS = ("docx", "pdf")
AT_A_TIME = 8


@bp.get("/administration/templates")
@only_with(Right.CONTROL)
def show(refusal: DocctlError | None = None) -> str:
    """Show every template with the types that use it."""
    older = len(reissuing.revisions_on_older_templates(control(), person().id))
    with control().reading() as reading:
        entries = word_templates.templates(control(), reading, person())
        usable = word_templates.usable_templates(control(), reading)
        kinds = [(kind.name, kind.name.capitalize()) for kind, _used in document_types(reading) if not kind.is_template]
        return render_template(
            "issued_files/word_templates.html",
            entries=entries,
            usable=usable,
            kinds=kinds,
            own=[(each.name, f"{each.name} · {each.title}") for each in entries if each.is_controlled],
            with_pages=tools.libreoffice.is_usable(),
            older=older,
            goes_on=older and request.args.get("goes_on") == "yes",
            refusal=refusal,
            faults=refusal.faults if isinstance(refusal, TemplateError) else (),
        )


@bp.post("/administration/templates")
@only_with(Right.CONTROL)
@shown_again(show)
def upload() -> ResponseReturnValue:
    """Check an uploaded template, and take it as the draft of a new one or of the next revision of one."""
    chosen = next(iter(sent_files("file")), None)
    if chosen is None:
        raise RefusedUploadError("Choose the Word file of the template.")
    checked = templating.check_template(chosen.name, chosen.content(), control().upload_limit_mb)
    number, title = sent("number"), sent("title").strip()
    if number:
        reason = sent("reason").strip() or _("Changed template")
        revision_id = templating.revise_template(control(), person().id, number, reason, checked)
    else:
        title = title or chosen.name.rpartition(".")[0]
        revision_id = templating.take_template(control(), person().id, title, checked)
    with control().reading() as reading:
        revision = reading.get_one(Revision, revision_id)
        page = url_for("reviewing.ask_to_submit", number=revision.document.number, revision=revision.number)
    flash(_("The template is whole. Look at a sample of it, then submit it for approval."), "success")
    return redirect(page, code=303)


@bp.get("/administration/templates/<template>/<int:revision>/sample.<kind>")
@only_with(Right.CONTROL)
def sample(template: str, revision: int, kind: str) -> Response:
    """Give a sample document in a template, as a Word file or PDF."""
    if kind not in KINDS:
        raise NotFoundError("There is no such file.")
    with control().reading() as reading:
        shown = word_templates.template_to_show(control(), reading, person(), template, revision)
    content = templating.sample_file(control(), shown, kind)
    return as_attachment(content, f"{shown.name.removesuffix('.docx')} sample.{kind}", kind)


@bp.post("/administration/templates/use")
@only_with(Right.CONTROL)
@shown_again(show)
def use() -> ResponseReturnValue:
    """Let documents of a type be issued in another template from now on."""
    templating.use_template(control(), person().id, sent("type"), sent("template"))
    flash(
        _("Documents of the type are issued in this template from now on; what was issued stays as it is."), "success"
    )
    return redirect(url_for("word_templates.show"), code=303)


@bp.post("/administration/templates/reissue")
@only_with(Right.CONTROL)
def reissue() -> ResponseReturnValue:
    """Issue the next few documents that stand on an older template again; the page asks on until none is left."""
    done = list(reissuing.reissue_all(control(), person().id, limit=AT_A_TIME))
    refused = [each for each in done if each.refusal]
    for each in refused:
        flash(f"{each.name}: {each.refusal}", "warning")
    count = len(done) - len(refused)
    if count:
        flash(_("%(count)s documents were issued again.", count=count), "success")
    goes_on = "yes" if count and not refused else None
    return redirect(url_for("word_templates.show", goes_on=goes_on), code=303)
