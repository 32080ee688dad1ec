"""What commits lead to, listed by Git itself, also where objects are lost and that was accepted."""

import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import IO

from docctl.adapters.git_library.erasing import missing
from docctl.adapters.git_library.objects import GitObject, parts_of
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.errors import LibraryMismatchError

_LOST = b"?"


@dataclass(frozen=True)
class Lost:
    """Objects whose loss was accepted, and what their documents consist of: nothing may lead to it without them."""

    objects: frozenset[str] = frozenset()
    commits: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()

    def gone_from(self, library: GitLibrary) -> set[str]:
        """Return which of them are still lost: some may have been fetched back since."""
        return missing(library, self.objects)


NOTHING_LOST = Lost()


def list_reached(
    library: GitLibrary,
    beside: GitLibrary,
    output: IO[bytes],
    roots: Iterable[str],
    *options: str,
    known: Iterable[str] = (),
    lost: Lost = NOTHING_LOST,
) -> None:
    """Write a line for each object that commits lead to, and known ones do not, with its path.

    Git lists them in a repository beside the library, which may be told what it cannot go through. Raises
    LibraryMismatchError where more is lost than was accepted.
    """
    gone = lost.gone_from(library)
    roots, known, how = set(roots), set(known) - gone, ("--objects", *options, "--stdin")
    if gone:
        roots = (roots | lost.commits | lost.parts) - gone
        cut = _that_follow(library, lost.commits - gone, gone)
        if cut:
            # Git lists nothing where a commit's parent is missing, unless it believes that nothing came before.
            (beside.folder / "shallow").write_text("".join(f"{each}\n" for each in sorted(cut)))
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as found:
        asked.write("".join([*(f"{each}\n" for each in roots), *(f"^{each}\n" for each in known)]).encode())
        asked.seek(0)
        if not gone:
            beside.plumb_into(output, "rev-list", *how, istream=asked)
            return
        beside.plumb_into(found, "rev-list", "--missing=print", *how, istream=asked)
        found.seek(0)
        for line in found:
            if not line.startswith(_LOST):
                output.write(line)
            elif line[1:41].decode() not in gone:
                raise LibraryMismatchError(
                    "Git has lost more than was accepted (%(object_id)s); run docctl verify, which names it.",
                    object_id=line[1:13].decode(),
                )
        output.flush()


def _that_follow(library: GitLibrary, commits: Iterable[str], gone: Collection[str]) -> list[str]:
    """Return the commits that follow one that is gone."""
    return [each for each in commits if not set(gone).isdisjoint(parts_of(GitObject(*library.read_kind(each)))[1:])]
