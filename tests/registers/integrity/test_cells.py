"""The database itself: what refuses rows is there as the migrations make it, and what docctl did not make is named."""

import pytest

from docctl import tools
from docctl.domain.mapping import Record
from docctl.domain.trail.outcome import Outcome
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.cells import laid_out_anew
from docctl.registers.integrity.report import IntegrityReport
from docctl.registers.integrity.verifying import verify
from tests.factories.library import Office

pytestmark = pytest.mark.both_databases
INDEXES = [index for table in Record.metadata.sorted_tables for index in table.indexes]
UNIQUE, PLAIN = ([str(each.name) for each in INDEXES if bool(each.unique) is kind] for kind in (True, False))


@pytest.fixture
def kept(office: Office) -> Office:
    """A library with a document under way."""
    office.write()
    catch_up(office.control, issuing=False)
    return office


def found(office: Office) -> tuple[Outcome, IntegrityReport]:
    """Check the library; return the exit and the report."""
    report = verify(office.control)
    return report.exit_code, report


def alter(office: Office, *statements: str) -> None:
    """Change the tables themselves behind the library's back."""
    with office.control.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_the_tables_are_laid_out_as_their_classes_say(kept: Office) -> None:
    with kept.control.engine.connect() as connection:
        laid_out = laid_out_anew()
        assert tools.database.missing_parts(connection, laid_out) == []
        assert tools.database.foreign_parts(connection, laid_out) == []
    assert found(kept)[0] == Outcome.SOUND


@pytest.mark.parametrize("name", UNIQUE)
def test_an_index_that_keeps_a_rule_is_missed_and_its_remedy_makes_it_anew(kept: Office, name: str) -> None:
    alter(kept, f"DROP INDEX {name}")
    code, report = found(kept)
    [finding] = report.findings
    assert (code, name in finding.sentence) == (Outcome.CHANGED, True), finding
    alter(kept, finding.remedy.partition("in the database: ")[2].rstrip(";"))
    assert found(kept)[0] == Outcome.SOUND


def test_an_index_that_keeps_another_rule_under_the_same_name_is_missed(kept: Office) -> None:
    alter(kept, "DROP INDEX uq_one_revision_in_force")
    for other in (
        "UNIQUE INDEX uq_one_revision_in_force ON revisions (document_id) WHERE state = 'NEVER'",
        "UNIQUE INDEX uq_one_revision_in_force ON revisions (document_id, id) WHERE state = 'IN_FORCE'",
        "INDEX uq_one_revision_in_force ON revisions (document_id) WHERE state = 'IN_FORCE'",
        "UNIQUE INDEX uq_one_revision_in_force ON revisions (document_id) WHERE state = 'IN_FORCE' AND 1 = 2",
    ):
        alter(kept, f"CREATE {other}")
        code, report = found(kept)
        assert code == Outcome.CHANGED, other
        assert "uq_one_revision_in_force" in report.findings[0].sentence
        alter(kept, "DROP INDEX uq_one_revision_in_force")


def test_an_index_that_only_finds_faster_is_named(kept: Office) -> None:
    alter(kept, f"DROP INDEX {PLAIN[0]}")
    code, report = found(kept)
    assert (code, [each.subject for each in report.findings]) == (Outcome.SOUND, [PLAIN[0]])


def test_an_index_that_docctl_did_not_make_is_named(kept: Office) -> None:
    alter(kept, "CREATE INDEX by_name ON users (name)")
    code, report = found(kept)
    assert (code, [each.subject for each in report.findings]) == (Outcome.SOUND, ["by_name"])


def test_a_table_that_was_copied_without_its_constraints_is_told(kept: Office) -> None:
    table = "differences_let_stand"
    alter(kept, f"CREATE TABLE copied AS SELECT * FROM {table}", f"DROP TABLE {table}")
    alter(kept, f"ALTER TABLE copied RENAME TO {table}")
    code, report = found(kept)
    told = " ".join(finding.sentence for finding in report.findings)
    assert code == Outcome.CHANGED
    for what in (
        "primary key",
        "NOT NULL on key",
        "foreign key revision_id",
        f"unique constraint uq_{table}_revision_id",
    ):
        assert f"The table {table} lacks its {what}" in told


@pytest.mark.only_sqlite
@pytest.mark.parametrize("name", ["user_version", "application_id"])
def test_a_number_that_somebody_wrote_into_the_file_is_named(kept: Office, name: str) -> None:
    alter(kept, f"PRAGMA {name} = 77")
    code, report = found(kept)
    assert (code, [each.subject for each in report.findings]) == (Outcome.SOUND, [name])
