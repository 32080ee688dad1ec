"""A safeguard that is taken out makes a test fail (F14): each run takes out two, make faults all of them."""

from pathlib import Path

import pytest

from tests.checks.faults.mutations import MUTATIONS, ORDER, Mutation, is_missed, without
from tests.factories.databases import POSTGRESQL

QUICK = [each for each in MUTATIONS if each.missed_by != ORDER and each.database != POSTGRESQL]


@pytest.mark.drawn(more=2)
@pytest.mark.parametrize("mutation", QUICK, ids=lambda each: each.name)
def test_a_safeguard_taken_out_is_missed(tmp_path: Path, mutation: Mutation) -> None:
    assert is_missed(mutation, tmp_path)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_every_safeguard_stands_where_it_is_said_to(tmp_path: Path, mutation: Mutation) -> None:
    assert without(mutation, tmp_path).exists()
