"""Random histories of a library, compared after each step with a plain model and with every invariant (F8)."""

import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text

from docctl.actions.settings import administering
from docctl.domain.errors import DocctlError
from docctl.followers.catching_up import catch_up
from docctl.recovery.backing_up import Backup, back_up
from docctl.recovery.manifest import BUNDLE
from docctl.recovery.repairing import repair_by_adopting, repair_by_fetching
from docctl.recovery.restoring import restore
from docctl.registers.integrity import verifying
from tests.checks.faults import crew
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes
from tests.factories.databases import address_of, copy_library, drop_database, new_database_beside
from tests.factories.mixed_copies import put_together

STEPS = 30
NUMBERS = ("POL-001", "POL-002", "POL-003")
NONE, DRAFT, IN_REVIEW, IN_APPROVAL = "none", "draft", "in review", "in approval"
OPEN = {"create": (NONE,), "save": (DRAFT,), "submit": (DRAFT,), "review": (IN_REVIEW,), "approve": (IN_APPROVAL,)}
BECOMES = {"create": DRAFT, "save": DRAFT, "submit": IN_REVIEW, "review": IN_APPROVAL, "approve": NONE}
CRASHES = (
    "write lock taken", "decision made", "events chained", "before objects", "objects written", "ledger written",
    "committed", "references moved", "references followed", "search followed", "snapshot followed",
)  # fmt: skip
TAMPERINGS = (
    "UPDATE events SET reason = reason || '.' WHERE seq = (SELECT MAX(seq) FROM events)",
    "UPDATE users SET roles = '[\"administrator\"]' WHERE login = 'eve'",
    "DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)",
    "UPDATE chain_head SET seq = seq - 1",
)


class Histories(RuleBasedStateMachine):
    """Three documents, what happens to them, and what must be true afterwards."""

    source: Path

    @initialize()
    def open_a_library(self) -> None:
        """Begin with a founded library; the model says of each document what is open and what is in force."""
        self.folder = Path(tempfile.mkdtemp(prefix="docctl-history-"))
        self.data = self.folder / "data"
        copy_library(self.source, self.data)
        self.office = crew.recover(self.data)
        self.model: dict[str, dict[str, Any]] = {
            number: {"open": NONE, "in force": 0, "newest": 0} for number in NUMBERS
        }
        self.disabled = False
        self.backups: list[tuple[Backup, Path]] = []
        self.places = itertools.count(1)

    def teardown(self) -> None:
        """Throw everything away."""
        self.office.control.engine.dispose()
        for data in (self.data, *(copy for _, copy in self.backups)):
            drop_database(data)
        shutil.rmtree(self.folder)

    # What people do. -----------------------------------------------------------------------------------------

    def _may(self, action: str, number: str) -> bool:
        now = self.model[number]
        if self.disabled and action in ("submit", "review", "request_changes"):
            return False  # nobody else could review it, so it is refused before anybody is asked
        if action == "create":
            return now["newest"] == 0
        if action == "revise":
            return now["newest"] > 0 and now["open"] == NONE
        if action == "withdraw":
            return now["in force"] > 0 and now["open"] == NONE
        if action == "request_changes":
            return now["open"] in (IN_REVIEW,)
        return now["open"] in OPEN[action]

    def _happened(self, action: str, number: str) -> None:
        now = self.model[number]
        if action in ("create", "revise"):
            now["newest"] += 1
        if action == "approve":
            now["in force"] = now["newest"]
        if action == "withdraw":
            now["in force"] = 0
        else:
            now["open"] = BECOMES.get(action, DRAFT)

    @rule(
        action=st.sampled_from(("create", "save", "submit", "review", "approve", "revise", "withdraw")),
        number=st.sampled_from(NUMBERS),
    )
    def try_anything(self, action: str, number: str) -> None:
        """Try something that may be refused; it is carried out exactly where the model says so."""
        self._attempt(crew.ACTIONS[action], action, number)

    @rule(number=st.sampled_from(NUMBERS))
    def go_on(self, number: str) -> None:
        """Do what is next for a document, so that histories get somewhere."""
        for action in ("create", "submit", "review", "approve", "revise"):
            if self._may(action, number):
                self._attempt(crew.ACTIONS[action], action, number)
                return

    @rule(number=st.sampled_from(NUMBERS))
    def reject(self, number: str) -> None:
        """Send a revision back to its author."""
        self._attempt(crew.request_changes, "request_changes", number)

    def _attempt(self, act: Any, action: str, number: str) -> None:
        allowed = self._may(action, number)
        try:
            act(self.office, number, f"{action}-{next(self.places)}")
        except (DocctlError, IndexError) as refusal:
            refused = str(refusal) or "There is none."
        except Exception as error:
            if self.model[number]["newest"]:
                raise
            refused = str(error) if "No row was found" in str(error) else ""
        else:
            refused = ""
        assert bool(refused) is not allowed, f"{action} {number}: {self.model[number]}; {refused or 'carried out'}"
        if not refused:
            self._happened(action, number)

    @rule(roles=st.sampled_from((["reader"], ["reader", "auditor"], ["author"])))
    def change_rights(self, roles: list[str]) -> None:
        """Change what somebody may."""
        admin, eve = self.office.people["admin"], self.office.people["eve"]
        given = {"name": "Eve Employee", "email": "", "department": "Procurement", "roles": roles}
        administering.change_user(self.office.control, admin, eve, **given)

    @rule()
    def disable_or_enable(self) -> None:
        """Disable the reviewer, or enable them again."""
        self.disabled = not self.disabled
        people = self.office.people
        administering.set_disabled(
            self.office.control, people["admin"], people["rob"], self.disabled, left_open="Back soon"
        )

    @rule(days=st.sampled_from((-2, 1, 400)))
    def let_the_clock_jump(self, days: int) -> None:
        """Let the clock of the machine jump; the trail never goes back in time."""
        self.office.control._clock.forward(days=days)

    @rule()
    def follow(self) -> None:
        """Let the followers catch up."""
        catch_up(self.office.control)

    # What befalls a library. ---------------------------------------------------------------------------------

    @rule(point=st.sampled_from(CRASHES), number=st.sampled_from(NUMBERS))
    def crash_and_start_again(self, point: str, number: str) -> None:
        """End the process at a named place while it does what is next, and start again."""
        possible = [each for each in ("create", "submit", "review", "approve", "revise") if self._may(each, number)]
        if not possible:
            return
        request_id, answers = f"crash-{next(self.places)}", self.folder / "answers"
        instant = self.office.control._clock.instant
        self.office.control.engine.dispose()
        crew.run(act_and_crash, self.data, possible[0], number, request_id, answers, point, instant)
        self.office = crew.recover(self.data, instant)
        carried_out = request_id in crew.requests_carried_out(self.office.control)
        assert carried_out or request_id not in crew.acknowledged(answers), f"{request_id} is lost"
        if carried_out:
            self._happened(possible[0], number)

    @precondition(lambda self: len(self.backups) < 2)
    @rule()
    def back_up(self) -> None:
        """Back the library up, and keep a copy of its database as another tool would make it."""
        control = self.office.control
        made = back_up(control, self.folder / f"backup-{next(self.places)}", keys_folder=self.folder / "keys")
        crew.recover(self.data, control._clock.instant).control.engine.dispose()
        self.backups.append((made, self._copy(self.data)))

    @precondition(lambda self: self.backups)
    @rule()
    def restore_elsewhere(self) -> None:
        """Restore the newest backup into an empty folder and database: it is sound, and lacks only what came after."""
        made, _ = self.backups[-1]
        data = self.folder / f"restored-{next(self.places)}"
        new_database_beside(self.data, data)
        clock = crew.Clock(self.office.control._clock.instant)
        control = restore(data, address_of(data), made.folder, self.folder / "keys", clock=clock)[0]
        catch_up(control, issuing=False)
        assert crew.faults(control) == []
        assert self._texts(control)[: made.seq] == self._texts(self.office.control)[: made.seq]
        self._throw_away(control, data)

    @precondition(lambda self: self.backups)
    @rule()
    def put_an_old_database_back(self) -> None:
        """Put the copied database beside Git as it is now: what it lacks is told, and adopted from Git."""
        catch_up(self.office.control)
        self._mend(put_together(self.backups[-1][1], self._settled(), self._place()), repair_by_adopting)

    @precondition(lambda self: self.backups)
    @rule()
    def put_an_old_git_back(self) -> None:
        """Put Git from the backup beside the database as it is now: what it lacks is told, and fetched back."""
        catch_up(self.office.control)
        mixed = put_together(self._settled(), self.data, self._place())
        shutil.rmtree(mixed / "library.git")
        bundle = self.backups[-1][0].folder / BUNDLE
        subprocess.run(["git", "clone", "--quiet", "--mirror", bundle, mixed / "library.git"], check=True)
        self._mend(mixed, lambda control: repair_by_fetching(control, self.data / "library.git"))

    def _mend(self, mixed: Path, mend: Any) -> None:
        """Expect that a mixture is told where anything is lost, and that mending it brings every event back."""
        control = crew.office_at(mixed, self.office.control._clock.instant).control
        is_whole = self._texts(control) == self._texts(self.office.control)
        told = verifying.verify(control).exit_code
        assert told != verifying.SOUND or is_whole
        after = mend(control)[1]
        assert after.exit_code in (verifying.SOUND, verifying.BEHIND), after.findings
        whole = self._texts(self.office.control)
        assert self._texts(control)[: len(whole)] == whole, "an event was lost in silence"
        self._throw_away(control, mixed)

    def _texts(self, control: Any) -> list[str]:
        with control.reading() as session:
            return list(session.scalars(select(crew.Event.text).order_by(crew.Event.seq)))

    def _place(self) -> Path:
        return self.folder / f"mixed-{next(self.places)}"

    def _settled(self) -> Path:
        """Let go of the database, so that it can be copied."""
        self.office.control.engine.dispose()
        return self.data

    def _throw_away(self, control: Any, data: Path) -> None:
        control.engine.dispose()
        drop_database(data)
        shutil.rmtree(data)

    @rule(tampering=st.sampled_from(TAMPERINGS))
    def tamper(self, tampering: str) -> None:
        """Change a copy of the library as an administrator of the machine could: the check says so."""
        copy = self._copy(self.data)
        control = crew.office_at(copy).control
        with control.engine.begin() as connection:
            connection.execute(text("UPDATE users SET department = department WHERE id = 0"))
            connection.execute(text(tampering))
        control.engine.dispose()
        self._expect(copy, {verifying.TAMPERED})

    def _copy(self, data: Path) -> Path:
        self.office.control.engine.dispose()
        copy = self.folder / f"copy-{next(self.places)}"
        copy_library(data, copy)
        return copy

    def _expect(self, data: Path, exit_codes: set[int]) -> None:
        control = crew.office_at(data).control
        report = verifying.verify(control)
        control.engine.dispose()
        drop_database(data)
        shutil.rmtree(data)
        assert report.exit_code in exit_codes, (report.exit_code, report.findings)

    # What must be true after every step. ---------------------------------------------------------------------

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        """Each document is where the model has it, and the full check finds nothing that is changed or lost."""
        if not hasattr(self, "office"):
            return
        report = verifying.verify(self.office.control)
        assert report.exit_code in (verifying.SOUND, verifying.BEHIND), report.findings
        with self.office.control.reading() as session:
            documents = {each.number: each for each in session.query(crew.Document)}
            for number, now in self.model.items():
                document = documents.get(number)
                found = document.in_force.number if document is not None and document.in_force is not None else 0
                assert found == now["in force"], f"{number}: {found} in force, {now}"
                still_open = document is not None and document.open_revision is not None
                assert still_open is (now["open"] != NONE), f"{number}: {now}"


def act_and_crash(
    data: Path, action: str, number: str, request_id: str, answers: Path, point: str, instant: Any
) -> None:
    """Do one thing and follow, in a process that ends at a named place where it passes one."""
    crew.quick_issue()
    office = crew.office_at(data, instant)
    os.environ[crew.CRASH_AT] = point
    crew.ACTIONS[action](office, number, request_id)
    crew.acknowledge(answers, request_id)
    catch_up(office.control)


def live_through(source: Path, histories: int, steps: int, chosen_seed: int) -> list[str]:
    """Let histories of so many steps happen to copies of a library; return how the first went wrong that did."""
    machine = type("TestedHistories", (Histories,), {"source": source})
    how = settings(
        max_examples=histories, stateful_step_count=steps, deadline=None, database=None, print_blob=False,
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet, phases=(Phase.generate,),
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(chosen_seed)(machine), settings=how)
    except Exception as error:
        return [f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])]
    return []


def run(scenes: Scenes, rounds: int, chosen_seed: int) -> Outcome:
    """Live through so many histories."""
    outcome = Outcome({"histories": str(rounds), "steps of each, at most": str(STEPS), "seed": str(chosen_seed)})
    crew.quick_issue()
    outcome.failures.extend(live_through(scenes.founded(), rounds, STEPS, chosen_seed))
    return outcome
