"""Repairs what is only behind, by safe steps forward; what was changed or lost is told, and never written over."""

from pathlib import Path

from docctl.document_control import DocumentControl
from docctl.document_control.trust import VERIFY
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.events.operations import LibraryRepaired
from docctl.followers import git_refs, library_snapshot, records
from docctl.followers.catching_up import catch_up, clear_up
from docctl.followers.watermark import forget_what_never_happened
from docctl.recovery.adopting import Adopted, adopt_git
from docctl.recovery.fetching import Fetched, fetch_back, record_fetched
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import ADOPT, BROKEN, FETCH, REPAIRABLE, Progress
from docctl.registers.integrity.report import IntegrityReport


def repair(control: DocumentControl, progress: Progress | None = None) -> tuple[IntegrityReport, IntegrityReport]:
    """Bring forward what is behind, with an event that says what was found; return what was found before and after.

    Where anything was changed, lost or not seen nothing is touched, because a repair would cover the traces.
    """
    before = verifying.verify(control, progress)
    if before.doubt:
        return before, before
    control.trust.forget(VERIFY)
    behind = [finding for finding in before.findings if finding.severity == REPAIRABLE]
    if not behind:
        return before, before
    clear_up(control)
    records.write_again(control)
    with control.deciding(None) as decision:
        found = [f"{finding.rule} {finding.sentence}" for finding in behind]
        decision.record(LibraryRepaired(found=found), "the library")
    forget_what_never_happened(control)
    catch_up(control, issuing=False)
    return before, verifying.verify(control, progress)


def repair_by_adopting(
    control: DocumentControl, progress: Progress | None = None
) -> tuple[Adopted, IntegrityReport]:  # fmt: skip
    """Bring an older database forward to the events that Git holds; return what was adopted, and what is found then.

    Raises LibraryMismatchError, and touches nothing, where anything else was changed or lost.
    """
    before = verifying.verify(control, progress)
    for finding in before.findings:
        # A file that is missing may be one that was disposed of since; what is adopted is checked as a whole.
        if finding.severity == BROKEN and finding.remedy not in (ADOPT, FETCH):
            raise LibraryMismatchError(
                "Nothing was adopted, because more is wrong: %(sentence)s", sentence=finding.sentence
            )
    adopted = adopt_git(control, progress)
    if adopted.events or not before.doubt:
        control.trust.forget(VERIFY)
        catch_up(control, issuing=False)
    return adopted, verifying.verify(control, progress)


def repair_by_fetching(
    control: DocumentControl, source: Path | str, progress: Progress | None = None
) -> tuple[Fetched, IntegrityReport]:  # fmt: skip
    """Bring back from elsewhere what Git lost; return what came back, and what is found then.

    Raises LibraryMismatchError, and touches nothing, where anything else was changed. While something is nowhere to be
    found, it is told by verify, and nothing is recorded.
    """
    before = verifying.verify(control, progress)
    for finding in before.findings:
        if finding.severity == BROKEN and finding.remedy != FETCH:
            raise LibraryMismatchError(
                "Nothing was fetched, because more is wrong: %(sentence)s", sentence=finding.sentence
            )
    done = fetch_back(control, source, progress)
    if not done.nowhere:
        clear_up(control)
        while git_refs.follow(control) + library_snapshot.follow(control):
            continue
    after = verifying.verify(control, progress)
    amiss = next((finding for finding in after.findings if finding.severity == BROKEN), None)
    if amiss is not None:
        control.trust.remember(amiss.sentence, VERIFY, after.finished_at.isoformat(), amiss.remedy)
        return done, after
    control.trust.forget(VERIFY)
    record_fetched(control, done)
    catch_up(control, issuing=False)
    return done, after
