"""The command line as scripts use it: stable answers, one sentence for a refusal, never a question nor a traceback."""

import fcntl
import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from docctl import terminal
from docctl.adapters import search_index
from docctl.adapters.signing_key import key_folder
from docctl.cli import main
from docctl.domain.operations.exits import Exit
from tests.factories.files.hostile_word import paragraph, word_file

HOME = Path(__file__).resolve().parents[1]
POLICY = "# Purpose\n\nEverybody locks the screen when leaving the desk.\n\n# Scope\n\nAll offices.\n"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine changes what a test sees."""
    for name in ("DATA", "DATABASE_URL", "PORT", "HOST", "BASE_URL"):
        monkeypatch.delenv(f"DOCCTL_{name}", raising=False)


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library as ``docctl init`` makes it, which no test changes."""
    data = tmp_path_factory.mktemp("laid_down") / "library"
    assert _docctl("init", "--organisation", "Town of Weights", data=data).exit_code == 0
    return data


@pytest.fixture(scope="module")
def imported_once(laid_down: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with two documents in force, which no test changes."""
    place = tmp_path_factory.mktemp("imported")
    data = Path(shutil.copytree(laid_down, place / "library"))
    _write_files(place / "files")
    _imported(data, place / "files")
    return data


@pytest.fixture
def imported(imported_once: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(imported_once, tmp_path / "imported"))


@pytest.fixture
def library(laid_down: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(laid_down, tmp_path / "library"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two documents and a file that is none."""
    _write_files(tmp_path / "files")
    return tmp_path / "files"


def _write_files(folder: Path) -> None:
    folder.mkdir()
    (folder / "POL-007 Screen locks.md").write_text(POLICY)
    (folder / "CRAN-0001 Cranes.docx").write_bytes(
        word_file(paragraph("Purpose", "Heading1") + paragraph("Cranes lift."))
    )
    (folder / "bad.docx").write_bytes(b"no Word file at all")


def _docctl(*arguments: str | Path, data: Path | None = None) -> Result:
    before = ["--data", str(data)] if data is not None else []
    return CliRunner().invoke(main, [*before, *map(str, arguments)], input="")


def test_an_import_tells_how_far_it_is_where_its_lines_go_to_a_log(
    library: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "of 3 files" not in _docctl("import", files, data=library).stderr
    monkeypatch.setattr(terminal, "SECONDS_BETWEEN_LINES", 0)
    assert _docctl("import", files, data=library).stderr.splitlines()[:3] == [
        *("1 of 3 files", "2 of 3 files", "3 of 3 files"),
    ]


def _refused(result: Result, exit_code: Exit = Exit.REFUSED) -> str:
    assert result.exit_code == exit_code
    assert isinstance(result.exception, SystemExit)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("docctl: ")
    assert lines[0].endswith(".")
    return lines[0]


def _imported(library: Path, files: Path, *options: str) -> Result:
    return _docctl("import", files, "--in-force", "--effective", "2026-01-31", *options, data=library)


def test_help_reads_like_a_table_of_contents() -> None:
    result = _docctl("--help")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.rstrip(":") for line in lines if line in {f"{name}:" for name in main.chapters}] == list(main.chapters)
    for names in main.chapters.values():
        for name in names:
            told = [line for line in lines if line.startswith(f"  {name} ")]
            assert len(told) == 1, name
            assert told[0].endswith("."), name
    assert "..." not in result.output.partition("Library:")[2]


def test_every_command_is_in_a_chapter_and_says_what_it_does() -> None:
    assert sorted(main.commands) == sorted(name for names in main.chapters.values() for name in names)
    for name in main.commands:
        assert _docctl(name, "--help").exit_code == 0


def test_init_makes_a_library_and_prints_a_one_time_link_without_a_terminal(tmp_path: Path) -> None:
    data = tmp_path / "library"
    result = _docctl("init", data=data)
    assert result.exit_code == 0
    assert "/choose-password/" in result.output
    modes = {
        path: stat.S_IMODE((data / path).stat().st_mode) for path in (".", "keys", "keys/ledger_key", "secret_key")
    }
    assert modes == {".": 0o700, "keys": 0o700, "keys/ledger_key": 0o600, "secret_key": 0o600}


def test_init_refuses_an_existing_library_and_leaves_it_as_it_is(library: Path) -> None:
    secret = (library / "secret_key").read_text()
    assert "There already is a library" in _refused(_docctl("init", data=library))
    assert (library / "secret_key").read_text() == secret


def test_init_that_is_refused_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "library"
    assert "time zone" in _refused(_docctl("init", "--time-zone", "Nowhere/Town", data=data))
    monkeypatch.setenv("DOCCTL_DATABASE_URL", "rubbish")
    assert "address of the database" in _refused(_docctl("init", data=data), Exit.MISUSED)
    monkeypatch.delenv("DOCCTL_DATABASE_URL")
    assert _docctl("init", data=data).exit_code == 0


def test_import_reports_a_verdict_for_every_file(library: Path, files: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    result = _imported(library, files, "--report", str(report))
    assert result.exit_code == 0
    rows = {Path(row["path"]).name: row for row in json.loads(report.read_text())["files"]}
    assert rows.keys() == {"POL-007 Screen locks.md", "CRAN-0001 Cranes.docx", "bad.docx"}
    for row in rows.values():
        assert list(row) == ["path", "status", "number", "title", "reason", "losses", "seconds", "recall", "held_up"]
        assert isinstance(row["losses"], list)
        assert isinstance(row["seconds"], float)
    assert (rows["CRAN-0001 Cranes.docx"]["status"], rows["CRAN-0001 Cranes.docx"]["number"]) == (
        "imported",
        "CRAN-0001",
    )
    assert rows["POL-007 Screen locks.md"]["title"] == "Screen locks"
    assert rows["bad.docx"]["status"] == "refused"
    assert rows["bad.docx"]["reason"]
    assert "2 imported, 1 refused." in result.stderr


def test_import_refuses_before_anything_is_imported(library: Path, files: Path, tmp_path: Path) -> None:
    assert "no folder for the report" in _refused(
        _docctl("import", files, "--report", tmp_path / "no" / "r.json", data=library)
    )
    assert "no document type “wish”" in _refused(_docctl("import", files, "--type", "wish", data=library))
    assert _docctl("import", files, "--effective", "2026-01-31", data=library).exit_code == Exit.MISUSED
    assert "is not a date" in _refused(_docctl("import", files, "--in-force", "--effective", "31.1.2026", data=library))
    assert "Nobody has the login" in _refused(_docctl("import", files, "--as", "nobody", data=library))
    assert _docctl("search", "screen", "--every-revision", "--json", data=library).output == "[]\n"


@pytest.mark.parametrize(("lock", "module"), [("index.lock", search_index), ("keys/rotation.lock", key_folder)])
def test_import_says_which_lock_another_process_keeps_and_loses_nothing(
    library: Path, files: Path, lock: str, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_WITHIN_SECONDS", 0.2)
    with (library / lock).open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = _imported(library, files)
    assert result.exit_code == Exit.UNABLE
    assert "2 imported, 1 refused." in result.stderr
    assert "has held the lock of" in result.stderr.splitlines()[-1]
    assert "CRAN-0001" in _docctl("search", "cranes", data=library).output


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("import", "EMPTY"), "No file was found in EMPTY, so nothing was imported; name Word or Markdown files."),
        (("import", "EMPTY", "--in-force", "--effective", "2099-01-01"), "its effective date cannot lie ahead"),
        (
            ("import", "EMPTY", "--in-force", "--evidence", "x" * 1001),
            "Say in at most 1,000 characters on what evidence",
        ),
        (("text", "XX-9"), "There is no document “XX-9”; find its number with “docctl search”."),
        (("compare", "CRAN-0001", "1", "9"), "CRAN-0001 has no revision 9."),
        (("origins", "XX-9"), "There is no document “XX-9”"),
        (("let-stand", "CRAN-0001", "zz"), "No difference has the key “zz”"),
        (("add-user", "a/b", "Ann"), "a login of letters A to Z, digits, points"),
        (("adopt", "EMPTY", "--git"), "does not appear to be a git repository); name a Git repository or a bundle."),
    ],
)
def test_what_is_refused_says_what_to_do(
    imported: Path, tmp_path: Path, command: tuple[str, ...], sentence: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = _refused(_docctl(*(word.replace("EMPTY", str(empty)) for word in command), data=imported))
    assert sentence.replace("EMPTY", str(empty)) in refused


def test_import_keeps_unclaimed_numbers_under_the_type_that_is_named(library: Path, files: Path) -> None:
    assert _docctl("import", files / "CRAN-0001 Cranes.docx", "--type", "form", data=library).exit_code == 0
    assert "Cranes lift." in _docctl("text", "CRAN-0001", data=library).output


def test_search_prints_a_stable_list(imported: Path) -> None:
    found = json.loads(_docctl("search", "screen", "--json", data=imported).output)
    assert list(found[0]) == ["number", "revision", "title", "section", "score", "highlight"]
    assert (found[0]["number"], found[0]["revision"]) == ("POL-007", 1)
    question = "What does everybody lock when leaving the desk?"
    assert (
        json.loads(_docctl("search", question, "--json", "--limit", "1", data=imported).output)[0]["number"]
        == "POL-007"
    )
    assert json.loads(_docctl("search", "elephants", "--json", data=imported).output) == []
    assert _docctl("search", "elephants", data=imported).output == "Nothing found.\n"
    assert "Words as common as “who”, “not” stand" in _docctl("search", "who not", data=imported).output


def test_text_compare_and_issue_answer_for_a_document(imported: Path, tmp_path: Path) -> None:
    assert _docctl("text", "pol-007", data=imported).output.startswith("# Purpose\n\nEverybody locks")
    same = json.loads(_docctl("compare", "POL-007", "1", "1", "--json", data=imported).output)
    assert same
    written = json.loads(_docctl("origins", "POL-007", "--json", data=imported).output)
    assert {each["revision"] for line in written["paragraphs"] for each in line["contributions"]} == {1}
    assert "   1  " in _docctl("origins", "POL-007", data=imported).output
    assert _docctl("origins", "POL-007", "--since", "1", data=imported).output == ""
    word, pdf = tmp_path / "policy.docx", tmp_path / "policy.pdf"
    assert _docctl("issue", "POL-007", "--word", word, "--pdf", pdf, data=imported).exit_code == 0
    assert word.read_bytes().startswith(b"PK")
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_what_is_not_there_is_refused_in_one_sentence(imported: Path, tmp_path: Path) -> None:
    assert "There is no document “POL-999”" in _refused(_docctl("text", "POL-999", data=imported))
    assert "no revision 7" in _refused(_docctl("text", "POL-007", "--revision", "7", data=imported))
    _refused(_docctl("compare", "POL-007", "1", "2", data=imported))
    assert "--word FILE" in _docctl("issue", "POL-007", data=imported).stderr
    assert "No such file" in _refused(
        _docctl("issue", "POL-007", "--word", tmp_path / "no" / "a.docx", data=imported), Exit.UNABLE
    )
    assert "Nobody has the login" in _refused(_docctl("link", "nobody", data=imported))
    assert _docctl("import", data=imported).exit_code == 64


@pytest.mark.parametrize("command", [["text", "A-1"], ["checkpoint"], ["publish-due"], ["serve"], ["follow", "--once"]])
def test_without_a_library_every_command_says_how_to_make_one(tmp_path: Path, command: list[str]) -> None:
    assert "docctl init" in _refused(_docctl(*command, data=tmp_path / "nothing"), Exit.UNABLE)


@pytest.mark.parametrize(
    ("url", "exit_code"),
    [("rubbish", Exit.MISUSED), ("nosuch://x", Exit.MISUSED), ("sqlite:////nowhere/at/all.db", Exit.UNABLE)],
)
def test_a_bad_database_is_refused_in_one_sentence(
    library: Path, url: str, exit_code: Exit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCCTL_DATABASE_URL", url)
    assert "database" in _refused(_docctl("publish-due", data=library), exit_code)


def test_a_damaged_database_is_refused_in_one_sentence(library: Path) -> None:
    (library / "docctl.db").write_text("no database")
    assert "not a database" in _refused(_docctl("text", "POL-001", data=library), Exit.CHANGED)


def test_a_setting_that_is_no_number_is_refused(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_PORT", "many")
    assert "many" in _refused(_docctl("publish-due", data=library), Exit.MISUSED)


def test_the_data_folder_is_named_before_or_behind_a_command_or_by_the_environment(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _docctl("publish-due", data=library).output == "Nothing is due.\n"
    assert _docctl("publish-due", "--data", library).output == "Nothing is due.\n"
    monkeypatch.setenv("DOCCTL_DATA", str(library))
    assert _docctl("publish-due").output == "Nothing is due.\n"


def test_verify_answers_scripts_and_people(imported: Path) -> None:
    report = _docctl("verify", "--json", data=imported)
    assert report.exit_code == 0
    assert isinstance(json.loads(report.output), dict)
    assert _docctl("verify", data=imported).exit_code == 0


def test_people_are_added_and_get_a_link(library: Path) -> None:
    added = _docctl("add-user", "alice", "Alice Author", "--role", "author", data=library)
    assert "/choose-password/" in added.output
    assert "/choose-password/" in _docctl("link", "alice", data=library).output
    assert "is taken" in _refused(_docctl("add-user", "alice", "Another", data=library))
    assert "no such role" in _refused(_docctl("add-user", "bob", "Bob", "--role", "emperor", data=library))


def test_a_production_library_is_not_shown_as_the_demonstration(library: Path) -> None:
    assert "not the demonstration" in _refused(_docctl("demo", "--build-only", data=library))


def test_it_works_as_a_program_with_closed_input(tmp_path: Path, files: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "docctl.cli", "--data", str(tmp_path / "library"), *arguments]
        return subprocess.run(
            command, stdin=None, close_fds=True, capture_output=True, text=True, cwd=HOME, check=False
        )

    assert "/choose-password/" in run("init").stdout
    again = run("init")
    assert again.returncode == 1
    assert again.stdout == ""
    assert again.stderr.count("\n") == 1
    imported = run("import", str(files / "POL-007 Screen locks.md"))
    assert imported.stdout.startswith("imported  POL-007  Screen locks (noted: The title “Screen locks” was taken from")
    assert imported.stdout.count("\n") == 1
    assert imported.returncode == 0
