"""The hidden data of two Word files compared: what Word puts in place of the words that the page shows."""

from collections import Counter

from lxml import etree

from docctl.domain.word_bindings import shown_otherwise, stores_of
from docctl.domain.word_look import LookChange
from docctl.domain.word_markup import unzipped

HIDDEN_DATA = "hidden data that Word shows instead"
_PLACES = ("customXml/", "docProps/", "word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes")


def differences_in_hidden_data(older: bytes, newer: bytes) -> list[LookChange]:
    """Return where controls of only one of two Word files are bound to data that say something else than the text."""
    before, after = _shown_otherwise(older), _shown_otherwise(newer)
    gone = [LookChange(f"control “{text}”", HIDDEN_DATA, data, text) for text, data in (before - after).elements()]
    came = [LookChange(f"control “{text}”", HIDDEN_DATA, text, data) for text, data in (after - before).elements()]
    return gone + came


def _shown_otherwise(word: bytes) -> Counter[tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    parts = unzipped(word).items()
    trees = {
        name: etree.fromstring(part, parser)
        for name, part in parts
        if name.startswith(_PLACES) and name.endswith((".xml", ".rels")) and part.strip()
    }
    stores = stores_of(trees)
    roots = [tree for name, tree in trees.items() if name.startswith("word/") and name.endswith(".xml")]
    return Counter((text, data) for root in roots for _, text, data in shown_otherwise(root, stores))
