"""The files beside each other in objects/pack: whether Git can open each pack by its index."""

import struct
from collections.abc import Iterator
from pathlib import Path

from docctl.adapters.git_library.on_disk import count_in, fan_out_of, head_of
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.errors import LibraryMismatchError

_ENTRY, _LARGE_ENTRY, _CHECKSUM, _PACK_HEAD = 28, 8, 20, 12


def unopened_packs(library: GitLibrary) -> Iterator[str]:
    """Give the names of the packs that Git cannot open, because they or their indexes are damaged.

    Only the ends of both are read: what lies between is read with the objects.
    """
    for index in sorted((library.folder / "objects" / "pack").glob("*.idx")):
        try:
            fits = _fits(index)
        except (LibraryMismatchError, OSError):
            fits = False
        if not fits and index.exists():
            yield index.stem


def _fits(index: Path) -> bool:
    head = head_of(index)
    count, fan_out = count_in(head), fan_out_of(head)
    least = len(head) + count * _ENTRY + 2 * _CHECKSUM
    if list(fan_out) != sorted(fan_out) or not least <= index.stat().st_size <= least + count * _LARGE_ENTRY:
        return False
    with index.open("rb") as file, index.with_suffix(".pack").open("rb") as pack:
        begin = pack.read(_PACK_HEAD)
        file.seek(-2 * _CHECKSUM, 2)
        pack.seek(-_CHECKSUM, 2)
        return begin == b"PACK" + struct.pack(">II", 2, count) and file.read(_CHECKSUM) == pack.read()
