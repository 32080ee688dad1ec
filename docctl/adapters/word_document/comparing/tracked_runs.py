"""The smallest pieces of a Word paragraph that are compared: words, pictures, referred, breaks, formulas."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from docctl.adapters.word_document.xml import R, element, text_of, w
from docctl.texts.differences import ADDED, REMOVED, SAME, aligned, tokens, words
from docctl.word_format.markup import MATHS

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_EMBEDDED = f"{{{R}}}embed"
_AS_REMOVED = {w("t"): w("delText"), w("instrText"): w("delInstrText")}


@dataclass(frozen=True, eq=False)
class Atom:
    """One piece of a paragraph, the run that shows it, and the link it stands in."""

    key: str
    node: etree._Element
    link: etree._Element | None = None

    @property
    def is_telling(self) -> bool:
        """Whether the piece is more than a lone mark between words."""
        text, _, _ = self.key.partition("\0")
        return not text or bool(words(text))

    def as_removed(self) -> etree._Element:
        """The piece as Word keeps it in text that was removed."""
        node = deepcopy(self.node)
        for part in node.iter(*_AS_REMOVED):
            part.tag = _AS_REMOVED[part.tag]
        return node


def atoms_of(paragraph: etree._Element, referred: Mapping[str, str]) -> list[Atom]:
    """Return the pieces of a paragraph in reading order; together they are all it shows."""
    return list(_pieces(paragraph, referred, None))


def compared_atoms(old: Sequence[Atom], new: Sequence[Atom]) -> list[tuple[str, Atom]]:
    """Return the pieces of two paragraphs as one text: those that stayed, were removed or were added."""
    pairs = aligned([atom.key for atom in old], [atom.key for atom in new])
    made: list[tuple[str, Atom]] = []
    at_old = at_new = 0
    for next_old, next_new in [*_telling(pairs, old, len(new)), (len(old), len(new))]:
        made += [(REMOVED, atom) for atom in old[at_old:next_old]]
        made += [(ADDED, atom) for atom in new[at_new:next_new]]
        if next_new < len(new):
            made.append((SAME, new[next_new]))
        at_old, at_new = next_old + 1, next_new + 1
    return made


def _telling(pairs: Sequence[tuple[int, int]], old: Sequence[Atom], new_length: int) -> list[tuple[int, int]]:
    """Leave out lone marks that stayed between two changes, so that a rewritten phrase reads as one."""
    edges = [(-1, -1), *pairs, (len(old), new_length)]
    kept = []
    for before, (a, b), after in zip(edges, pairs, edges[2:], strict=False):
        is_between = before != (a - 1, b - 1) and after != (a + 1, b + 1)
        if old[a].is_telling or not is_between:
            kept.append((a, b))
    return kept


def joined(runs: Sequence[etree._Element]) -> list[etree._Element]:
    """Return runs with those that follow each other in one look made one."""
    made: list[etree._Element] = []
    for run in runs:
        last = made[-1] if made else None
        if last is not None and _may_join(last, run):
            last[-1].text = (last[-1].text or "") + (run[-1].text or "")
        else:
            made.append(deepcopy(run))
    return made


def _may_join(first: etree._Element, second: etree._Element) -> bool:
    if first.tag != w("r") or second.tag != w("r") or not len(first) or not len(second):
        return False
    words_of = (w("t"), w("delText"))
    return first[-1].tag == second[-1].tag and second[-1].tag in words_of and _look(first) == _look(second)


def _look(run: etree._Element) -> str:
    properties = run.find(w("rPr"))
    return etree.tostring(properties, method="c14n", exclusive=True).decode() if properties is not None else ""


def _pieces(parent: etree._Element, referred: Mapping[str, str], link: etree._Element | None) -> Iterator[Atom]:
    for child in parent:
        if child.tag == w("r"):
            yield from _pieces_of_run(child, referred, link)
        elif child.tag == w("hyperlink"):
            yield from _pieces(child, referred, child)
        elif child.tag in (f"{MATHS}oMath", f"{MATHS}oMathPara"):
            yield Atom(f"\0formula {etree.tostring(child, method='c14n', exclusive=True).decode()}", child, link)
        elif child.tag in (w("bookmarkStart"), w("bookmarkEnd")):
            yield Atom("", child, link)
        elif child.tag != w("pPr"):
            yield Atom(f"\0{etree.tostring(child, method='c14n').decode()}", child, link)


def _pieces_of_run(run: etree._Element, referred: Mapping[str, str], link: etree._Element | None) -> Iterator[Atom]:
    properties = run.find(w("rPr"))
    look = _look(run)
    for child in run:
        if child.tag == w("t"):
            for token in _words_and_spaces(child.text or ""):
                words_of = element("t")
                words_of.text = token
                words_of.set(_SPACE, "preserve")
                yield Atom(f"{token}\0{look}", _run(properties, words_of), link)
        elif child.tag == w("footnoteReference"):
            key = f"\0note {referred.get(note_key(child), '')}"
            yield Atom(key, _run(properties, deepcopy(child)), link)
        elif child.tag != w("rPr"):
            yield Atom(_key_of(child, referred), _run(properties, deepcopy(child)), link)


def _words_and_spaces(text: str) -> Iterator[str]:
    for token in tokens(text):
        word = token.rstrip()
        yield from filter(None, (word, token[len(word) :]))


def note_key(node: etree._Element) -> str:
    """What a footnote, or a mark that refers to one, is known by."""
    return f"note {node.get(w('id'))}"


def _key_of(child: etree._Element, referred: Mapping[str, str]) -> str:
    """A drawing is known by its picture and its words; anything else by its name."""
    pictures = [node.get(_EMBEDDED) for node in child.iter(etree.Element) if node.get(_EMBEDDED)]
    shown = " ".join(referred.get(each, each) for each in pictures)
    return f"\0{etree.QName(child).localname} {text_of(child)} {shown}"


def _run(properties: etree._Element | None, child: etree._Element) -> etree._Element:
    return element("r", *([deepcopy(properties)] if properties is not None else []), child)
