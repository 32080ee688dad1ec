"""Finding people for the pickers of forms: as a piece of a page while somebody types, or with the whole page."""

from flask import Blueprint, Flask, abort, render_template, request

from docctl.registers.people import finding_people
from docctl.registers.people.finding_people import FoundPeople, Whom
from docctl.web import control, person
from docctl.web.frame.sent_forms import sent, sent_ids

bp = Blueprint("finding_people", __name__)


@bp.get("/people/found")
def find() -> str:
    """Give the first people who fit what was typed, as choices of a field."""
    whom = request.args.get("whom", Whom.READERS)
    if whom not in set(Whom):
        abort(404)
    name = request.args.get("name", "")[:40]
    text = request.args.get(f"find-{name}", "")
    of = request.args.get("of", "")
    if of and not (of.isascii() and of.isdigit() and len(of) < 10):
        abort(404)
    found = _found(whom, text, int(of) if of else None)
    is_one = request.args.get("single") == "yes"
    return render_template("frame/found_people.html", name=name, text=text, found=found, is_one=is_one)


def sought_people(name: str, whom: str, of: int | None = None) -> FoundPeople:
    """Return whom the form looked for in a picker, where it was sent to find people."""
    is_sought = request.method == "POST" and bool(sent("find"))
    return _found(whom, sent(f"find-{name}") if is_sought else "", of)


def chosen_people(name: str, chosen: list[int]) -> tuple[tuple[int, str], ...]:
    """Return who is chosen in a picker: as the form was sent, else those who were chosen before."""
    numbers = sent_ids(name) if request.method == "POST" else set(chosen)
    with control().reading() as reading:
        return finding_people.people_numbered(reading, numbers)


def _found(whom: str, text: str, of: int | None) -> FoundPeople:
    with control().reading() as reading:
        return finding_people.find_people(reading, person(), Whom(whom), text, of)


def init_app(app: Flask) -> None:
    """Give the templates what pickers show."""
    app.jinja_env.globals.update(sought_people=sought_people, chosen_people=chosen_people)
