"""The language of a document at import, whatever the styles of its file claim."""

import pytest

from docctl.actions.documents.recognising import read_file
from docctl.document_control import DocumentControl
from tests.factories.files.hostile_word import paragraph, word_file

GERMAN = "Das Ventil bleibt geschlossen, solange die Pumpe läuft, und der Wärter schreibt jede Stunde den Druck auf."
ENGLISH = "The valve stays shut while the pump is running, and the keeper writes down the pressure every hour."
STYLES = (
    b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault>'
    b'<w:rPr><w:lang w:val="en-US"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>'
)


def language(control: DocumentControl, *lines: str) -> str:
    word = word_file("".join(map(paragraph, lines)), **{"word/styles.xml": STYLES})
    return read_file(control, "x.docx", word).metadata.language


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((GERMAN,), "de"),
        (("Das Ventil bleibt geschlossen.",), "de"),
        ((GERMAN, GERMAN, ENGLISH), "de"),
        ((ENGLISH, ENGLISH, GERMAN), "en"),
        (("המפתח נשמר בארון",), "he"),
        (("12",), "en"),
    ],
)
def test_words_say_more_than_the_styles_of_a_program(control: DocumentControl, lines, expected: str) -> None:
    assert language(control, *lines) == expected


def test_a_markdown_file_is_recognised_and_its_front_matter_decides(control: DocumentControl) -> None:
    assert read_file(control, "x.md", f"# Zweck\n\n{GERMAN}\n".encode()).metadata.language == "de"
    said = read_file(control, "x.md", f"---\nlanguage: fr\n---\n# Zweck\n\n{GERMAN}\n".encode())
    assert said.metadata.language == "fr"
