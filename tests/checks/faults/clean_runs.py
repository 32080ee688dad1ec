"""Libraries nobody tampered with, each at work in a random way of its own: nobody who checks them raises an alarm."""

import random
import time
from pathlib import Path

from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.domain.documents.lifecycle import State
from docctl.domain.errors import StaleDraftError
from docctl.registers.integrity.verifying import verify
from docctl.registers.integrity.witnesses import read_checkpoint
from tests.checks.faults import crew
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes
from tests.factories.library import Office
from tests.factories.stranger import check_clone

STEPS = 12
ASK_A_STRANGER_EVERY = 10
NEXT = {State.DRAFT: ("save", "submit"), State.IN_REVIEW: ("review",), State.IN_APPROVAL: ("approve",)}


def run(scenes: Scenes, rounds: int, seed: int) -> Outcome:
    """Let so many libraries work, check each, and count the alarms; every tenth is checked by a stranger too."""
    chance, outcome, began = random.Random(seed), Outcome(), time.monotonic()
    alarms = strangers = events = 0
    for turn in range(rounds):
        data = scenes.copy(scenes.at_work())
        asks = turn % ASK_A_STRANGER_EVERY == 0
        found, checked = clean_run(data, chance, asks_a_stranger=asks)
        outcome.failures += [f"run {turn} of seed {seed}: {each}" for each in found]
        alarms, strangers, events = alarms + bool(found), strangers + asks, events + checked
        scenes.discard(data)
    outcome.figures = {
        "clean libraries": f"{rounds:,}",
        "of them checked by a stranger too": f"{strangers:,}",
        "events checked": f"{events:,}",
        "false alarms": f"{alarms:,}",
        "seconds each": f"{(time.monotonic() - began) / max(1, rounds):.2f}",
    }
    return outcome


def clean_run(data: Path, chance: random.Random, *, asks_a_stranger: bool) -> tuple[list[str], int]:
    """Let a library at work do some steps more, and return the alarms it raises and how many events it has."""
    office, kept = crew.office_at(data), data.parent / "kept"
    checkpoints = []
    for step in range(STEPS):
        what = chance.choice(("create", "work", "work", "work", "revise", "withdraw", "aside", "checkpoint", "rotate"))
        if what == "checkpoint":
            checkpoints.append(write_checkpoint(office.control, take_checkpoint(office.control), kept))
        elif what == "rotate":
            rotate_key(office.control, "Yearly change of the key")
        else:
            _one_step(office, chance, what, f"POL-9{step:02}")
    crew.recover(data).control.engine.dispose()
    report = verify(office.control, witnesses=[read_checkpoint(path) for path in checkpoints], every_object=True)
    alarms = [finding.sentence for finding in report.findings]
    if asks_a_stranger:
        code, told = check_clone(office.control.library.folder, data.parent, *checkpoints)
        alarms += [f"a stranger: {told.strip()}"] if code else []
    office.control.engine.dispose()
    return alarms, report.checked["events"]


def _one_step(office: Office, chance: random.Random, what: str, number: str) -> None:
    if what == "create":
        crew.create(office, number, "")
        return
    revision = _some_revision(office, chance, {"revise": State.IN_FORCE, "withdraw": State.IN_FORCE}.get(what))
    if revision is None:
        return
    number, state = revision.document.number, State(revision.state)
    if what in ("revise", "withdraw"):
        crew.ACTIONS[what](office, number, "")
    elif what == "aside" and state == State.DRAFT:
        _save_over_a_stale_text(office, revision.id)
    elif state in NEXT:
        crew.ACTIONS[chance.choice(NEXT[state])](office, number, "")


def _some_revision(office: Office, chance: random.Random, state: State | None) -> crew.drafting.Revision | None:
    with office.control.reading() as session:
        newest = [document.revisions[-1] for document in session.query(crew.drafting.Document)]
        fitting = [each for each in newest if each.document.revisions and (state is None or each.state == state)]
        return chance.choice(fitting) if fitting else None


def _save_over_a_stale_text(office: Office, revision_id: int) -> None:
    try:
        crew.drafting.save_draft(
            office.control,
            revision_id,
            office.people["alice"],
            reason="On an old text",
            based_on="0" * 64,
            text=crew.WrittenText("# Set aside\n"),
        )
    except StaleDraftError:
        return
    raise AssertionError("a stale text took the place of a newer one")
