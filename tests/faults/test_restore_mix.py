"""Databases and Git repositories from different times, put together: what is lost is told, and comes back (F10)."""

from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.domain.trail.audit_trail import Event
from docctl.recovery.repairing import repair, repair_by_adopting, repair_by_fetching
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import ADOPT, BROKEN, FETCH
from tests.checks.faults import crew
from tests.factories.databases import drop_database
from tests.factories.library import Clock, open_library
from tests.factories.mixed_copies import Ages, put_together

pytestmark = pytest.mark.both_databases


def _texts(data: Path) -> list[str]:
    control = open_library(data, Clock())
    with control.reading() as session:
        found = list(session.scalars(select(Event.text).order_by(Event.seq)))
    control.engine.dispose()
    return found


def test_every_mix_of_old_and_new_is_told_and_comes_back_as_the_table_says(ages: Ages, tmp_path: Path) -> None:
    old, new = ages.older, ages.newer
    remedies = {(old, old): None, (new, new): None, (old, new): ADOPT, (new, old): FETCH}
    for place, ((database, git), remedy) in enumerate(remedies.items()):
        mixed = put_together(database, git, tmp_path / f"mixed-{place}")
        opened = open_library(mixed, Clock())
        report = verifying.verify(opened)
        assert {each.remedy for each in report.findings if each.severity == BROKEN} == ({remedy} if remedy else set())
        assert report.exit_code == (verifying.TAMPERED if remedy else verifying.SOUND)
        assert repair(opened)[1].exit_code == report.exit_code, "a plain repair covers nothing up"
        if remedy == ADOPT:
            assert repair_by_adopting(opened)[1].findings == ()
        elif remedy == FETCH:
            assert repair_by_fetching(opened, ages.mirror)[1].findings == ()
        opened.engine.dispose()
        kept = _texts(new if remedy else database)
        assert _texts(mixed)[: len(kept)] == kept, "an event was lost in silence"
        assert crew.faults(crew.recover(mixed).control) == []
        drop_database(mixed)
