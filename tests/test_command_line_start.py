"""The start of the command line: it loads what a command needs, and nothing of the rest."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from docctl.adapters import database
from docctl.cli import main
from docctl.followers.catching_up import catch_up
from tests.factories.library import Office

HOME = Path(__file__).resolve().parents[1]
HEAVY = ("alembic", "argon2", "docx", "flask", "markdown_it", "openpyxl", "pypandoc", "typst", "yaml")


def test_a_search_loads_no_library_that_writes_reads_or_serves_documents(office: Office) -> None:
    office.publish("POL-001")
    script = (
        "import sys; from click.testing import CliRunner; from docctl.cli import main\n"
        f"answer = CliRunner().invoke(main, ['--data', {str(office.control.data)!r}, 'search', 'xqzwvy'])\n"
        "assert answer.exit_code == 0 and 'Nothing found' in answer.output, answer\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    catch_up(office.control, issuing=False)
    run = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_newest_schema_is_the_one_no_other_follows(office: Office, tmp_path: Path) -> None:
    engine = office.control.engine
    assert database.schema_is_current(engine, HOME / "migrations")
    versions = tmp_path / "versions"
    versions.mkdir()
    for path in (HOME / "migrations" / "versions").glob("*.py"):
        (versions / path.name).write_text(path.read_text())
    newest = max(path.name for path in versions.iterdir())[:4]
    (versions / "9999_more.py").write_text(f'revision = "9999"\ndown_revision: str = "{newest}"\n')
    assert not database.schema_is_current(engine, tmp_path)


@pytest.mark.parametrize("command", [["search", "quality"], ["serve"], ["doctor"], ["verify"], ["follow", "--once"]])
def test_a_library_of_a_later_version_is_left_alone_with_a_sentence(office: Office, command: list[str]) -> None:
    with office.control.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    told = CliRunner().invoke(main, ["--data", str(office.control.data), *command])
    assert told.exit_code != 0
    assert "schema 9999" in told.output
    assert "use the version that served it last" in told.output.replace("\n", " ")
    with office.control.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
