"""The portal: what an employee sees first, and a calm overview for those who control the documents."""

from collections import Counter

from flask import Blueprint, render_template

from docctl.domain.rights.permission import Right, may
from docctl.registers.documents import master_list
from docctl.registers.documents.portal import recently_in_force
from docctl.registers.people import work_queue
from docctl.web import control, person
from docctl.web.people.work_queue import lists_of

bp = Blueprint("portal", __name__)

FIRST_TASKS = 5
LATELY = 8


@bp.get("/")
def home() -> str:
    """Show the search box, what came into force lately and what waits for the person."""
    with control().reading() as reading:
        lists = lists_of(work_queue.work_queue(control(), reading, person()))
        recent = recently_in_force(control(), reading, person(), LATELY)
        states: Counter[str] = Counter()
        if may(person(), Right.READ_EVERYTHING) or person().audit_scope:
            found = master_list.choices(control(), reading, person()).states
            states.update({choice.value: choice.count for choice in found})
    return render_template(
        "documents/home.html",
        lists=[each for each in lists if each.items],
        waiting=sum(len(each.items) for each in lists if each.is_waiting),
        recent=recent,
        states=states,
        first_tasks=FIRST_TASKS,
    )
