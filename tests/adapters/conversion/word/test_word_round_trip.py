"""The round trip: whatever the editor can write survives to Word and back, as the editor reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from lxml import html as page

from docctl.adapters.conversion import html_to_markdown, markdown_to_html, markdown_to_word, word_to_markdown
from tests.factories.files import hostile_word as word
from tests.factories.files.editor_text import editor_texts

TEMPLATE = (Path(__file__).parents[4] / "templates" / "procedure.docx").read_bytes()
MARKS = ("strong", "em", "s", "sub", "sup", "code", "a", "del", "u")


def to_word_and_back(text: str) -> tuple[str, tuple[str, ...]]:
    """Write a text as Word in the house's template, and read that."""
    read = word_to_markdown(markdown_to_word(text, {"assets/image1.png": word.png()}, TEMPLATE), is_text_only=True)
    return read.markdown, read.losses


def as_the_editor_holds_it(markdown: str) -> list[Any]:
    """What the editor holds of a text: blocks, and in them runs of text, each with the set of its marks."""
    root = page.fragment_fromstring(markdown_to_html(markdown), create_parent="div")
    return _joined(_pieces(root, frozenset()))


def _pieces(element: Any, marks: frozenset[str]) -> Iterator[Any]:
    own = marks
    if element.tag in MARKS:
        own = marks | {f"a {element.get('href')}" if element.tag == "a" else element.tag}
    elif not _says_nothing(element):
        kept = ("colspan", "rowspan", "style", "start", "checked", "alt")
        kept = kept if element.tag != "img" else ("alt",)
        yield (element.tag, *((name, element.get(name)) for name in kept if element.get(name) is not None))
    yield from ((own, letter) for letter in element.text or "")
    for child in element:
        yield from _pieces(child, own)
        yield from ((own, letter) for letter in child.tail or "")
    if element.tag not in MARKS and not _says_nothing(element):
        yield (f"/{element.tag}",)


def _says_nothing(element: Any) -> bool:
    """A paragraph around a picture alone is the editor's affair, for pictures stand in lines there."""
    only_picture = element.tag == "p" and not element.text_content().strip() and element.find("img") is not None
    return only_picture or element.tag in ("div", "span")


def _joined(pieces: Iterator[Any]) -> list[Any]:
    """Join letters with the same marks; spaces carry no marks but a link's, and those between blocks mean nothing."""
    out: list[Any] = []
    for piece in pieces:
        if not isinstance(piece[0], frozenset):
            if out and isinstance(out[-1], list) and not out[-1][1].strip():
                out.pop()
            out.append(piece)
        elif piece[1].isspace() and (not out or not isinstance(out[-1], list)):
            continue
        else:
            marks = frozenset() if piece[1].isspace() else piece[0]
            letter = " " if piece[1] == "\n" else piece[1]
            if out and isinstance(out[-1], list) and (out[-1][0] == marks or piece[1].isspace()):
                out[-1][1] += letter
            else:
                out.append([marks, letter])
    return out


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(editor_texts())
def test_whatever_the_editor_writes_survives_to_word_and_back(sent: str) -> None:
    stored = html_to_markdown(sent)
    back, losses = to_word_and_back(stored)
    assert losses == ()
    if back != stored:
        assert as_the_editor_holds_it(back) == as_the_editor_holds_it(stored)


def test_a_table_with_bullets_in_a_cell_stays_under_its_item() -> None:
    bullets = "<ul>\n      <li>x</li>\n      <li>y</li>\n      </ul>"
    table = f"<table>\n      <tbody>\n      <tr>\n      <td>{bullets}</td>\n      </tr>\n      </tbody>\n      </table>"
    back, losses = to_word_and_back(f"1.  One\n\n    - A\n\n    - B\n\n      {table}\n\n      1.  C\n")
    assert losses == ()
    assert "    - B\n\n      <table>" in back
    assert to_word_and_back(back)[0] == back
