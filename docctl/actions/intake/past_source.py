"""What a source of a past gives: documents with their revisions, and files that nobody trusts, by their paths."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from docctl.actions.documents.recognising import MARKDOWN_ENDINGS, PICTURE_ENDINGS, WORD_ENDINGS, taken_in
from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError, RefusedUploadError
from docctl.domain.intake.claimed_past import ClaimedDocument, ClaimedRevision, numbered_twice
from docctl.texts.picture import LARGEST_PICTURE

_LINK = "It is a link, and links are not followed; put the file itself in its place."


@dataclass(frozen=True)
class PastSource:
    """What a source tells: documents with their revisions, what it leaves out and why, and how to get at the files."""

    name: str
    documents: tuple[ClaimedDocument, ...]
    left_out: tuple[tuple[str, str], ...]
    bytes_of: Callable[[ClaimedRevision], bytes]
    picture_of: Callable[[ClaimedRevision, str], bytes]
    numbered_twice: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.numbered_twice:
            object.__setattr__(self, "numbered_twice", frozenset(numbered_twice(self.documents)))

    def part(self, after: int, revisions: int) -> "PastSource":
        """Return the source with its next documents alone: at least one, and more while their revisions are few."""
        until, counted = after, 0
        while until < len(self.documents) and (until == after or counted < revisions):
            counted += len(self.documents[until].revisions)
            until += 1
        return replace(self, documents=self.documents[after:until], numbered_twice=self.numbered_twice)


@dataclass(frozen=True)
class FolderOfFiles:
    """The files of a folder that are no links and lead nowhere else, by the paths under which they are named."""

    control: DocumentControl
    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def at(cls, control: DocumentControl, folder: Path, without: Sequence[str] = ()) -> "FolderOfFiles":
        """Look through a folder; hidden files, and those of the patterns given, are passed over."""
        found = cls(control, folder)
        for inside, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted([*names, *(name for name in folders if (Path(inside) / name).is_symlink())]):
                path = Path(inside) / name
                said = path.relative_to(folder).as_posix()
                if name.startswith((".", "~$")) or is_left_out(said, without):
                    continue
                if path.is_symlink() or not path.is_file():
                    found.left_out.append((shown_path(said), _LINK))
                else:
                    found.files[said] = path
        return found

    def read(self, said: str, at_most: int | None = None) -> bytes:
        """Return a file by the path under which it is named; raise RefusedUploadError where it cannot be had."""
        path = self.files.get(said)
        if path is None:
            raise RefusedUploadError("The file is not in the folder; correct the name, or add the file.")
        return taken_in(self.control, path, at_most)

    def picture(self, revision: ClaimedRevision, name: str) -> bytes:
        """Return a picture that a Markdown file shows, by its path beside the file; nothing where there is none."""
        said = beside(revision.file, name)
        try:
            return self.read(said, LARGEST_PICTURE) if said else b""
        except DocctlError:
            return b""


def is_text(path: str) -> bool:
    """Say whether a file can become a document, by its name."""
    return path.lower().endswith((*WORD_ENDINGS, *MARKDOWN_ENDINGS))


def is_picture(path: str) -> bool:
    """Say whether a file is a picture, which comes along with the text that shows it."""
    return path.lower().endswith(PICTURE_ENDINGS)


def is_left_out(path: str, without: Sequence[str]) -> bool:
    """Say whether a path, its name, or a folder above it is of a pattern that is to be left out."""
    parts = PurePosixPath(path)
    candidates = [path, parts.name, *(str(above) for above in parts.parents), *parts.parts]
    return any(fnmatch(each, pattern.rstrip("/")) for pattern in without for each in candidates)


def beside(file: str, name: str) -> str:
    """Return the path of what a file names relative to itself; nothing where it leads out of the source."""
    parts: list[str] = list(PurePosixPath(file).parent.parts)
    for part in unquote(name).replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "" if name.startswith("/") else "/".join(parts)


def shown_path(path: str) -> str:
    """Return a path so that it can be shown and recorded, whatever bytes it is made of."""
    plain = os.fsencode(path).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in plain)
