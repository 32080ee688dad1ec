"""Files and folders of a Git library on the disk, looked at without Git."""

import hashlib
import os
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docctl.domain.errors import LibraryMismatchError
from docctl.machine.storage_trouble import failed_sync

SETTINGS = {
    "core.fsync": "all",
    "core.hooksPath": "/dev/null",
    "gc.auto": "0",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
}
SIGNERS_SETTING = "gpg.ssh.allowedSignersFile"
OBJECT_ID = re.compile(r"[0-9a-f]{40}", re.ASCII)
PACK_ENDINGS = (".idx", ".rev", ".mtimes", ".promisor", ".keep", ".bitmap", ".pack")
_DELTAS, _LARGE_OFFSET = (6, 7), 1 << 31
_AT_ONCE = 1 << 20
_INDEX_HEAD, _FAN_OUT = b"\xfftOc\x00\x00\x00\x02", 256


@dataclass(frozen=True)
class Pack:
    """A pack of the library: its index, and how many objects it holds."""

    index: Path
    objects: int

    @property
    def size(self) -> int:
        """The bytes that the pack takes with its index."""
        files = (self.index.with_suffix(ending) for ending in (".pack", ".idx", ".rev"))
        return sum(file.stat().st_size for file in files if file.exists())


def packs_in(folder: Path) -> list[Pack]:
    """Return the packs of a repository, the smallest first."""
    indexes = (folder / "objects" / "pack").glob("pack-*.idx")
    return sorted((Pack(index, count_in(head_of(index))) for index in indexes), key=lambda pack: pack.objects)


def named_in(index: Path) -> Iterator[str]:
    """Give the names of the objects in a pack, from its index as gitformat-pack describes version 2."""
    head = head_of(index)
    names = index.read_bytes()[len(head) :]
    for place in range(count_in(head)):
        yield names[place * 20 : place * 20 + 20].hex()


def is_without_deltas(index: Path) -> bool:
    """Say whether each object of a pack stands there in full, as docctl writes a pack and Git seldom would."""
    data = index.read_bytes()
    count = count_in(head_of(index))
    begin = len(_INDEX_HEAD) + _FAN_OUT * 4 + count * 24
    offsets = struct.unpack(f">{count}I", data[begin : begin + count * 4])
    with index.with_suffix(".pack").open("rb") as pack:
        for offset in offsets:
            if offset < _LARGE_OFFSET:
                pack.seek(offset)
                if (pack.read(1)[0] >> 4) & 7 in _DELTAS:
                    return False
    return True


def head_of(index: Path) -> bytes:
    """Return the head of a pack's index with its fan-out; raise LibraryMismatchError where it has none."""
    length = len(_INDEX_HEAD) + _FAN_OUT * 4
    with index.open("rb") as file:
        head = file.read(length)
    if len(head) < length or not head.startswith(_INDEX_HEAD):
        raise LibraryMismatchError("A pack of the library has an index that cannot be read; run docctl verify.")
    return head


def count_in(head: bytes) -> int:
    """Return how many objects the head of an index counts."""
    return int(fan_out_of(head)[-1])


def fan_out_of(head: bytes) -> tuple[int, ...]:
    """Return how many objects of a pack have a first byte up to each."""
    return struct.unpack(f">{_FAN_OUT}I", head[len(_INDEX_HEAD) :])


def packs_changed_at(folder: Path) -> int:
    """Return when a pack last came or went, in nanoseconds; 0 where no pack can be looked for."""
    try:
        return (folder / "objects" / "pack").stat().st_mtime_ns
    except OSError:
        return 0


def loose_objects(folder: Path) -> Iterator[str]:
    """Give the names of the objects that lie in files of their own."""
    for place in range(_FAN_OUT):
        begin = f"{place:02x}"
        try:
            rest = os.listdir(folder / "objects" / begin)
        except FileNotFoundError:
            continue
        yield from (name for each in rest if OBJECT_ID.fullmatch(name := begin + each))


def loose_room(folder: Path) -> tuple[int, int]:
    """Return how many objects have files of their own, and how many bytes of the disk those take."""
    count = size = 0
    for name in loose_objects(folder):
        with suppress(FileNotFoundError):
            size += loose_path(folder, name).stat().st_blocks * 512
            count += 1
    return count, size


def loose_path(folder: Path, object_id: str) -> Path:
    """Return where an object lies that has a file of its own."""
    return folder / "objects" / object_id[:2] / object_id[2:]


def is_as_written(folder: Path, object_id: str) -> bool:
    """Say whether an object's own file holds that object and nothing else, or is not there."""
    unpacking, found = zlib.decompressobj(), hashlib.sha1(usedforsecurity=False)
    try:
        with loose_path(folder, object_id).open("rb") as file:
            while piece := unpacking.unconsumed_tail or file.read(_AT_ONCE):
                if unpacking.eof:
                    return False
                found.update(unpacking.decompress(piece, _AT_ONCE))
        found.update(unpacking.flush())
    except FileNotFoundError:
        return True
    except (OSError, zlib.error):
        return False
    return unpacking.eof and not unpacking.unused_data and found.hexdigest() == object_id


def place_of(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from every other on this machine; None where there is none."""
    try:
        found = folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


def names_a_commit(ref_file: Path) -> bool:
    """Say whether a reference names a commit, or another reference."""
    text = ref_file.read_text(errors="replace").rstrip("\n")
    return text.startswith("ref: ") or OBJECT_ID.fullmatch(text) is not None


def sync_folders(folders: Iterable[Path]) -> None:
    """Let what was written into folders, or taken out of them, outlast a loss of power."""
    for folder in folders:
        if folder.is_dir():
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            except OSError as error:
                raise failed_sync(f"{folder.name}: {error.strerror}") from error
            finally:
                os.close(descriptor)
