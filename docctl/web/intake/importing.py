"""Import in the browser: choose files, confirm what was recognised, read the report."""

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.intake import import_batches, importing
from docctl.actions.intake.import_batches import Confirmed, StagedFile
from docctl.actions.issued_files.issuing_adopted import files_awaited, with_what_holds_up
from docctl.domain.errors import DocctlError, InvalidInputError, RefusedUploadError
from docctl.domain.intake.import_verdict import IMPORTED
from docctl.domain.rights.permission import Right
from docctl.registers.documents.describing_choices import document_types
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_files import SentFile, sent_files
from docctl.web.frame.sent_forms import sent, sent_day

bp = Blueprint("importing", __name__)

LONGEST_ROW_NUMBER = 10


@bp.get("/import")
@only_with(Right.CONTROL)
def start() -> str:
    """Show where files are chosen."""
    return render_template(
        "intake/importing.html", accept=",".join(import_batches.SENT_ENDINGS), limit_mb=control().upload_limit_mb
    )


@bp.post("/import")
@only_with(Right.CONTROL)
def begin() -> ResponseReturnValue:
    """Begin an import; files sent along are read at once, others follow one by one."""
    key = import_batches.new_batch(control(), person().id)
    for file in sorted(sent_files("files"), key=lambda file: not import_batches.is_picture(file.name)):
        _take(key, file)
    address = url_for("importing.confirm", key=key)
    if request.accept_mimetypes.best == "application/json":
        return {"files": url_for("importing.add_file", key=key), "confirm": address}
    return redirect(address, code=303)


@bp.post("/import/<key>/files")
@only_with(Right.CONTROL)
def add_file(key: str) -> ResponseReturnValue:
    """Read one more file of an import."""
    file = next(iter(sent_files("file")), None)
    if file is None:
        raise InvalidInputError("No file was sent; choose one.")
    staged: StagedFile | None
    if sent("too_large") == "yes":
        staged = import_batches.stage_refusal(control(), person().id, key, file.name)
    else:
        staged = _take(key, file)
    if staged is None:
        return {"name": file.name}
    return {"name": staged.name, "number": staged.number, "title": staged.title, "reason": staged.reason}


@bp.get("/import/<key>")
@only_with(Right.CONTROL)
def confirm(key: str, refusal: DocctlError | None = None) -> str:
    """Show what was recognised of each file, for confirmation."""
    staged = import_batches.staged_files(control(), person().id, key)
    with control().reading() as reading:
        kinds = document_types(reading)
        guessed = {each.place: importing.type_for(reading, each.number, each.type_name).id for each in staged}
    return render_template(
        "intake/confirm.html",
        key=key,
        staged=[each for each in staged if not each.reason],
        refused=[each for each in staged if each.reason],
        kinds=[(kind.id, kind.name.capitalize()) for kind in kinds],
        guessed=guessed,
        refusal=refusal,
    )


@bp.post("/import/<key>")
@only_with(Right.CONTROL)
@shown_again(confirm)
def carry_out(key: str) -> ResponseReturnValue:
    """Make documents of the confirmed files."""
    staged = import_batches.staged_files(control(), person().id, key)
    adoption = None
    if sent("as") == "in force":
        if not sent("evidence").strip():
            raise InvalidInputError("Say on what evidence the documents are adopted as approved elsewhere.")
        adoption = importing.Adoption(sent_day("effective", _("The effective date")), sent("evidence"))
    import_batches.import_staged(control(), person().id, key, _confirmed(staged), adoption)
    return redirect(url_for("importing.report", key=key), code=303)


@bp.get("/import/<key>/report")
@only_with(Right.CONTROL)
def report(key: str) -> str:
    """Show what became of each file."""
    verdicts = with_what_holds_up(control(), import_batches.report_of(control(), person().id, key))
    imported = sum(verdict.status == IMPORTED for verdict in verdicts)
    awaited = files_awaited(control(), verdicts)
    return render_template("intake/report.html", verdicts=verdicts, imported=imported, awaited=awaited, key=key)


@bp.get("/import/<key>/report.json")
@only_with(Right.CONTROL)
def report_file(key: str) -> Response:
    """Give the report as a file."""
    verdicts = import_batches.report_of(control(), person().id, key)
    rows = [verdict.as_row() for verdict in with_what_holds_up(control(), verdicts)]
    answer = Response(json.dumps({"files": rows}, indent=1, ensure_ascii=False), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="import-report.json"'
    return answer


def _take(key: str, file: SentFile) -> StagedFile | None:
    """Read a file, or keep a picture for the Markdown files that show it; a refusal is kept with its reason."""
    try:
        data = file.content()
        if import_batches.is_picture(file.name):
            import_batches.stage_picture(control(), person().id, key, file.name, data)
            return None
    except RefusedUploadError as refusal:
        return import_batches.stage_refusal(control(), person().id, key, file.name, refusal)
    return import_batches.stage(control(), person().id, key, file.name, data)


def _confirmed(staged: list[StagedFile]) -> dict[int, Confirmed]:
    wanted = set(request.form.getlist("wanted"))
    return {
        each.place: Confirmed(
            sent(f"number-{each.place}"),
            sent(f"title-{each.place}"),
            _row_number(sent(f"type-{each.place}")),
            str(each.place) in wanted,
        )
        for each in staged
    }


def _row_number(text: str) -> int | None:
    """Return the number of a row that a list of choices sent; nothing where it is no such number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_ROW_NUMBER else None
