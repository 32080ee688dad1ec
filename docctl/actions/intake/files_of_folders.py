"""Files of folders: what is to be imported from the disk of this machine, with the pictures that lie beside it."""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from docctl.actions.documents.recognising import ReadFile, pictures_named, shown_name, taken_in, understood
from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError
from docctl.texts.picture import LARGEST_PICTURE


def files_below(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are named, and those in the folders that are named, in order; hidden ones are left out.

    A folder that cannot be read stands in the list itself, so that it gets its verdict.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside: list[Path] = []
        unreadable: list[Path] = []

        def note(trouble: OSError, into: list[Path] = unreadable, folder: Path = path) -> None:
            into.append(Path(trouble.filename or folder))

        for folder, folders, names in os.walk(path, onerror=note):
            folders[:] = [name for name in folders if not _is_hidden(name)]
            inside.extend(Path(folder) / name for name in names if not _is_hidden(name))
        found.extend(sorted([*inside, *unreadable]))
    return found


def understood_with_pictures(control: DocumentControl, path: Path, shown: set[Path]) -> ReadFile | DocctlError:
    """Read a file with the pictures beside it that it shows, which are noted as shown."""

    def find(name: str) -> bytes:
        try:
            beside = (path.parent / unquote(name)).resolve()
            content = (
                taken_in(control, beside, LARGEST_PICTURE) if beside.is_relative_to(path.parent.resolve()) else b""
            )
        except (DocctlError, OSError, ValueError):
            return b""
        shown.add(beside)
        return content

    data = taken_in(control, path, through_link=True)
    return understood(control, shown_name(path.name), data, pictures_named(path.name, data, find))


def named(path: Path) -> str:
    """Return a path as it can be written down, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "replace")


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))
