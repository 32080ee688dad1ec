"""The benchmark of pages and actions still runs: what it calls changes more often than it is measured."""

from pathlib import Path

import pytest

from tests.checks.benchmarks import __main__ as bench
from tests.checks.benchmarks.library_of import build_library


def test_every_page_and_action_that_is_measured_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(bench, "ACTION_ROUNDS", 2)
    measured = bench.Bench(build_library(tmp_path / "library", 20))
    assert {name: len(seconds) > 0 for name, seconds in measured.measures()} == dict.fromkeys(bench.TARGETS_MS, True)
    assert min(measured.pdf_of_ten_pages()) > 0
    assert measured.import_speed(tmp_path, count=2) > 0
