"""What a process that ended left unfinished: whole up to there, unless the machine itself went down since."""

from pathlib import Path

_THIS_START = Path("/proc/sys/kernel/random/boot_id")


def mark_unfinished(mark: Path) -> None:
    """Note that writing has begun, and in which start of the machine; whoever looks meets no half of the note."""
    draft = mark.with_name(f"{mark.name}.new")
    draft.write_text(_this_start())
    draft.replace(mark)


def may_be_torn(mark: Path) -> bool:
    """Say whether what was being written may be on disk in part only, as after a loss of power."""
    try:
        begun = mark.read_text(errors="replace")
    except FileNotFoundError:
        return False
    return not begun or begun != _this_start()


def _this_start() -> str:
    return _THIS_START.read_text() if _THIS_START.exists() else ""
