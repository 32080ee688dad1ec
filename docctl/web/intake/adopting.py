"""Adopting a past in the browser: choose files and a register, see what would become of each document, adopt."""

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docctl.actions.intake import adoption_batches
from docctl.actions.issued_files.issuing_adopted import files_awaited
from docctl.domain.errors import DocctlError, InvalidInputError, RefusedUploadError
from docctl.domain.rights.permission import Right
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_files import SentFile, sent_files
from docctl.web.frame.sent_forms import sent

bp = Blueprint("adopting", __name__)


@bp.get("/import/past")
@only_with(Right.CONTROL)
def start() -> str:
    """Show where the files of a past and their register are chosen."""
    return render_template(
        "intake/adopting_start.html", accept=",".join(adoption_batches.SENT_ENDINGS), limit_mb=control().upload_limit_mb
    )


@bp.post("/import/past")
@only_with(Right.CONTROL)
def begin() -> ResponseReturnValue:
    """Begin an adoption; files sent along are kept aside at once, others follow one by one."""
    key = adoption_batches.new_adoption(control(), person().id)
    for file in sent_files("files"):
        _keep(key, file)
    address = url_for("adopting.show", key=key)
    if request.accept_mimetypes.best == "application/json":
        return {"files": url_for("adopting.add_file", key=key), "confirm": address}
    return redirect(address, code=303)


@bp.post("/import/past/<key>/files")
@only_with(Right.CONTROL)
def add_file(key: str) -> ResponseReturnValue:
    """Keep one more file aside."""
    file = next(iter(sent_files("file")), None)
    if file is None:
        raise InvalidInputError("No file was sent; choose one.")
    if sent("too_large") == "yes":
        return {"name": file.name, "reason": adoption_batches.leave_out(control(), person().id, key, file.name)}
    return {"name": file.name, "reason": _keep(key, file)}


@bp.get("/import/past/<key>")
@only_with(Right.CONTROL)
def show(key: str, refusal: DocctlError | None = None) -> str:
    """Show how far an adoption is, and what becomes of each document."""
    found = adoption_batches.adoption(control(), person().id, key)
    awaited = files_awaited(control(), found.adopted)
    return render_template("intake/adopting.html", key=key, found=found, awaited=awaited, refusal=refusal)


@bp.post("/import/past/<key>/look")
@only_with(Right.CONTROL)
@shown_again(show)
def look(key: str) -> ResponseReturnValue:
    """Read some more files."""
    if "order" in request.form:
        adoption_batches.choose_order(control(), person().id, key, sent("order"))
    found = adoption_batches.look_further(control(), person().id, key)
    return _gone_on(key, len(found.foreseen), found.documents)


@bp.post("/import/past/<key>/adopt")
@only_with(Right.CONTROL)
@shown_again(show)
def adopt(key: str) -> ResponseReturnValue:
    """Adopt some more documents."""
    found = adoption_batches.adopt_further(control(), person().id, key, sent("evidence"))
    return _gone_on(key, len(found.adopted), found.documents)


@bp.get("/import/past/<key>/report.json")
@only_with(Right.CONTROL)
def report_file(key: str) -> Response:
    """Give what became of each document as a file."""
    found = adoption_batches.adoption(control(), person().id, key)
    rows = {
        "source": found.source,
        "documents": [verdict.as_row() for verdict in found.shown],
        "left_out": [{"file": file, "reason": reason} for file, reason in found.left_out],
    }
    answer = Response(json.dumps(rows, indent=1, ensure_ascii=False), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="adoption-report.json"'
    return answer


def _keep(key: str, file: SentFile) -> str:
    """Keep a file aside; what the virus scanner does not let pass is left out with its reason."""
    try:
        content = file.content()
    except RefusedUploadError as refusal:
        return adoption_batches.leave_out(control(), person().id, key, file.name, refusal)
    return adoption_batches.keep_aside(control(), person().id, key, file.name, content)


def _gone_on(key: str, done: int, of: int) -> ResponseReturnValue:
    """Say how far it is to a script, and show the page to anybody else."""
    if request.accept_mimetypes.best == "application/json":
        return {"done": done, "of": of}
    return redirect(url_for("adopting.show", key=key), code=303)
