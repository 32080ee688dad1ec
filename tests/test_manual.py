"""The manual: every command and setting that it names exists and is as it says, and no link leads nowhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from docctl.cli import main
from docctl.settings import Settings
from tests.factories.library import HOME

PAGES = [HOME / "README.md", *sorted((HOME / "docs").rglob("*.md"))]
OPERATING = (HOME / "docs" / "operating.md").read_text()
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
HEADING = re.compile(r"(?m)^#+ (.+)$")


def anchors(page: Path) -> set[str]:
    """The addresses of the headings of a page, as a forge makes them."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(page.read_text()))
    return {f"#{each.replace(' ', '-')}" for each in words}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_manual_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text()):
        if "://" in target:
            continue
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), f"{target}{anchor}"


def test_the_readme_is_short_and_leads_to_every_chapter() -> None:
    readme = (HOME / "README.md").read_text()
    assert len(readme.splitlines()) < 100
    chapters = [page for page in PAGES[1:] if page.parent.name == "docs"]
    assert len(chapters) > 8
    assert [page.name for page in chapters if f"docs/{page.name}" not in readme] == []


def test_every_command_stands_in_the_manual_and_no_other() -> None:
    table = OPERATING.partition("## Commands")[2].partition("## Settings")[0]
    rows = [re.split(r"(?<!\\)\|", line)[1] for line in table.splitlines() if line.startswith("| `")]
    named = {words.split()[0] for row in rows for words in re.findall(r"`([^`]+)`", row)}
    assert named == {command for command in main.commands if not main.commands[command].hidden}


def test_every_setting_stands_in_the_manual_with_its_default() -> None:
    table = OPERATING.partition("## Settings")[2]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `DOCCTL")]
    told = {}
    for row in rows:
        names = re.findall(r"`DOCCTL_(\w+)`", row[1])
        values = [value.strip(" `") for value in row[2].split(",")]
        told |= dict(zip(names, values if len(values) > 1 else values * len(names), strict=True))
    for setting in fields(Settings):
        default = "yes" if setting.default is True else str(setting.default)
        in_words = {"DATABASE_URL": "SQLite in the data folder", "LOG_FILE": "standard error"}
        assert told[setting.name] == in_words.get(setting.name, default), setting.name
    assert told.keys() == {setting.name for setting in fields(Settings)}
