"""How the tables are laid out: every clause that is another one is told, on SQLite and on PostgreSQL."""

import warnings
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy.exc import SAWarning

from docctl.document_control import DocumentControl
from docctl.domain.errors import DatabaseDamagedError
from docctl.domain.trail.outcome import Outcome
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.finding import BROKEN, NOTED, UNPROVEN, Finding
from docctl.registers.integrity.verifying import verify
from tests.factories.databases import address_of
from tests.factories.library import Office

RENAMED = "ALTER TABLE made RENAME TO watermarks"
CLAUSES = (
    ("events", "PRIMARY KEY (seq)", "PRIMARY KEY (seq) ON CONFLICT REPLACE"),
    ("events", "UNIQUE (request_id)", "UNIQUE (request_id) ON CONFLICT IGNORE"),
    ("users", "UNIQUE (login)", "UNIQUE (login) ON CONFLICT REPLACE"),
    ("legal_holds", "reason TEXT NOT NULL", "reason TEXT NOT NULL ON CONFLICT IGNORE"),
    ("legal_holds", "reason TEXT NOT NULL", "reason TEXT"),
    ("signatures", "(user_id) REFERENCES users (id) ON DELETE RESTRICT", "(user_id) REFERENCES users (id)"),
    ("signatures", "REFERENCES users (id) ON DELETE RESTRICT", "REFERENCES users (id) ON DELETE CASCADE"),
    ("revisions", "REFERENCES documents (id) ON DELETE RESTRICT",
     "REFERENCES documents (id) ON DELETE RESTRICT ON UPDATE CASCADE"),
    ("saved_drafts", "REFERENCES revisions (id) ON DELETE RESTRICT",
     "REFERENCES revisions (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED"),
    ("documents", "number VARCHAR(40)", "number VARCHAR(40) COLLATE NOCASE"),
    ("users", "name VARCHAR(120)", "name VARCHAR(120) COLLATE RTRIM"),
    ("signatures", "comment TEXT", "comment TEXT DEFAULT 'Agreed'"),
    ("revisions", "DEFAULT '[]'", "DEFAULT '[1]'"),
    ("revisions", "round INTEGER", "round BLOB"),
    ("revisions", "state VARCHAR(16)", "state VARCHAR(17)"),
    ("users", "name VARCHAR(120) NOT NULL", "name VARCHAR(120) NOT NULL CHECK (length(name) < 9)"),
)  # fmt: skip


@pytest.fixture
def kept(office: Office) -> Office:
    """A library with a document under way."""
    office.write()
    catch_up(office.control, issuing=False)
    return office


def found(office: Office) -> tuple[Outcome, tuple[Finding, ...]]:
    """Check the library, and let no warning be printed; return the exit and what was found."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SAWarning)
        report = verify(office.control)
    return report.exit_code, report.findings


def alter(office: Office, *statements: str) -> None:
    """Change the tables themselves behind the library's back."""
    with office.control.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    office.control.engine.dispose()


def rewritten(office: Office, name: str, was: str, now: str) -> None:
    """Change the statement that SQLite keeps of a table or an index."""
    with office.control.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar_one()
        assert was in kept
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        changed = (kept.replace(was, now), name)
        connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = ?", changed)
        version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    office.control.engine.dispose()


@pytest.mark.only_sqlite
@pytest.mark.drawn(more=4)
@pytest.mark.parametrize(("table", "was", "now"), CLAUSES, ids=lambda said: said)
def test_a_clause_that_is_another_one_is_told(kept: Office, table: str, was: str, now: str) -> None:
    rewritten(kept, table, was, now)
    code, findings = found(kept)
    told = [
        each.sentence for each in findings if each.severity == BROKEN and f"the table {table}" in each.sentence.lower()
    ]
    assert (code, bool(told)) == (Outcome.CHANGED, True), findings


@pytest.mark.only_sqlite
def test_a_statement_in_another_script_says_the_same(kept: Office) -> None:
    rewritten(kept, "signatures", "comment TEXT NOT NULL", '"comment"  text /* as ever */ not null -- always\n')
    assert found(kept) == (Outcome.SOUND, ())


@pytest.mark.only_sqlite
@pytest.mark.parametrize("option", ["WITHOUT ROWID", "STRICT"])
def test_a_table_with_another_option_is_told(kept: Office, option: str) -> None:
    columns = "follower TEXT NOT NULL, seq INTEGER NOT NULL, CONSTRAINT pk_watermarks PRIMARY KEY (follower)"
    made = f"CREATE TABLE made ({columns}) {option}"
    alter(kept, made, "INSERT INTO made SELECT follower, seq FROM watermarks", "DROP TABLE watermarks", RENAMED)
    code, findings = found(kept)
    assert (code, any(option.lower() in each.sentence for each in findings)) == (Outcome.CHANGED, True), findings


@pytest.mark.only_sqlite
def test_an_index_that_sorts_or_holds_otherwise_is_told(kept: Office) -> None:
    rewritten(kept, "uq_one_revision_in_force", "(document_id)", "(document_id DESC)")
    assert found(kept)[0] == Outcome.CHANGED


@pytest.mark.both_databases
@pytest.mark.parametrize("on", ["(lower(name))", "(name) WHERE disabled"])
def test_a_foreign_index_of_any_kind_is_named_without_a_warning(kept: Office, on: str) -> None:
    alter(kept, f"CREATE INDEX strange ON users {on}")
    code, findings = found(kept)
    assert (code, [(each.severity, each.subject) for each in findings]) == (Outcome.SOUND, [(NOTED, "strange")])


@pytest.mark.both_databases
def test_a_check_without_a_name_is_told_by_its_words(kept: Office) -> None:
    with_check = "ALTER TABLE users ADD {} CHECK (id < 999999)"
    is_sqlite = kept.control.engine.dialect.name == "sqlite"
    alter(kept, with_check.format("COLUMN spare INTEGER" if is_sqlite else ""))
    code, findings = found(kept)
    assert code == Outcome.CHANGED
    assert not any("None" in each.sentence for each in findings), findings


@pytest.mark.both_databases
def test_a_view_in_the_place_of_a_table_is_told(kept: Office) -> None:
    alter(kept, "ALTER TABLE watermarks RENAME TO kept_apart", "CREATE VIEW watermarks AS SELECT * FROM kept_apart")
    code, findings = found(kept)
    assert code == Outcome.CHANGED
    assert any("The table watermarks is not in the database" in each.sentence for each in findings)


@pytest.mark.both_databases
def test_a_second_head_of_the_chain_is_told(kept: Office) -> None:
    columns = "seq, chain, ledger_commit, happened_at"
    alter(kept, f"INSERT INTO chain_head (id, {columns}) SELECT 7, {columns} FROM chain_head")
    code, findings = found(kept)
    assert (code, [each.subject for each in findings]) == (Outcome.CHANGED, ["chain head"])


ON_POSTGRESQL = (
    ("unlogged", "ALTER TABLE watermarks SET UNLOGGED"),
    ("row level security", "ALTER TABLE signatures ENABLE ROW LEVEL SECURITY"),
    ("policy hide", "CREATE POLICY hide ON legal_holds USING (id > 5)"),
    ("event trigger at_once",
     "CREATE FUNCTION nothing() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
     "CREATE EVENT TRIGGER at_once ON ddl_command_end EXECUTE FUNCTION nothing()"),
    ("DELETE CASCADE",
     "ALTER TABLE delegations DROP CONSTRAINT fk_delegations_absent_id_users, ADD CONSTRAINT "
     "fk_delegations_absent_id_users FOREIGN KEY (absent_id) REFERENCES users (id) ON DELETE CASCADE"),
    ("NOT VALID",
     "ALTER TABLE delegations DROP CONSTRAINT fk_delegations_absent_id_users, ADD CONSTRAINT "
     "fk_delegations_absent_id_users FOREIGN KEY (absent_id) REFERENCES users (id) ON DELETE RESTRICT NOT VALID"),
    ("DEFERRABLE", "ALTER TABLE revisions ALTER CONSTRAINT fk_revisions_document_id_documents DEFERRABLE"),
    ("disabled triggers", "ALTER TABLE saved_drafts DISABLE TRIGGER ALL"),
    ("collate C", 'ALTER TABLE revisions ALTER title TYPE varchar(200) COLLATE "C"'),
    ("default", "ALTER TABLE signatures ALTER comment SET DEFAULT 'Agreed'"),
    ("character varying(17)", "ALTER TABLE revisions ALTER state TYPE varchar(17)"),
    ("NULLS NOT DISTINCT",
     "DROP INDEX uq_one_revision_in_force; CREATE UNIQUE INDEX uq_one_revision_in_force ON revisions (document_id) "
     "NULLS NOT DISTINCT WHERE state = 'IN_FORCE'"),
    ("heir others", "CREATE TABLE others () INHERITS (audit_engagements)"),
)  # fmt: skip


@pytest.mark.only_postgresql
@pytest.mark.drawn(more=3)
@pytest.mark.parametrize(("told", "statement"), ON_POSTGRESQL, ids=lambda said: said[:30])
def test_what_postgresql_can_do_besides_is_told(kept: Office, told: str, statement: str) -> None:
    alter(kept, statement)
    code, findings = found(kept)
    named = [each.sentence for each in findings if each.severity == BROKEN and told in each.sentence]
    assert (code, bool(named)) == (Outcome.CHANGED, True), findings


@pytest.mark.only_postgresql
def test_a_library_with_an_unlogged_table_is_not_opened(kept: Office) -> None:
    alter(kept, "ALTER TABLE events SET UNLOGGED")
    with pytest.raises(DatabaseDamagedError, match="the table events unlogged"):
        DocumentControl.open(kept.control.data, address_of(kept.control.data))


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_tables_that_do_not_say_which_version_laid_them_out_are_not_laid_out_again(
    kept: Office, statement: str
) -> None:
    alter(kept, statement)
    data = kept.control.data
    for opening in (DocumentControl.as_of_now, lambda *place: nullcontext(DocumentControl.open(*place))):
        with (
            pytest.raises(DatabaseDamagedError, match="does not say which version laid its tables out"),
            opening(data, address_of(data)),
        ):
            pass


@pytest.mark.only_sqlite
@pytest.mark.parametrize("name", ["docctl.db-wal", "docctl.db-shm", "docctl.db-journal"])
def test_what_sqlite_would_read_beside_the_database_is_named(kept: Office, name: str) -> None:
    (kept.control.data / name).write_bytes(b"not of SQLite at all" * 30)
    with DocumentControl.as_of_now(kept.control.data, address_of(kept.control.data)) as control:
        report = verify(control)
    assert [(each.severity, each.subject) for each in report.findings] == [(UNPROVEN, name)]


@pytest.mark.only_sqlite
@pytest.mark.parametrize("name", ["docctl.db", "library.git"])
def test_what_is_kept_elsewhere_through_a_link_is_named(kept: Office, name: str, tmp_path: Path) -> None:
    kept.control.engine.dispose()
    path = kept.control.data / name
    path.rename(tmp_path / name)
    path.symlink_to(tmp_path / name)
    with DocumentControl.as_of_now(kept.control.data, address_of(kept.control.data)) as control:
        report = verify(control)
    assert [(each.severity, each.subject) for each in report.findings] == [(NOTED, name)]
