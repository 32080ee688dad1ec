"""Somebody who trusts nobody: clones a library, and checks it with the verifier alone, in an empty environment."""

import shutil
import subprocess
import sys
from pathlib import Path

import docctl

VERIFIER = Path(docctl.__file__).parent / "evidence" / "verify_library.py"


def check_clone(library: Path, folder: Path, *checkpoints: Path) -> tuple[int, str]:
    """Clone a library into a folder, check the clone, and return the exit and what was told."""
    clone = folder / "clone.git"
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--mirror", library, clone], check=True, capture_output=True)
    command = [sys.executable, "-I", "-S", VERIFIER, clone, *checkpoints]
    run = subprocess.run(command, env={}, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr
