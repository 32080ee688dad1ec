"""Copies of a library from different times, put together as a careless restore would."""

import shutil
from pathlib import Path

from docctl.document_control import DocumentControl
from tests.factories.databases import copy_library


def keep_copy(control: DocumentControl, folder: Path) -> Path:
    """Copy a library that nobody works in at this moment: folder and database."""
    control.engine.dispose()
    control.library.let_go()
    copy_library(control.data, folder)
    return folder


def put_together(database: Path, git: Path, folder: Path) -> Path:
    """Make a library of the database of one copy and of the Git repository, keys and all, of another."""
    copy_library(database, folder)
    for name in ("library.git", "keys"):
        shutil.rmtree(folder / name)
        shutil.copytree(git / name, folder / name)
    return folder
