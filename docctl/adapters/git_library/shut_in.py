"""What Git is told with every command, so that nothing written into the repository's own settings runs a program."""

SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.alternateRefsCommand=true",
    "-c", "credential.helper=", "-c", "push.gpgSign=false", "-c", "gc.auto=0",
)  # fmt: skip
_ALONE = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "false",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}


def environment(*protocols: str) -> dict[str, str]:
    """Return the environment in which Git reaches out by these protocols alone; by none where none is named.

    It is said in the environment, because a setting of the repository for one protocol outweighs -c protocol.allow.
    """
    return {**_ALONE, "GIT_ALLOW_PROTOCOL": ":".join(protocols) or "none"}
