"""When all of the library was last checked while it was served, and what came of it."""

from datetime import datetime

from docctl.document_control import DocumentControl
from docctl.domain.operations.health import OK, WARNING, Check
from docctl.domain.operations.round_note import EVERY, RoundNote

_MAY_BE_LATE = 8 * EVERY


def check_rounds(control: DocumentControl) -> Check:
    """Say when the last round was; warn where it found something, or is long ago."""
    note = RoundNote.of(control.data)
    if not note.checked_at:
        return Check("round", OK, "No round was gone yet; “docctl serve” goes one every 15 minutes.")
    at = f"{note.checked_at[:16].replace('T', ' ')} UTC"
    if note.sound_at != note.checked_at:
        said = f"The round at {at} says: {note.said}"
        return Check("round", WARNING, said, "Run “docctl verify”, which says what it is.")
    if control.now() - datetime.fromisoformat(note.checked_at) > _MAY_BE_LATE:
        said = f"The last round was at {at}; “docctl serve” goes one every 15 minutes."
        return Check("round", WARNING, said, "See whether “docctl serve” runs, or run “docctl verify”.")
    return Check("round", OK, f"The round at {at} found the library sound.")
