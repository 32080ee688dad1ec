"""Commands for checking that manual and issued files print, run as they stand there with the stock tools alone."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

TOOLS = ("git", "ssh-keygen", "sha256sum", "bash")
FENCED, INDENTED = re.compile(r"```\w*\n(.*?)```", re.S), re.compile(r"^ {4}( {0,2}\S.*)$", re.M)
needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="apt-get install git openssh-client coreutils bash"
)


def run(commands: str, folder: Path, **named: object) -> subprocess.CompletedProcess[str]:
    """Run commands in a folder, as somebody does who has nothing of docctl."""
    folder.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], **{name: str(value) for name, value in named.items()}}
    command = ["bash", "-euo", "pipefail", "-c", commands]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def of_manual(page: Path) -> list[str]:
    """Return the blocks of commands of a chapter of the manual in which one of the tools checks something."""
    blocks = FENCED.findall(page.read_text())
    return [block for block in blocks if any(re.search(rf"\b{tool}\b", block) for tool in (*TOOLS, "openssl"))]


def of_sheet(text: str) -> str:
    """Return the commands of a sheet that lies with issued files: the lines that are set in."""
    return "\n".join(INDENTED.findall(text))


def check_pack(made: tuple[str, bytes], folder: Path, *, changed: str = "") -> subprocess.CompletedProcess[str]:
    """Unpack an evidence pack, change a file of it, and do what its sheet said when it came."""
    name, pack = made
    folder.mkdir()
    (folder / name).write_bytes(pack)
    with zipfile.ZipFile(folder / name) as read:
        read.extractall(folder)
        commands = of_sheet(read.read("README.txt").decode())
    if changed:
        (folder / changed).write_bytes((folder / changed).read_bytes() + b"x")
    return run(commands, folder)
