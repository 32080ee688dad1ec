"""Which docctl this is: its version, and the commit it was built from or runs in."""

import re
import subprocess
from importlib import metadata
from pathlib import Path

NUMBER = "0.1.0"
_TREE = Path(__file__).resolve().parent.parent
_COMMIT = re.compile(r"[0-9a-f]{7,40}(-dirty)?")


def version() -> str:
    """Return the version with the commit behind a plus, as 0.1.0+1f0cd1f; “.changed” where files differ from it."""
    if (_TREE / "pyproject.toml").is_file():
        return version_of_tree()
    return metadata.version("docctl")


def version_of_tree() -> str:
    """Return the version of this source tree, which a build writes into the wheel."""
    commit = _commit_of_tree() if (_TREE / ".git").exists() else ""
    return f"{NUMBER}+{commit.replace('-dirty', '.changed')}" if commit else NUMBER


def _commit_of_tree() -> str:
    """Return the commit that is checked out; nothing where Git does not say."""
    command = ["git", "-C", str(_TREE), "describe", "--always", "--exclude=*", "--abbrev=7", "--dirty"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said if _COMMIT.fullmatch(said) else ""
