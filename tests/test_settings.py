"""Settings: read from the environment and config.py, and refused by name where they cannot be served with."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from docctl.cli import main
from docctl.domain.errors import InvalidInputError
from docctl.settings import Settings
from tests.factories.library import HOME

ALL = {field.name: field for field in fields(Settings)}
NUMBERS = sorted(name for name, field in ALL.items() if type(field.default) in (int, float))


def read(tmp_path: Path, text: str, **environment: str) -> Settings:
    """The settings with a config.py of this text."""
    file = tmp_path / "config.py"
    file.write_text(text)
    return Settings.read({}, {"DOCCTL_CONFIG": str(file)} | environment)


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    text = 'PORT = 6001\nWORKERS = 3\nHOST = "::1"\n'
    assert (read(tmp_path, text).PORT, read(tmp_path, text).HOST) == (6001, "::1")
    assert read(tmp_path, text, DOCCTL_PORT="6002").PORT == 6002
    environment = {"DOCCTL_CONFIG": str(tmp_path / "config.py"), "DOCCTL_PORT": "6002"}
    chosen = Settings.read({"PORT": 6003, "HOST": None}, environment)
    assert (chosen.PORT, chosen.WORKERS, chosen.HOST) == (6003, 3, "::1")


def test_the_file_of_the_tree_names_every_setting_with_its_meaning_and_its_default(tmp_path: Path) -> None:
    delivered = (HOME / "config.py").read_text()
    assert read(tmp_path, delivered) == Settings()
    set_all = "\n".join(line.removeprefix("# ") for line in delivered.splitlines() if " = " in line)
    assert [line.partition(" = ")[0] for line in set_all.splitlines()] == list(ALL)
    assert read(tmp_path, set_all) == Settings()
    meanings = [line.removeprefix("# ").rstrip(".") for line in delivered.splitlines() if line.startswith("# ")][::2]
    assert [meaning.lower() for meaning in meanings] == [field.metadata["about"].lower() for field in ALL.values()]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("written", ["", "many", "-1", "1e999", "nan", "0x10"])
def test_a_number_that_cannot_be_served_with_is_refused_by_name(name: str, written: str) -> None:
    with pytest.raises(InvalidInputError, match=f"DOCCTL_{name} .*takes"):
        Settings.read({}, {f"DOCCTL_{name}": written})


@pytest.mark.parametrize("name", NUMBERS)
def test_zero_is_refused_where_nobody_would_be_served(name: str) -> None:
    may_be_zero = {"TRUSTED_PROXIES", "CLOCK_LEAP_DAYS", "DISK_FLOOR_MB", "DISK_FLOOR_PERCENT"}
    if name in may_be_zero:
        assert getattr(Settings.read({}, {f"DOCCTL_{name}": "0"}), name) == 0
    else:
        with pytest.raises(InvalidInputError, match=f"DOCCTL_{name} is “0.*takes"):
            Settings.read({}, {f"DOCCTL_{name}": "0"})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"DOCCTL_WROKERS": "2"}, "DOCCTL_WROKERS is no setting.*mean DOCCTL_WORKERS"),
        ({"DOCCTL_XYZZY": "2"}, "DOCCTL_XYZZY is no setting.*manual"),
        ({"DOCCTL_BASE_URL": "docs.riverton.example"}, "DOCCTL_BASE_URL.*scheme"),
        ({"DOCCTL_BASE_URL": "https://docs.riverton.example/?a=1"}, "DOCCTL_BASE_URL"),
        ({"DOCCTL_BASE_URL": "https://[::1"}, "DOCCTL_BASE_URL"),
        ({"DOCCTL_MAIL_STARTTLS": "maybe"}, "DOCCTL_MAIL_STARTTLS.*yes or no"),
        ({"DOCCTL_LOG_FORMAT": "xml"}, "DOCCTL_LOG_FORMAT.*json or text"),
        ({"DOCCTL_WORD_PAGES": ""}, "DOCCTL_WORD_PAGES.*libreoffice or typst"),
        ({"DOCCTL_DATA": ""}, "DOCCTL_DATA is empty"),
        ({"DOCCTL_HOST": ""}, "DOCCTL_HOST is empty"),
        ({"DOCCTL_CONFIG": "/nowhere/config.py"}, "no such file"),
    ],
)
def test_wrong_unknown_and_misspelt_settings_are_refused_in_one_sentence(given: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        Settings.read({}, given)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("WORKERS = 0", "DOCCTL_WORKERS is “0”"),
        ("WORKERS = True", "WORKERS in .* whole number"),
        ("HOST = 5", "HOST in .* a text"),
        ("WROKERS = 2", "WROKERS in .* no setting.*DOCCTL_WORKERS"),
        ("PORT = ", "cannot be read"),
        ("raise SystemExit(3)", "cannot be read"),
        ("PORT = 1 / 0", "cannot be read"),
    ],
)
def test_a_file_of_settings_is_checked_as_the_environment_is(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        read(tmp_path, text)


def test_a_command_refuses_a_setting_before_it_does_anything(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--data", str(tmp_path / "data"), "init"], env={"DOCCTL_WORKERS": "0"})
    assert told.exit_code != 0
    assert "DOCCTL_WORKERS" in told.output
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("name", "value"), [("WORKERS", 0), ("PORT", 65536), ("BASE_URL", "riverton")])
def test_what_is_chosen_is_checked_too(name: str, value: Any) -> None:
    with pytest.raises(InvalidInputError, match=name):
        Settings.read({name: value}, {})


def test_a_password_is_in_no_refusal_and_in_no_printed_settings(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(tmp_path, "MAIL_PASSWORD = 12345\n")
    assert "12345" not in str(refusal.value)
    assert "hunter2" not in repr(Settings(MAIL_PASSWORD="hunter2"))
