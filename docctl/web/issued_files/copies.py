"""The page behind the short link of a copy: whether that copy is still in force, open to whoever holds it."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docctl.domain.errors import NotFoundError
from docctl.registers.issued_files.copies import copy_standing, is_open
from docctl.web import control, open_to_all, person

bp = Blueprint("copies", __name__)
ASK_TO_SIGN_IN, ABSENT = 401, 404


@bp.get("/c/<code>")
@open_to_all
def show(code: str) -> ResponseReturnValue:
    """Tell whoever scans or types the link of a copy whether it is still in force."""
    is_known = current_user.is_authenticated
    try:
        with control().reading() as reading:
            standing = copy_standing(reading, person() if is_known else None, code)
    except NotFoundError:
        next_page = url_for("copies.show", code=code)
        return render_template("issued_files/unknown.html", next_page=next_page), ABSENT if is_known else ASK_TO_SIGN_IN
    return render_template("issued_files/copies.html", copy=standing, is_open=is_open(standing))
