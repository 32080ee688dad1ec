"""A mirror of the library elsewhere: what is new is pushed to it, never forced, and it denies what was rewritten."""

import re
from collections.abc import Iterable
from pathlib import Path

from git import Git

from docctl.adapters.git_library import shut_in
from docctl.domain.errors import InvalidInputError, MirrorError, MirrorRefusedError

_REFS = ("refs/heads/ledger", "refs/heads/documents/*", "refs/tags/*", "refs/heads/library")
WITHIN_SECONDS = 300


def push(folder: Path, address: str, left_out: Iterable[str] = ()) -> None:
    """Bring a mirror up to date, but for what is left out.

    Raises MirrorRefusedError where it denies something, MirrorError where it is away or Git lacks what it has not got.
    """
    reached = {**shut_in.environment(protocol_of(address)), "GIT_DIR": str(folder.absolute())}
    # What is run at the mirror is named too, because the repository's settings could name something else.
    command = [
        "git",
        *shut_in.SAFE,
        "push",
        "--porcelain",
        "--no-verify",
        "--no-follow-tags",
        "--no-recurse-submodules",
    ]
    command += ["--receive-pack=git-receive-pack", "--", address]
    refs = [*(f"{ref}:{ref}" for ref in _REFS), *(f"^{ref}" for ref in left_out)]
    status, said, trouble = Git(str(folder)).execute(
        [*command, *refs], env=reached, with_extended_output=True, with_exceptions=False,
        kill_after_timeout=WITHIN_SECONDS,
    )  # fmt: skip
    # A pack that ends early, as where an object is lost here, is no denial.
    refused = re.findall(r"^!\t[^:\t]*:(\S+)\t(?!.*\(unpacker error\))", str(said), re.M)
    if refused:
        raise MirrorRefusedError(
            "The mirror denied to let %(refused)s be rewritten; run docctl verify.", refused=", ".join(refused)
        )
    if status:
        last = str(trouble).strip().splitlines() or ["it does not answer"]
        raise MirrorError("The mirror could not be brought up to date: %(reason)s", reason=last[-1])


def protocol_of(address: str) -> str:
    """Return by which protocol a mirror is reached; raise InvalidInputError for any but files, ssh and https."""
    if address.startswith("/"):
        return "file"
    if found := re.match(r"(ssh|https)://[^-]", address):
        return found[1]
    if re.match(r"[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^:]", address):
        return "ssh"
    raise InvalidInputError("DOCCTL_MIRROR names a full path, or an address by ssh or https, of a bare repository.")
