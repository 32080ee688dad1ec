"""The manual inside the program: every chapter, its links, and what it says of something."""

import re

import pytest

from docctl.registers.help import manual

HREF = re.compile(r'<a href="([^"]*)"')


def address_of(name: str, anchor: str) -> str:
    """An address that tells both."""
    return f"/help/{name}{anchor and '#' + anchor}"


def test_chapters_begin_with_those_for_readers_and_have_a_title() -> None:
    chapters = manual.chapters()
    assert tuple(chapters)[: len(manual.READERS)] == manual.READERS
    assert {"changelog", "security", "decisions/0001-git-and-sql"} <= chapters.keys()
    assert all(chapter.title for chapter in chapters.values())


@pytest.mark.parametrize("name", [*manual.READERS, "decisions/0001-git-and-sql", "security"])
def test_each_link_between_chapters_leads_to_a_section_that_is_there(name: str) -> None:
    chapters = manual.chapters()
    for href in HREF.findall(manual.text_of(chapters[name], address_of)):
        if "://" in href or href.startswith("#"):
            continue
        target, _, anchor = href.removeprefix("/help/").partition("#")
        assert href.startswith("/help/"), href
        assert target in chapters, href
        assert not anchor or f'id="{anchor}"' in chapters[target].view.html, href


def test_a_link_to_a_section_of_another_chapter_keeps_its_place() -> None:
    assert 'href="/help/operating#s-settings"' in manual.text_of(manual.chapters()["developing"], address_of)


def test_what_names_the_words_in_its_title_comes_first_and_they_are_marked() -> None:
    first = manual.find_help("bringing in")[0]
    assert (first.chapter.name, first.title) == ("controlling", "Bringing in what there is")
    assert "<mark>" in first.html


@pytest.mark.parametrize("question", ["legal hold", "LEGAL HOLD", "hold lega", "legal-hold"])
def test_words_are_found_in_any_order_and_by_their_beginnings(question: str) -> None:
    assert any(passage.chapter.name == "controlling" for passage in manual.find_help(question))


@pytest.mark.parametrize("question", ["", "  ", "?!", "*", "zebra", "\x00", "a" * 5000])
def test_nothing_is_found_without_words_or_for_words_that_are_nowhere(question: str) -> None:
    assert manual.find_help(question) == []
