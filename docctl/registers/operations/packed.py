"""How the Git library lies on the disk: whether it is packed, and what kept it from being packed."""

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.operations.health import OK, WARNING, Check
from docctl.domain.operations.packing_note import LOOSE_AT_MOST, PACKING_NOTE, PACKS_AT_MOST, PackingNote

_MAY_WAIT = 4
_NOW = "Run “docctl storage pack”, and see whether “docctl serve” runs, which does it by itself."


def check_packing(control: DocumentControl) -> Check:
    """Say how much of the Git library is packed, and where packing failed, was cut off or is long overdue."""
    path, folder = control.data / PACKING_NOTE, control.library.folder
    note = PackingNote.from_text(path.read_text()) if path.is_file() else PackingNote()
    loose, packs = sum(1 for _ in tools.git_library.loose_objects(folder)), len(tools.git_library.packs_in(folder))
    said = f"{loose:,} objects of the Git library are loose, beside {packs} packs."
    if note.trouble:
        tried = f"The Git library could not be packed at {note.tried_at[:16].replace('T', ' ')} UTC, and is whole: "
        return Check("packing", WARNING, tried + note.trouble, "It is tried again; or run “docctl storage pack”.")
    if tools.git_library.was_cut_off(control.library):
        return Check("packing", WARNING, f"A packing was cut off; nothing is lost. {said}", _NOW)
    if loose > _MAY_WAIT * LOOSE_AT_MOST or packs > _MAY_WAIT * PACKS_AT_MOST:
        return Check("packing", WARNING, said, _NOW)
    return Check("packing", OK, said)
