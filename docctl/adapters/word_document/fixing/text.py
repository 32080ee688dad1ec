"""One text, fixed: a Word file whose fields, controls and changes show the same words to everybody for ever."""

from lxml import etree

from docctl.adapters.word_document.fixing.fields import fix_fields
from docctl.adapters.word_document.fixing.settling import settle, take_out_unused_notes
from docctl.adapters.word_document.fixing.shared_notes import part_shared_notes
from docctl.adapters.word_document.fixing.signs import fix_bullets, fix_signs
from docctl.adapters.word_document.parts import EVERY_PAGE, WordParts
from docctl.adapters.word_document.xml import w
from docctl.word_format.facts import WORKED_OUT
from docctl.word_format.fields import bookmarks_of
from docctl.word_format.markup import CHOICES, settle_choices
from docctl.word_format.symbols import tell_bullets_in_words

_BINDING = "dataBinding"
_DATA = "customXml"


def fix_word(word: bytes) -> bytes:
    """Return a checked Word file as it is issued: changes accepted, comments out, fields as text, controls unbound.

    Contents, page numbers and what every page works out anew stay fields, links stay links, forms stay forms. A file
    in which nothing is to be fixed comes back byte for byte.
    """
    parts = WordParts(word)
    for root in (*parts.texts(), *parts.trees("numbering")):
        settle_choices(root)
    settle(parts, accept=True)
    texts = list(parts.texts())
    every_page = list(parts.trees(*EVERY_PAGE))
    bookmarks = {name for root in texts for name in bookmarks_of(root)}
    for root in texts:
        _keep_one_alternative(root)
        fix_fields(root, bookmarks, is_on_every_page=any(root is each for each in every_page))
        if not any(root is each for each in every_page):
            _take_out_worked_out(root)
    take_out_unused_notes(parts)
    part_shared_notes(parts)
    styles = next(parts.trees("styles"), None)
    for root in texts:
        fix_signs(root, styles)
    for root in parts.trees("numbering"):
        tell_bullets_in_words(root)
        fix_bullets(root)
    if sum(_unbind(root) for root in texts):
        parts.drop(lambda kind: kind == _DATA)
    for root in parts.trees("settings"):
        for update in root.findall(w("updateFields")):
            root.remove(update)
    return parts.written()


def _keep_one_alternative(root: etree._Element) -> None:
    """Take out what a file has for older programs, where that says other words than what all others show."""
    for each in root.iter(f"{CHOICES}AlternateContent"):
        choice, older = (each.find(f"{CHOICES}{name}") for name in ("Choice", "Fallback"))
        said, told = (_words(each) for each in (choice, older))
        if said and told and said != told:
            each.remove(older)


def _words(option: etree._Element | None) -> str:
    return "".join("".join(each.text or "" for each in option.iter(w("t"))).split()) if option is not None else ""


def _take_out_worked_out(root: etree._Element) -> None:
    """Take out the day of today and the number of a page, which Word works out anew wherever they stand in a run."""
    for each in list(root.iter(*map(w, WORKED_OUT))):
        each.getparent().remove(each)


def _unbind(root: etree._Element) -> int:
    """Let each control show what stands in it, and no longer what hidden data say; return how many were bound."""
    bound = [
        each
        for properties in root.iter(w("sdtPr"))
        for each in properties
        if isinstance(each.tag, str) and etree.QName(each).localname == _BINDING
    ]
    for binding in bound:
        binding.getparent().remove(binding)
    return len(bound)
