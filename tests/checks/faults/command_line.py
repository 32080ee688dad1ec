"""The docctl command in a process of its own that has its modules already, and may be told where to end at once."""

import os
import subprocess
import tempfile
from pathlib import Path

from docctl.cli import main
from docctl.machine.crash_point import CRASH_AT
from tests.checks.faults.crew import run

STANDARD_OUTPUT, STANDARD_ERROR = 1, 2


def docctl(*arguments: object, crash_at: str = "") -> subprocess.CompletedProcess[str]:
    """Run docctl with nothing of this environment; end it at a named place if there is one."""
    given = list(map(str, arguments))
    with tempfile.TemporaryDirectory(prefix="docctl-said-") as folder:
        said, complained = Path(folder) / "said", Path(folder) / "complained"
        exit_code = run(_carry_out, given, crash_at, said, complained)
        return subprocess.CompletedProcess(given, exit_code, said.read_text(), complained.read_text())


def _carry_out(arguments: list[str], crash_at: str, said: Path, complained: Path) -> None:
    for descriptor, file in ((STANDARD_OUTPUT, said), (STANDARD_ERROR, complained)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
    os.environ.clear()
    os.environ |= {"PATH": "/usr/bin:/bin"} | ({CRASH_AT: crash_at} if crash_at else {})
    main(arguments, prog_name="docctl")
