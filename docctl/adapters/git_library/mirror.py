"""A mirror of the library elsewhere: what is new is pushed to it, never forced, and it denies what was rewritten."""

import re
from pathlib import Path

from git import Git

from docctl.domain.errors import InvalidInputError, MirrorError, MirrorRefusedError

_REFS = ("refs/heads/ledger", "refs/heads/documents/*", "refs/tags/*", "refs/heads/library")
_SAFE = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "protocol.allow=never",
    "-c",
    "gc.auto=0",
)
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
    "LC_ALL": "C",
}
WITHIN_SECONDS = 300


def push(folder: Path, address: str) -> None:
    """Bring a mirror up to date; raise MirrorRefusedError where it denies something, MirrorError where it is away."""
    allowed = f"protocol.{protocol_of(address)}.allow=always"
    command = ["git", *_SAFE, "-c", allowed, "push", "--porcelain", "--no-verify", "--no-follow-tags", "--", address]
    refs = [f"{ref}:{ref}" for ref in _REFS]
    status, said, trouble = Git(str(folder)).execute(
        [*command, *refs], env=_ENVIRONMENT, with_extended_output=True, with_exceptions=False,
        kill_after_timeout=WITHIN_SECONDS,
    )  # fmt: skip
    refused = re.findall(r"^!\t[^:\t]*:(\S+)\t", str(said), re.M)
    if refused:
        raise MirrorRefusedError(f"The mirror denied to let {', '.join(refused)} be rewritten; run docctl verify.")
    if status:
        last = str(trouble).strip().splitlines() or ["it does not answer"]
        raise MirrorError(f"The mirror could not be brought up to date: {last[-1]}")


def protocol_of(address: str) -> str:
    """Return by which protocol a mirror is reached; raise InvalidInputError for any but files, ssh and https."""
    if address.startswith("/"):
        return "file"
    if found := re.match(r"(ssh|https)://[^-]", address):
        return found[1]
    if re.match(r"[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^:]", address):
        return "ssh"
    raise InvalidInputError("DOCCTL_MIRROR names a full path, or an address by ssh or https, of a bare repository.")
