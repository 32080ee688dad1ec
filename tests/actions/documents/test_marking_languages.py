"""A text in several languages: recognised section by section, and used by page, search, Word file and PDF."""

import io
import re
import zipfile

import pikepdf
import pytest

from docctl.actions.documents.marking_languages import with_languages
from docctl.actions.documents.recognising import read_file
from docctl.actions.intake.importing import import_document
from docctl.actions.issued_files import exporting
from docctl.adapters.conversion import html_to_markdown, markdown_to_html
from docctl.domain.documents.revision import Revision
from docctl.domain.rights.permission import Library
from docctl.followers.catching_up import catch_up
from docctl.registers.search import search
from docctl.texts.section_languages import without_marks
from tests.factories.files.hostile_word import paragraph, word_file
from tests.factories.library import Office

GERMAN = "Das Ventil bleibt geschlossen, solange die Pumpe läuft, und der Wärter schreibt jede Stunde den Druck auf."
ENGLISH = "The valve stays shut while the pump is running, and the keepers write down the pressures every hour."
TEXT = f"""# Purpose

{ENGLISH}

## Note

Short.

# Zweck

{GERMAN}

| Ventil | Druck |
|---|---|
| Nord | 17 |

<table>
<thead><tr><th>Art</th><th>Lage</th></tr></thead>
<tbody><tr><td rowspan="2">Pumpe</td><td>läuft</td></tr><tr><td>steht</td></tr></tbody>
</table>

## Hinweis

Kurz.

```
# valve --shut  # a comment in a program, which is no heading
```

# Scope

{ENGLISH}
"""


def test_a_mark_stands_where_the_language_changes_and_short_sections_go_with_the_one_they_stand_in() -> None:
    marked = with_languages(TEXT)
    assert [line for line in marked.splitlines() if "<!--lang" in line] == [
        "# Purpose<!--lang en-->",
        "# Zweck<!--lang de-->",
        "# Scope<!--lang en-->",
    ]
    assert without_marks(marked) == TEXT
    assert with_languages(marked) == marked


@pytest.mark.parametrize(
    "text",
    [
        f"# Purpose\n\n{ENGLISH}\n\n# Scope\n\n{ENGLISH}\n",
        f"# Purpose\n\n{ENGLISH}\n\n# Zweck\n\nKurz.\n",
        "# 1\n\n12 | 34\n",
        "",
    ],
)
def test_a_text_in_one_language_says_nothing_of_it(text: str) -> None:
    assert with_languages(text) == text


def test_the_editor_leaves_marks_out_and_saving_finds_them_again() -> None:
    marked = with_languages(TEXT)
    through = html_to_markdown(markdown_to_html(marked))
    assert "<!--lang" not in through
    assert "<!--lang de-->" in with_languages(through)


def _imported(office: Office) -> Revision:
    lines = TEXT.replace("```\n", "").replace("# valve --shut  # a", "A").splitlines()
    body = "".join(
        paragraph(line.lstrip("# "), f"Heading{line.index(' ')}" if line.startswith("#") else "")
        for line in lines
        if line and not line.startswith(("|", "<"))
    )
    read = read_file(office.control, "POL-007 Valves.docx", word_file(body))
    revision_id, _ = import_document(office.control, office.people["carla"], read)
    return office.revision(revision_id)


def test_the_sections_of_an_imported_word_file_are_in_their_languages_on_the_page(office: Office) -> None:
    revision = _imported(office)
    view = office.control.read_text(Library.ITSELF, revision.current, revision)
    assert revision.language == "en"
    assert [(each.title, each.language) for each in view.sections] == [
        *(("Purpose", "en"), ("Note", "en"), ("Zweck", "de"), ("Hinweis", "de"), ("Scope", "en")),
    ]
    assert re.search(r'<h2 id="s-zweck" lang="de">Zweck</h2>\s*<p lang="de">Das Ventil', view.html)
    assert "<!--" not in view.html


def test_word_file_and_pdf_of_a_text_say_the_language_of_each_part_and_search_knows_its_endings(
    office: Office,
) -> None:
    made = office.publish("POL-007", "Valves", TEXT)
    catch_up(office.control)
    word, pdf = (exporting.issued_file(office.control, made, None, kind)[1] for kind in (exporting.WORD, exporting.PDF))
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        markup = package.read("word/document.xml").decode()
    for said in ("Das Ventil bleibt", "Nord", "Pumpe", "Kurz"):
        run = next(run for run in re.findall(r"<w:r>.*?</w:r>|<w:r .*?</w:r>", markup, re.DOTALL) if said in run)
        assert '<w:lang w:val="de"/>' in run, said
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        spoken = [str(each.Lang) for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/Lang" in each]
    assert {"en", "de"} <= set(spoken)
    # German takes the ending off Ventile, English off pressures.
    for question in ("Ventile", "pressure"):
        assert [hit.number for hit in search.find_all(office.control, question).hits] == ["POL-007"], question


def _in_english(text: str, style: str = "") -> str:
    """A paragraph that Word was told to be in English, whatever it says."""
    return paragraph(text, style).replace("<w:r>", '<w:r><w:rPr><w:lang w:val="en-US"/></w:rPr>')


def _languages(word: bytes) -> dict[str, str]:
    """Return what each run of a Word file says to be in, by its words; nothing is the language of the file."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        markup = package.read("word/document.xml").decode()
    runs = re.findall(r"<w:r>.*?</w:r>|<w:r .*?</w:r>", markup, re.DOTALL)
    said = {"".join(re.findall(r"<w:t[^>]*>([^<]*)", run)): re.findall(r'<w:lang w:val="([^"]*)"', run) for run in runs}
    return {words: next(iter(found), "") for words, found in said.items()}


def _issued(office: Office, body: str) -> tuple[Revision, dict[str, str], list[str]]:
    read = read_file(office.control, "POL-008 Ventile.docx", word_file(body))
    revision_id, _ = import_document(office.control, office.people["carla"], read)
    revision = office.revision(revision_id)
    word = exporting.issued_file(office.control, revision_id, None, exporting.WORD)[1]
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        usual = re.findall(
            r'<w:docDefaults>.*?<w:lang [^>]*w:val="([^"]*)"', package.read("word/styles.xml").decode(), re.DOTALL
        )
    return revision, _languages(word), usual


def test_a_word_file_says_the_recognised_language_whatever_word_was_set_to(office: Office) -> None:
    quotation = paragraph("keep calm").replace("<w:r>", '<w:r><w:rPr><w:lang w:val="fr-FR"/></w:rPr>')
    body = _in_english("Zweck", "Heading1") + _in_english(GERMAN) + quotation + paragraph("Ende.")
    revision, said, usual = _issued(office, body)
    assert revision.language == "de"
    assert usual in ([], ["de"])
    assert (said["Zweck"], said[GERMAN], said["keep calm"], said["Ende."]) == ("de", "de", "fr-FR", "")


def test_each_section_of_a_word_file_says_its_own_language(office: Office) -> None:
    body = "".join(
        _in_english(text, style)
        for text, style in (
            ("Zweck", "Heading1"),
            (GERMAN, ""),
            (GERMAN[4:], ""),
            ("Purpose", "Heading1"),
            (ENGLISH, ""),
        )
    )
    revision, said, _ = _issued(office, body + paragraph("Nothing was said of these."))
    assert revision.language == "de"
    assert (said["Zweck"], said[GERMAN]) == ("de", "de")
    assert {said["Purpose"], said[ENGLISH]} == {"en-US"}
    assert said["Nothing was said of these."] == "en"
