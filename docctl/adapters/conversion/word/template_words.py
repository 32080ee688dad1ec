"""What a Word template says of its own, in none of the controls that docctl fills: Word files on it alone say it."""

from collections.abc import Iterator
from functools import lru_cache
from zipfile import BadZipFile

from lxml import etree

from docctl.adapters.conversion.word.running import lines_with_words, running_parts, without_own
from docctl.domain.errors import TemplateError
from docctl.word_format.markup import WORD, Element, main_part, ordinary_form, unzipped, visible_text
from docctl.word_format.running import running_lines

_SAID_BY_DOCCTL = ("Uncontrolled when printed", "Audit trail")
"""What the templates that come with docctl have in their footers."""


@lru_cache(maxsize=32)
def words_of_template(template: bytes) -> tuple[str, ...]:
    """Return the lines beside the text and in headers and footers, without words that only name a document.

    Raises TemplateError for what is no Word file.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        trees = {
            name: etree.fromstring(ordinary_form(content), parser)
            for name, content in unzipped(template).items()
            if name.endswith((".xml", ".rels"))
        }
    except (BadZipFile, etree.XMLSyntaxError) as error:
        raise TemplateError("The Word template is damaged; save it again in Word.") from error
    running = running_lines({name: without_own(root) for name, root in running_parts(trees).items()})
    lines = (*_beside_the_text(trees[main_part(trees)]), *running)
    return tuple(dict.fromkeys(lines_with_words(lines, *_SAID_BY_DOCCTL)))


def _beside_the_text(main: Element) -> Iterator[str]:
    """Yield the lines outside of what docctl fills: in a table they name what stands there, and so above a record."""
    for paragraph in main.iter(f"{WORD}p"):
        names_a_record = _is_filled(paragraph.getnext())
        is_inside = any(each.tag == f"{WORD}tbl" or _is_filled(each) for each in paragraph.iterancestors())
        if not names_a_record and not is_inside:
            yield " ".join(visible_text(without_own(paragraph)).split())


def _is_filled(element: Element | None) -> bool:
    """Say whether an element is a control that docctl fills in."""
    tag = element.find(f"{WORD}sdtPr/{WORD}tag") if element is not None else None
    return tag is not None and tag.get(f"{WORD}val", "").startswith("docctl:")
