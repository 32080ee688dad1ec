"""Titles in capitals, written as their texts would write them."""

import pytest

from docctl.texts.shouted_title import in_ordinary_case

GERMAN = "Die Akten liegen im Archiv. Das Register führt die Leitung für das Haus, und jede Akte hat eine Nummer.\n"


@pytest.mark.parametrize(
    ("title", "text", "calm"),
    [
        ("PROCEDURE FOR THE ARCHIVE", "The archivist keeps the key.", "Procedure for the archive"),
        ("RULES OF THE ISO COMMITTEE", "This follows ISO, and the Committee meets.", "Rules of the ISO Committee"),
        ("GDPR RULES FOR STAFF", "We protect data.", "GDPR rules for staff"),
        ("RICHTLINIE FÜR DAS ARCHIV", GERMAN, "Richtlinie für das Archiv"),
        ("GDPR POLICY", "We protect data.", "GDPR POLICY"),
        ("Rules for the GDPR", "x", "Rules for the GDPR"),
        ("泵规则 为 什么", "x", "泵规则 为 什么"),
    ],
)
def test_a_title_in_capitals_is_written_as_its_text_would_write_it(title: str, text: str, calm: str) -> None:
    assert in_ordinary_case(title, text) == calm
