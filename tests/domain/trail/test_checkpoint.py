"""A checkpoint is five lines, read back only as they were written."""

from datetime import UTC, datetime

import pytest

from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.checkpoint import Checkpoint, PrintedHead

TAKEN = Checkpoint("SHA256:" + "a" * 43, "Town of\n Weights", 12, "c" * 64, "d" * 40, datetime(2026, 3, 2, tzinfo=UTC))


def test_checkpoint_is_five_lines_and_reads_back() -> None:
    assert TAKEN.text.splitlines() == [
        "docctl checkpoint v1",
        f"library SHA256:{'a' * 43} Town of Weights",
        "seq 12",
        f"chain {'c' * 64} {'d' * 40}",
        "time 2026-03-02T00:00:00.000000+00:00",
    ]
    assert Checkpoint.read(TAKEN.text).text == TAKEN.text
    assert TAKEN.file_name == "checkpoint-2026-03-02-000012.txt"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v1", "v2"),
        ("seq 12", "seq 012"),
        ("seq 12", "seq ١٢"),
        ("c" * 64, "c" * 63),
        ("+00:00", ""),
        ("03-02", "13-02"),
        ("seq", "more\nseq"),
        ("00+00:00\n", "00+00:00"),
        ("00+00:00\n", "00+00:00\n\n"),
    ],
)
def test_anything_else_is_no_checkpoint(old: str, new: str) -> None:
    assert old in TAKEN.text
    with pytest.raises(InvalidInputError, match="not a checkpoint"):
        Checkpoint.read(TAKEN.text.replace(old, new))


def test_head_is_typed_from_a_page() -> None:
    assert PrintedHead.read(" 12:ABCDEF012345 ") == PrintedHead(12, "abcdef012345")
    for wrong in ("12", "12:abc", "0:abcdef012345", "12:abcdef01234g", "x:abcdef012345"):
        with pytest.raises(InvalidInputError, match="not a head"):
            PrintedHead.read(wrong)
