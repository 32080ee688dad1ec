"""Batches: what a controller sent in the browser is kept aside, in a folder of its own, until it is confirmed."""

import json
import re
import secrets
import time
from pathlib import Path
from typing import Any

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import NotFoundError
from docctl.domain.rights.permission import Right, require

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_PERSON = "person"


def new_folder(control: DocumentControl, person_id: int, kind: str) -> Path:
    """Make the folder of a controller's new batch, named by its key; what nobody confirmed for a week is cleared."""
    _require_controller(control, person_id)
    batches = control.data / "staging" / kind
    batches.mkdir(mode=0o700, parents=True, exist_ok=True)
    tools.data_folder.clear_staging(control.data, time.time())
    folder = batches / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    (folder / _PERSON).write_text(str(person_id))
    return folder


def own_folder(control: DocumentControl, person_id: int, kind: str, key: str) -> Path:
    """Return the folder of a person's own batch; raise NotFoundError for any other."""
    _require_controller(control, person_id)
    folder = control.data / "staging" / kind / key
    if _KEY.fullmatch(key) is None or not folder.is_dir() or (folder / _PERSON).read_text() != str(person_id):
        raise NotFoundError("There is no such batch of files, or it was cleared away; begin a new one.")
    return folder


def write_note(path: Path, value: Any) -> None:
    """Write a note of a batch as JSON, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False))
    part.replace(path)


def read_note(path: Path, otherwise: Any = None) -> Any:
    """Return a note of a batch, or what stands for one that was never written."""
    return json.loads(path.read_text()) if path.exists() else otherwise


def _require_controller(control: DocumentControl, person_id: int) -> None:
    with control.reading() as session:
        require(control.reader(session, person_id), Right.CONTROL)
