"""Whatever happens to a library in whatever order, it is where a plain model says, and sound (F8)."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from docctl.actions import exporting
from tests.faults import histories

pytestmark = pytest.mark.both_databases


def test_random_histories_leave_a_sound_library(
    founded_library: tuple[Path, dict[str, int], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = random.randrange(1_000_000)
    print(f"seed {chosen}")
    monkeypatch.setattr(exporting, "word_file", lambda *_: exporting.Built(b"Word"))
    monkeypatch.setattr(exporting, "pdf_file", lambda *_: exporting.Built(b"PDF"))
    histories.live_through(founded_library[0], 1, 12, chosen)
