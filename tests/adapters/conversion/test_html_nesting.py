"""What the editor sends is refused by a look where it is nested deeper than a text is, before it is converted."""

import time

import pytest

from docctl.adapters.conversion import html_to_markdown, pandoc
from docctl.adapters.conversion.written_text import EDITOR_SECONDS
from docctl.domain.errors import ConversionError

OPENED = ["<span>", "<a href='x'>", "<blockquote>", "<ul><li>", "<table><tr><td>", "<b><i></b>", "<q><!-- </q> -->"]


@pytest.mark.parametrize("opened", OPENED)
def test_deep_nesting_is_refused_at_once_with_what_to_do(opened: str) -> None:
    began = time.monotonic()
    with pytest.raises(ConversionError, match="more than 100 deep, so nothing was saved; take some of them out"):
        html_to_markdown(opened * 20_000)
    assert time.monotonic() - began < 3


def test_many_quotations_in_one_another_are_refused_and_none_is_lost_without_a_word() -> None:
    with pytest.raises(ConversionError, match="more than 100 deep"):
        html_to_markdown("<blockquote>" * 3_000 + "<p>a</p>" + "</blockquote>" * 3_000)
    assert html_to_markdown("<ul><li>" * 100 + "a" + "</li></ul>" * 100).count("- ") == 100


def test_parts_that_do_not_end_are_refused_before_the_converter_tries_every_end() -> None:
    for opened in ("<ul><li>", "<OL><li>", "<table><tr><td>"):
        with pytest.raises(ConversionError, match="begin and do not end"):
            html_to_markdown(opened * 30 + "a")


@pytest.mark.parametrize(
    "html", ["<p>a<p>b" * 500, "<br><img src='assets/a.png'>" * 500, "<b>a</b> <i>b</i>" * 500, "<ul><li>a</ul>" * 500]
)
def test_what_stands_side_by_side_is_not_deep(html: str) -> None:
    assert html_to_markdown(html).strip()


@pytest.mark.parametrize("html", ["<!--" * 100_000, "<" * 300_000, "<!-- - " * 60_000, "<a" * 150_000])
def test_the_look_takes_the_length_of_the_text_alone(html: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "WALL_SECONDS", 0.01)
    began = time.monotonic()
    with pytest.raises(ConversionError):
        html_to_markdown(html)
    assert time.monotonic() - began < 3


def test_who_waits_before_the_editor_waits_a_short_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert EDITOR_SECONDS < pandoc.WALL_SECONDS / 2
    monkeypatch.setattr("docctl.adapters.conversion.written_text.EDITOR_SECONDS", 0.001)
    with pytest.raises(ConversionError, match="takes more time or memory"):
        html_to_markdown("<p>a</p>" * 1_000)
