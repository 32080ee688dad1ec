"""Reads many objects of a repository in one go, because asking for one at a time takes longer."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from git import Git

from docctl.adapters.git_library import shut_in

WORTH_A_PROCESS = 4


def read(folder: Path, environment: Mapping[str, str], object_ids: Iterable[str]) -> dict[str, tuple[str, bytes]]:
    """Return what each object is and its bytes, as far as Git gives them before one that is damaged."""
    names = [f"{each}\n" for each in dict.fromkeys(object_ids)]
    if len(names) < WORTH_A_PROCESS:
        return {}
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(names).encode())
        asked.seek(0)
        command = ["git", *shut_in.SAFE, "cat-file", "--batch", "--buffer"]
        answer = Git(str(folder)).execute(
            command, istream=asked, env=dict(environment), stdout_as_string=False,
            strip_newline_in_stdout=False, with_exceptions=False,
        )  # fmt: skip
    return dict(_objects_in(bytes(answer)))


def _objects_in(answer: bytes) -> Iterator[tuple[str, tuple[str, bytes]]]:
    at = 0
    while (end := answer.find(b"\n", at)) > 0:
        object_id, *kind_and_size = answer[at:end].decode().split()
        at = end + 1
        if len(kind_and_size) == 2:
            size = int(kind_and_size[1])
            if len(answer) <= at + size:
                return
            yield object_id, (kind_and_size[0], answer[at : at + size])
            at += size + 1
