"""How much of the rules and of what people do the tests pass through, branch by branch: printed, and held to a limit.

A plugin of pytest, named by PYTEST_PLUGINS so that it is there before anything of docctl is imported. SlipCover puts
its probes into the code of these rooms alone, when it is imported; a tracer sees every call and doubles the time.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage

AT_LEAST_PERCENT = 95.0
HOME = Path(__file__).resolve().parents[2]
ROOMS = ("docctl/domain", "docctl/actions")
# Not DOCCTL_...: those are settings, and the program refuses one that it does not know.
PLACE = "BRANCHES_PASSED_THROUGH"


def looking_on() -> Slipcover:
    """Put probes into whatever of these rooms is imported from now on."""
    already = [name for name in sys.modules if name.startswith(tuple(room.replace("/", ".") for room in ROOMS))]
    assert not already, f"imported before anything could look on: {already[:3]}"
    sources = [str(HOME / room) for room in ROOMS]
    slipcover = Slipcover(branch=True, source=sources)
    ImportManager(slipcover, FileMatcher(sources=sources)).__enter__()
    return slipcover


def seen_by_all(folder: Path) -> dict[str, Any]:
    """Return what all processes of a run passed through."""
    seen: dict[str, Any] = reduce(merge_coverage, (json.loads(path.read_text()) for path in folder.glob("*.json")))
    return seen


def share_of(seen: dict[str, Any]) -> float:
    """Return the share of lines and branches that were passed through, in percent."""
    percent: float = seen["summary"]["percent_covered"]
    return percent


def lacking(seen: dict[str, Any]) -> Iterator[str]:
    """Give the files of which most is lacking, with the lines and branches."""
    files = seen["files"].items()
    for name, each in sorted(files, key=lambda one: -len(one[1]["missing_lines"]) - len(one[1]["missing_branches"])):
        lines, branches = each["missing_lines"], each["missing_branches"]
        if lines or branches:
            yield f"{name}: lines {lines}, branches {[f'{a}->{b}' for a, b in branches]}"


def verdict(percent: float) -> str:
    """Say what was passed through, and whether it is enough."""
    short = "" if percent >= AT_LEAST_PERCENT else f", and at least {AT_LEAST_PERCENT:g} % are asked for"
    return f"Lines and branches of {' and '.join(ROOMS)} passed through by tests: {percent:.1f} %{short}."


def is_whole(paths_from: pytest.Config.ArgsSource, keyword: str) -> bool:
    """Say whether a run is one of all tests; of some alone nobody expects that they pass through everything."""
    return paths_from is pytest.Config.ArgsSource.TESTPATHS and not keyword


class BranchCoverage:
    """Looks on in this process; the process that began the run puts together what all of them saw."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._slipcover, self._told = folder, looking_on(), ""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep what was seen; fail a run of all tests where all processes together saw too little."""
        kept = self._folder / f"{os.getpid()}.json"
        kept.write_text(json.dumps(self._slipcover.get_coverage()))
        if not hasattr(session.config, "workerinput"):
            seen = seen_by_all(self._folder)
            shutil.rmtree(self._folder)
            self._told = verdict(share_of(seen))
            whole = is_whole(session.config.args_source, session.config.getoption("keyword"))
            if share_of(seen) < AT_LEAST_PERCENT and whole:
                self._told = "\n".join((*lacking(seen), self._told))
                session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print it."""
        terminalreporter.write_line(self._told)


def pytest_configure(config: pytest.Config) -> None:
    """Let what looks on hear of the end of the run."""
    config.pluginmanager.register(LOOKING_ON)


if os.environ.get("PYTEST_PLUGINS") == __name__:
    LOOKING_ON = BranchCoverage(Path(os.environ.setdefault(PLACE, tempfile.mkdtemp(prefix="docctl-branches-"))))
