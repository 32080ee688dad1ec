"""The machine that a library runs on: versions of its tools, file modes, the clock, and the file system below."""

import ctypes
import importlib.metadata
import os
import platform
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

NETWORK_FILE_SYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "fuse.sshfs",
    "fuse.s3fs",
}
WITHIN_SECONDS = 10
CLOCK_IS_NOT_SET = 5
WORKING_FOLDERS = ("docctl-pandoc-*", "docctl-pdf-*", "docctl-scan-*", "docctl-evidence-*", "docctl-copy-*")
ABANDONED_AFTER_SECONDS = 6 * 3600
_SAFE_GIT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}


def version_of(tool: str) -> str:
    """Return the version of Python, of one of its libraries, or of a program; empty where it is missing."""
    if tool == "Python":
        return platform.python_version()
    if shutil.which(tool):
        return said_by(tool, "--version")
    try:
        return importlib.metadata.version(tool)
    except importlib.metadata.PackageNotFoundError:
        return ""


def said_by(*command: str) -> str:
    """Return the first line that a program says; empty where it fails or hangs."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": "/nonexistent", **_SAFE_GIT}
    try:
        run = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=WITHIN_SECONDS,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.strip().partition("\n")[0].partition(" (")[0]


def git_settings(repository: Path) -> list[str]:
    """Return the names of the settings that a repository keeps for itself, as Git spells them."""
    run = subprocess.run(
        ["git", "config", "--file", str(repository / "config"), "--name-only", "--list"],
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        env={"PATH": os.environ.get("PATH", os.defpath), **_SAFE_GIT},
        check=False,
    )
    return run.stdout.split()


def planted_hooks(repository: Path) -> list[str]:
    """Return the names of the hooks that somebody put into a repository."""
    hooks = repository / "hooks"
    return sorted(path.name for path in hooks.glob("*") if path.suffix != ".sample") if hooks.is_dir() else []


def exposed(folder: Path) -> Iterator[Path]:
    """Give what is below a folder that others may write, or that belongs to somebody else."""
    own = os.geteuid()
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                facts = entry.stat(follow_symlinks=False)
                if facts.st_uid != own or (not entry.is_symlink() and facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
                    yield Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    pending.append(Path(entry.path))


def mode_of(path: Path) -> int | None:
    """Return who may do what with a file, as its mode; None where it is missing."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None


def clear_abandoned_folders(now: float) -> int:
    """Remove working folders of what was killed, because they hold texts and tables; say how many.

    ``now`` in seconds since 1970. Younger ones and those of other users stay.
    """
    cleared = 0
    for pattern in WORKING_FOLDERS:
        for folder in Path(tempfile.gettempdir()).glob(pattern):
            with suppress(FileNotFoundError):
                found = folder.lstat()
                is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
                if is_own and now - found.st_mtime > ABANDONED_AFTER_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
                    cleared += 1
    return cleared


def network_file_system(folder: Path) -> str:
    """Return the kind of network file system below a folder; empty for a disk of this machine."""
    kind, longest = "", -1
    try:
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return ""
    for line in mounts:
        _, point, mounted = line.split(" ")[:3]
        point = point.replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= longest:
            kind, longest = mounted, len(point)
    return kind if kind in NETWORK_FILE_SYSTEMS else ""


def clock_is_set() -> bool | None:
    """Say whether the kernel knows its clock to be kept by a time server; None where that cannot be told."""
    asked = ctypes.create_string_buffer(512)
    try:
        return int(ctypes.CDLL(None).adjtimex(asked)) != CLOCK_IS_NOT_SET
    except (AttributeError, OSError):
        return None


def reaches(host: str, port: int) -> bool:
    """Say whether a server takes a connection."""
    try:
        with socket.create_connection((host, port), timeout=3):
            return True
    except OSError:
        return False
