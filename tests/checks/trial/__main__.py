"""Try a folder of files: ``python -m tests.checks.trial FOLDER [--seconds N] [--pages LibreOffice]``.

It prints a table, a row a file, and below a row where the files as issued do not say what the page says.
"""

import argparse
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from docctl import tools
from docctl.actions.documents.recognising import unforeseen
from docctl.actions.intake import importing
from docctl.actions.intake.files_of_folders import files_below
from docctl.actions.intake.importing import Adoption
from docctl.actions.issued_files import exporting
from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.errors import DocctlError
from docctl.domain.intake.import_verdict import REFUSED
from docctl.domain.issued_files.rendition import LIBREOFFICE, TYPST
from docctl.domain.rights.permission import Library
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity import verifying
from tests.checks.trial.counting import count_reading_view, count_word, pdf_pages_and_faults

HOME = Path(__file__).resolve().parents[3]
AT_ONCE = 2
SECONDS_FOR_ONE = 240
MEMORY_OF_ONE = 4 * 1024**3
RECALL_EXPECTED = 0.99
_TECHNICAL = re.compile(
    r"Traceback|Error\b|Exception|errno|exit code|depth exceeded|0x[0-9a-f]{4}|/tmp/", re.IGNORECASE
)


@dataclass
class Trial:
    """What came of one file."""

    path: str
    verdict: str = "died"
    seconds: float = 0.0
    recall: float | None = None
    tables: str = ""
    pictures: str = ""
    pages: int = 0
    said: str = ""
    faults: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def try_file(data: Path, controller: int, path: Path, answer: Path, pages: str = TYPST) -> None:
    """Import one file in a process of its own, issue it, and count what arrived."""
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_OF_ONE, MEMORY_OF_ONE))
    began, trial = time.monotonic(), Trial(str(path))
    try:
        control = DocumentControl.open(data, f"sqlite:///{data}/docctl.db")
        control.keeps_word_pages = pages == LIBREOFFICE
        [verdict] = importing.import_files(
            control, controller, [path], adoption=Adoption(evidence="a trial"), workers=1
        )
        trial.verdict, trial.said, trial.recall = verdict.status, verdict.reason, verdict.recall
        if verdict.status == REFUSED:
            trial.faults += unclear(verdict.reason)
        else:
            trial.said = "; ".join(verdict.losses)
            _issue_and_count(control, verdict.number, path, trial)
            trial.verdict = "held up" if trial.differences else trial.verdict
    except DocctlError as refusal:
        trial.verdict, trial.said = "unissued", str(refusal)
        trial.faults += unclear(trial.said)
    except Exception as trouble:
        trial.verdict = "crashed"
        trial.faults.append(f"{type(trouble).__name__}: {trouble} at {traceback.extract_tb(trouble.__traceback__)[-1]}")
    trial.seconds = time.monotonic() - began
    answer.write_text(json.dumps(asdict(trial)))


def unclear(refusal: str) -> list[str]:
    """Return what is wrong with the sentence of a refusal: it says what was refused and why, and no more."""
    if refusal == str(unforeseen()):
        return ["a damage that nobody foresaw; the log has the particulars"]
    if not refusal.endswith(".") or "\n" in refusal or _TECHNICAL.search(refusal):
        return ["refused without a clear sentence"]
    return []


def _issue_and_count(control: DocumentControl, number: str, path: Path, trial: Trial) -> None:
    with control.reading() as session:
        revision = session.query(Document).filter_by(number=number).one().revisions[-1]
        html = control.read_text(Library.ITSELF, revision.current).html
        sheet = exporting.issue_sheet(control, session, revision)
        template = exporting.template_for(control, session, revision)
    made = exporting.built_and_read_back(control, revision, sheet, template)
    trial.differences = list(map(str, made.differences))
    word, pdf = (made.files[kind].data for kind in (exporting.WORD, exporting.PDF))
    tools.word_package.check_word_package(word)
    trial.pages, faults = pdf_pages_and_faults(pdf)
    trial.faults += faults
    if trial.recall is not None and path.suffix.lower() not in (".md", ".markdown"):
        there, arrived = count_word(path.read_bytes()), count_reading_view(html)
        trial.tables, trial.pictures = f"{arrived.tables}/{there.tables}", f"{arrived.pictures}/{there.pictures}"
        if trial.recall < RECALL_EXPECTED:
            trial.faults.append(f"only {trial.recall:.1%} of the words")
        if arrived.tables < there.tables:
            trial.faults.append("tables missing")
        if arrived.pictures < there.pictures:
            trial.faults.append("pictures missing")


def try_all(
    data: Path, controller: int, files: Iterable[Path], folder: Path, seconds: float, pages: str
) -> Iterator[Trial]:  # fmt: skip
    """Try files, some at a time; one that takes too long is ended, and says so."""
    start = multiprocessing.get_context("fork")
    waiting, running = list(enumerate(files)), dict[int, tuple[BaseProcess, Path, Path, float]]()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            place, path = waiting.pop(0)
            answer = folder / f"{place}.json"
            process = start.Process(target=try_file, args=(data, controller, path, answer, pages))
            process.start()
            running[place] = (process, path, answer, time.monotonic())
        for place, (process, path, answer, began) in list(running.items()):
            late = time.monotonic() - began > seconds
            if process.is_alive() and not late:
                continue
            if late and process.pid is not None:
                os.killpg(process.pid, signal.SIGKILL)
            process.join()
            del running[place]
            yield _outcome(path, answer, time.monotonic() - began, late)
        time.sleep(0.02)


def _outcome(path: Path, answer: Path, took: float, late: bool) -> Trial:
    if answer.exists():
        return Trial(**json.loads(answer.read_text()))
    fault = f"did not end within {took:.0f} s" if late else "the process died"
    return Trial(str(path), seconds=took, faults=[fault])


def show(trials: Iterable[Trial], root: Path) -> list[Trial]:
    """Print a row for each file as it ends."""
    print(
        f"{'verdict':9}{'s':>7} {'recall':>7} {'tables':>8} {'pictures':>9} {'pages':>6}  file: what was said; faults"
    )
    done = []
    for trial in trials:
        name = os.path.relpath(trial.path, root)
        recall = "" if trial.recall is None else f"{trial.recall:.4f}"
        said = "; ".join(filter(None, (trial.said[:160], *(f"FAULT {fault}" for fault in trial.faults))))
        row = f"{trial.verdict:9}{trial.seconds:7.2f} {recall:>7} {trial.tables:>8} {trial.pictures:>9} {trial.pages:6}"
        for line in (f"{row}  {name}: {said}", *(f"{'':9} {each}" for each in trial.differences)):
            print("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line), flush=True)
        done.append(trial)
    return done


def main() -> int:
    """Try every file below a folder; the exit is 0 where each was imported whole or refused in a clear sentence."""
    asked = argparse.ArgumentParser(prog="python -m tests.checks.trial", description="Try a folder of files.")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--seconds", type=float, default=SECONDS_FOR_ONE, help="time for one file")
    asked.add_argument("--pages", choices=(TYPST, LIBREOFFICE), default=TYPST, help="whose pages the PDFs have")
    asked.add_argument("--report", type=Path, help="write what came of the files here, as JSON")
    chosen = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="docctl-trial-"))
    try:
        control = DocumentControl.found(folder / "data", f"sqlite:///{folder}/data/docctl.db")
        administering.found_library(control, "A trial", "UTC")
        controller = administering.add_user(
            control, None, login="controller", name="Controller", roles=["administrator", "controller"]
        )
        control.engine.dispose()
        files, began = files_below([chosen.folder]), time.monotonic()
        trials = show(try_all(folder / "data", controller, files, folder, chosen.seconds, chosen.pages), chosen.folder)
        took = time.monotonic() - began
        catch_up(control, issuing=False)
        report = verifying.verify(control)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if chosen.report:
        chosen.report.write_text(json.dumps([asdict(trial) for trial in trials], indent=1))
    counted = Counter(trial.verdict for trial in trials)
    bad = [trial for trial in trials if trial.faults]
    named = ", ".join(
        f"{counted.pop(verdict, 0)} {verdict}" for verdict in ("imported", "held up", "refused", "unissued")
    )
    print(
        f"{len(trials)} files in {took:.0f} s: {named}, {counted.total()} crashed; {len(bad)} with faults. "
        f"{report.summary}"
    )
    return 1 if bad or report.exit_code else 0


if __name__ == "__main__":
    sys.exit(main())
