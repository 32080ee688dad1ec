"""Git's objects, built here as Git would build them: blobs, folders, commits, and packs of them."""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from docctl.domain.documents.authorship import Authorship
from docctl.domain.documents.stored_file import StoredFile, sha256

_KINDS = {"commit": 1, "tree": 2, "blob": 3}


@dataclass(frozen=True)
class GitObject:
    """An object that is built but perhaps not yet written."""

    kind: str
    data: bytes

    @property
    def id(self) -> str:
        """The id that Git gives to the object."""
        header = f"{self.kind} {len(self.data)}\0".encode()
        return hashlib.sha1(header + self.data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class CommitText:
    """Who made a commit, when, over which tree and parents, what it says, and who wrote what it holds if others did."""

    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    message: str
    written: Authorship | None = None


def blob(data: bytes) -> GitObject:
    """Return the object that holds a file's bytes."""
    return GitObject("blob", data)


def stored(path: str, data: bytes) -> tuple[StoredFile, GitObject]:
    """Return a file as the tables keep it, and the object that holds its bytes."""
    made = blob(data)
    return StoredFile(path, made.id, sha256(data), len(data)), made


def tree(entries: Mapping[str, tuple[str, str]]) -> GitObject:
    """Return a folder of ``name -> (mode, id)``."""
    rows = sorted(
        (name + ("/" if mode == "40000" else ""), name, mode, object_id) for name, (mode, object_id) in entries.items()
    )
    return GitObject("tree", b"".join(entry(mode, name, object_id) for _, name, mode, object_id in rows))


def trees(files: Mapping[str, str]) -> list[GitObject]:
    """Return the folders that hold files of ``path -> blob id``; the last one is the root."""
    folders: dict[str, dict[str, str]] = {}
    entries: dict[str, tuple[str, str]] = {}
    for path, blob_id in files.items():
        name, _, rest = path.partition("/")
        if rest:
            folders.setdefault(name, {})[rest] = blob_id
        else:
            entries[name] = ("100644", blob_id)
    made: list[GitObject] = []
    for name, inside in folders.items():
        below = trees(inside)
        made.extend(below)
        entries[name] = ("40000", below[-1].id)
    return [*made, tree(entries)]


def commit(text: CommitText, sign: Callable[[bytes], str] | None = None) -> GitObject:
    """Return a commit, signed where a signer is given."""
    made = Authorship(text.author, text.email, text.at)
    head = [
        f"tree {text.tree}",
        *(f"parent {parent}" for parent in text.parents),
        f"author {_stamp(text.written or made)}",
        f"committer {_stamp(made)}",
    ]
    body = "\n\n" + text.message.replace("\0", "").rstrip("\n") + "\n"
    plain = ("\n".join(head) + body).encode()
    if sign is None:
        return GitObject("commit", plain)
    signature = sign(plain).replace("\n", "\n ")
    return GitObject("commit", ("\n".join([*head, f"gpgsig {signature}"]) + body).encode())


def without_signature(commit_data: bytes) -> tuple[bytes, str]:
    """Return a commit's bytes as they were signed, and the signature; an empty one where there is none."""
    head, separator, body = commit_data.partition(b"\n\n")
    kept: list[bytes] = []
    signature: list[bytes] = []
    inside = False
    for line in head.split(b"\n"):
        inside = line.startswith(b"gpgsig ") or (inside and line.startswith(b" "))
        (signature if inside else kept).append(line)
    text = b"\n".join(line.removeprefix(b"gpgsig").removeprefix(b" ") for line in signature)
    return b"\n".join(kept) + separator + body, text.decode()


def _stamp(by: Authorship) -> str:
    """Return who did something when, as a commit says it; Git knows no time before 1970."""
    return f"{_person(by.name)} <{_person(by.email)}> {max(0, int(by.at.timestamp()))} +0000"


def parts_of(made: GitObject) -> list[str]:
    """Return what an object names: a commit its folder and then those it follows, a folder what is in it."""
    if made.kind == "commit":
        head = made.data.partition(b"\n\n")[0].decode(errors="replace").split("\n")
        return [line.partition(" ")[2] for line in head if line.startswith(("tree ", "parent "))]
    found, at = [], 0
    while made.kind == "tree" and at < len(made.data):
        end = made.data.index(b"\0", at)
        found.append(made.data[end + 1 : end + 21].hex())
        at = end + 21
    return found


def _person(name: str) -> str:
    return re.sub(r"[<>\x00-\x1f\x7f]", "", name).strip(" .,:;\"'") or "unknown"


def pack(objects: Iterable[GitObject]) -> bytes:
    """Return a pack file of the objects, as gitformat-pack describes it."""
    objects = list(objects)
    parts = [b"PACK" + struct.pack(">II", 2, len(objects))]
    for made in objects:
        size = len(made.data)
        byte = (_KINDS[made.kind] << 4) | (size & 15)
        size >>= 4
        header = bytearray()
        while size:
            header.append(byte | 0x80)
            byte, size = size & 0x7F, size >> 7
        header.append(byte)
        parts.append(bytes(header) + zlib.compress(made.data, 1))
    body = b"".join(parts)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def entry(mode: str, name: str, object_id: str) -> bytes:
    """Return one line of a folder."""
    return f"{mode} {name}\0".encode() + bytes.fromhex(object_id)
