"""Copies of a library from different times, put together as a careless restore would."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docctl.document_control import DocumentControl
from tests.checks.faults import crew
from tests.factories.databases import copy_library
from tests.factories.library import Office


@dataclass(frozen=True)
class Ages:
    """A library as it was once and as it became, a mirror of its newer Git repository, and its time."""

    older: Path
    newer: Path
    mirror: Path
    instant: datetime


def live_on(office: Office, folder: Path) -> Ages:
    """Let a library live on, and keep copies of what it was and became in a folder."""
    control, mirror = office.control, folder / "mirror.git"
    office.publish("POL-001")
    crew.recover(control.data).control.engine.dispose()
    older = keep_copy(control, folder / "older")
    office.revise("POL-001", "# Purpose\n\nAnew.\n")
    office.submit(office.write("POL-002"))
    crew.recover(control.data).control.engine.dispose()
    newer = keep_copy(control, folder / "newer")
    subprocess.run(["git", "clone", "--quiet", "--mirror", "--no-local", newer / "library.git", mirror], check=True)
    return Ages(older, newer, mirror, control.now())


def keep_copy(control: DocumentControl, folder: Path) -> Path:
    """Copy a library that nobody works in at this moment: folder and database."""
    control.engine.dispose()
    control.library.let_go()
    copy_library(control.data, folder)
    return folder


def _keep_longer(source: str, target: str) -> None:
    """Records are lines one after the other, and lie with whichever of the two is newer."""
    if not Path(target).exists() or Path(target).stat().st_size < Path(source).stat().st_size:
        shutil.copyfile(source, target)


def put_together(database: Path, git: Path, folder: Path) -> Path:
    """Make a library of the database of one copy and of the Git repository, keys and all, of another."""
    copy_library(database, folder)
    for name in ("library.git", "keys"):
        shutil.rmtree(folder / name)
        shutil.copytree(git / name, folder / name)
    shutil.copytree(git / "records", folder / "records", dirs_exist_ok=True, copy_function=_keep_longer)
    return folder
