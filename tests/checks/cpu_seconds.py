"""What the tests of each file cost in CPU seconds, with all processes that they start: -p tests.checks.cpu_seconds.

On a machine that others use as well, only these seconds say whether a change made the tests cheaper.
"""

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

SHOWN = 40
_TICKS = os.sysconf("SC_CLK_TCK")
_SPENT_BY, _RUN_BY = Counter[str](), Counter[str]()


def spent() -> float:
    """Return what this process has spent, with all that it started, whether they have ended or not."""
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system + _spent_below(Path("/proc/self"))


def _spent_below(process: Path) -> float:
    total = 0.0
    for listed in process.glob("task/*/children"):
        for child in _read(listed).split():
            # After the name in brackets: state, ..., own user and system time, those of ended children (proc(5)).
            fields = _read(Path("/proc", child, "stat")).rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) / _TICKS + _spent_below(Path("/proc", child))
    return total


def _read(file: Path) -> str:
    """Return what a file of a process says; nothing where the process has ended by now."""
    try:
        return file.read_text()
    except OSError:
        return ""


def table(spent_by: Counter[str], run_by: Counter[str]) -> list[str]:
    """Return the dearest files, each with its CPU seconds and its tests, and the sum of all."""
    lines = [f"{seconds:8.1f} CPU s {run_by[file]:5} tests  {file}" for file, seconds in spent_by.most_common(SHOWN)]
    return [*lines, f"{sum(spent_by.values()):8.1f} CPU s {sum(run_by.values()):5} tests  together"]


class _Meter:
    """Looks at what was spent whenever a part of a test has ended."""

    def __init__(self) -> None:
        self._before = spent()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note with a part of a test what was spent since the part before."""
        report, now = (yield), spent()
        report.cpu_seconds, self._before = now - self._before, now
        return report


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to look when everything is loaded."""
    session.config.pluginmanager.register(_Meter())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add a part of a test to its file, whichever process ran it."""
    file = report.nodeid.partition("::")[0]
    _SPENT_BY[file] += report.cpu_seconds
    _RUN_BY[file] += report.when == "call"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    for line in table(_SPENT_BY, _RUN_BY):
        terminalreporter.write_line(line)
