"""What pandoc made of a text, kept for all processes of a run: it makes the same of the same text each time."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from docctl.adapters.conversion import pandoc

OUTPUT = "output"


def convert_once(kept: Path) -> None:
    """Ask pandoc only for what it was not asked before in the same words, or refused."""
    kept.mkdir(exist_ok=True)
    pandoc._run = _answering_from(kept, pandoc._run)


def _answering_from(
    kept: Path, ask_pandoc: Callable[[list[str], Path, float], None]
) -> Callable[[list[str], Path, float], None]:
    def run(command: list[str], root: Path, seconds: float) -> None:
        answer = kept / _name_of(command, root, seconds)
        if answer.exists():
            (root / OUTPUT).write_bytes(answer.read_bytes())
            return
        ask_pandoc(command, root, seconds)
        draft = answer.with_name(f"{answer.name}.{os.getpid()}.{threading.get_ident()}")
        draft.write_bytes((root / OUTPUT).read_bytes())
        draft.replace(answer)

    return run


def _name_of(command: list[str], root: Path, seconds: float) -> str:
    digest = hashlib.sha256(repr((command, seconds)).encode())
    for part in _parts_of(root):
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def _parts_of(root: Path) -> Iterator[bytes]:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield os.fsencode(path.relative_to(root))
            yield path.read_bytes()
