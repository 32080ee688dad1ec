"""The caches of pages and of what was measured forget what another version of the program made."""

from pathlib import Path

import pytest

from docctl.adapters import measurements, rendered_texts
from docctl.adapters.measurements import Measurements
from docctl.adapters.rendered_texts import RenderedTexts
from docctl.domain.documents.reading_text import ReadingView
from docctl.machine.program_sources import digest_of

NAME = "ab" * 32


def test_a_page_that_other_sources_made_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (ReadingView(html, (), "") for html in ("<p>old</p>", "<p>new</p>"))
    assert RenderedTexts(tmp_path, "secret").get_or_make(NAME, lambda: old) == old
    assert RenderedTexts(tmp_path, "secret").get_or_make(NAME, lambda: new) == old
    monkeypatch.setattr(rendered_texts, "digest_of", lambda *rooms: "of another version")
    assert RenderedTexts(tmp_path, "secret").kept(NAME) is None
    assert RenderedTexts(tmp_path, "secret").get_or_make(NAME, lambda: new) == new


def test_what_other_sources_measured_is_measured_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Measurements(tmp_path, "secret").keep(NAME, "made of", [])
    assert Measurements(tmp_path, "secret").kept(NAME, "made of") == []
    monkeypatch.setattr(measurements, "digest_of", lambda *rooms: "of another version")
    assert Measurements(tmp_path, "secret").kept(NAME, "made of") is None


def test_each_room_that_shapes_pages_counts() -> None:
    rooms = ("adapters/reading_view", "texts", "adapters/pandoc_filters")
    assert len({digest_of(*rooms[:count]) for count in range(4)}) == 4
