"""What tests did not pass through is named, and whether what they did is enough."""

import json
from pathlib import Path

import pytest
from slipcover import Slipcover

from tests.checks.branch_coverage import is_whole, lacking, seen_by_all, share_of, verdict


def test_what_no_process_passed_through_is_named_and_too_little(tmp_path: Path) -> None:
    rules, kept = tmp_path / "rules", tmp_path / "kept"
    rules.mkdir()
    kept.mkdir()
    (rules / "weighing.py").write_text("if heavy:\n    lift = 2\n")
    for process in ("one", "other"):
        seen = Slipcover(branch=True, source=[str(rules)]).get_coverage()
        (kept / f"{process}.json").write_text(json.dumps(seen))
    together = seen_by_all(kept)
    assert share_of(together) == 0
    (told,) = lacking(together)
    assert "weighing.py: lines [1, 2]" in told


def test_too_small_a_share_is_said_to_be_so() -> None:
    assert "at least 95 % are asked for" in verdict(94.9)
    assert verdict(95.0).endswith(": 95.0 %.")


def test_only_a_run_of_all_tests_is_held_to_the_limit() -> None:
    everywhere, here = pytest.Config.ArgsSource.TESTPATHS, pytest.Config.ArgsSource.ARGS
    assert is_whole(everywhere, "")
    assert not is_whole(everywhere, "withdraw")
    assert not is_whole(here, "")
