"""The hidden data of two Word files compared: what Word puts in place of the words that the page shows."""

from collections import Counter
from itertools import zip_longest

from lxml import etree

from docctl.word_format.bindings import BoundControl, bound_controls, stores_of
from docctl.word_format.look import LookChange
from docctl.word_format.markup import related_parts, text_parts, unzipped

HIDDEN_DATA = "hidden data that Word shows instead"


def differences_in_hidden_data(older: bytes, newer: bytes) -> list[LookChange]:
    """Return where Word shows something else in the controls of two Word files, and the text does not tell it."""
    before, after = _by_source(older), _by_source(newer)
    found, gone, came = [], Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for source in dict.fromkeys([*before, *after]):
        for was, now in zip_longest(before.get(source, []), after.get(source, [])):
            if was is not None and now is not None:
                if (was.is_otherwise or now.is_otherwise) and was.word_shows != now.word_shows:
                    found.append(LookChange(_named(was.text or now.text), HIDDEN_DATA, was.word_shows, now.word_shows))
            elif was is not None and was.is_otherwise:
                gone[was.text, was.word_shows] += 1
            elif now is not None and now.is_otherwise:
                came[now.text, now.word_shows] += 1
    found += [LookChange(_named(text), HIDDEN_DATA, data, text) for text, data in (gone - came).elements()]
    found += [LookChange(_named(text), HIDDEN_DATA, text, data) for text, data in (came - gone).elements()]
    return found


def _named(text: str) -> str:
    return f"control “{text}”"


def _by_source(word: bytes) -> dict[str, list[BoundControl]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    parts = unzipped(word).items()
    trees = {
        name: etree.fromstring(part, parser)
        for name, part in parts
        if name.endswith((".xml", ".rels")) and part.strip()
    }
    stores = stores_of(trees)
    named = (*text_parts(trees), *related_parts(trees, "header", "footer"))
    roots = [trees[name] for name in named if name in trees]
    found: dict[str, list[BoundControl]] = {}
    for each in (each for root in roots for each in bound_controls(root, stores)):
        found.setdefault(each.source, []).append(each)
    return found
