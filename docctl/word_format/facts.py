"""What a Word file says of itself, read from its markup: properties, headers, what is open in it, own counts."""

import html
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from docctl.word_format.bindings import stores_of
from docctl.word_format.capitals import drawn_in_capitals
from docctl.word_format.cells import covered_cells, deleted_cells
from docctl.word_format.contents import announcements
from docctl.word_format.figures import figure_words
from docctl.word_format.markup import (
    CHOICES,
    DRAWING,
    MATHS,
    VML,
    WORD,
    Element,
    contents_pieces,
    is_contents_heading,
    main_part,
    related_parts,
    text_parts,
    visible_text,
    words_in,
)
from docctl.word_format.open_places import OpenPlace, open_places_in
from docctl.word_format.run_styles import is_on
from docctl.word_format.styles import heading_level, heading_levels
from docctl.word_format.unseen import unseen_texts

_CHANGES = {"ins": "inserted", "del": "deleted", "moveFrom": "moved away", "moveTo": "moved here"}
_CHANGES_OF_CELLS = {"cellIns": "inserted", "cellDel": "deleted"}
_HTML_TAG = re.compile(r"(?<!\\)(?:</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|<!--[^<>]*-->)")
_TAG_WITHIN_WORDS = re.compile(
    r"<a href=\"#fn\d+\"[^<>]*><sup>\d+</sup></a>"
    r"|(?<!\\)</?(?:sub|sup|u|em|strong|span|a|code|b|i|s|del|mark|img)(?:\s[^<>]*)?>"
)
_NOTE_SIGN = re.compile(r'<!--note ([^<>\s]{1,12})-->|<span class="note-sign">([^<>]{1,12})</span>')
"""The sign of a note, which stands in the text and may stand before the note as well."""
_SIGN_WITHIN_WORDS = re.compile(r"(?<!\\)\[\^\d+\]:?|(?<!\\)\]\((?:[^\s()]|\([^\s()]*\))*\)|(?<!\\)[*~`\[]+")
MOST_NAMED = 10
_CODE = re.compile(r"(?<![\\`])(`+)(?!`)( ?)([^\n]{1,300}?)\2(?<!`)\1(?!`)")
_NAMED = 5
WORKED_OUT = ("dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong", "pgNum")
"""What Word works out where it stands in a run: the day on which a file is opened, and the number of the page."""
_ESCAPED = re.compile(r"\\([^\w\s])")


@dataclass(frozen=True)
class WordFacts:
    """Properties, headers and footers, what is still open in it, and counts to hold a conversion against."""

    title: str = ""
    subject: str = ""
    creator: str = ""
    keywords: str = ""
    language: str = ""
    style_language: str = ""
    first_heading: str = ""
    header_texts: tuple[str, ...] = ()
    footer_texts: tuple[str, ...] = ()
    tracked_changes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    hidden_texts: tuple[str, ...] = ()
    covered_texts: tuple[str, ...] = ()
    in_capitals: tuple[str, ...] = ()
    worked_out: tuple[str, ...] = ()
    open_places: tuple[OpenPlace, ...] = ()
    tables: int = 0
    pictures: int = 0
    embedded_objects: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    is_strict: bool = False
    is_template: bool = False

    @property
    def left_open(self) -> tuple[str, ...]:
        """What is still open in the file, one sentence for all changes and one for each comment, with who left it."""
        comments = tuple(f"A comment was left out: {comment}." for comment in self.comments)
        comments += tuple(
            f"Word works out a date or the number of the page anew each time; it was left out of “{line}”."
            for line in self.worked_out
        )
        if not self.tracked_changes:
            return comments
        named, more = "; ".join(self.tracked_changes[:_NAMED]), len(self.tracked_changes) - _NAMED
        return (
            f"Tracked changes were taken as accepted: {named}{f'; and {more} more' if more > 0 else ''}.",
            *comments,
        )


def facts_of(parts: Mapping[str, bytes], trees: Mapping[str, Element], *, strict: bool = False) -> WordFacts:
    """Read the facts from the parts of a checked Word file, as bytes and parsed."""
    main = main_part(trees)
    folder = posixpath.dirname(main)
    core = trees.get("docProps/core.xml")
    styles = trees.get(posixpath.join(folder, "styles.xml"))
    levels = heading_levels(styles)
    texts = [trees[name] for name in text_parts(trees)]
    headers, footers = (
        [trees[name] for name in sorted(related_parts(trees, kind)) if name in trees] for kind in ("header", "footer")
    )
    running = [*footers, *headers]
    return WordFacts(
        title=_property(core, "title"),
        subject=_property(core, "subject"),
        creator=_property(core, "creator"),
        keywords=_property(core, "keywords"),
        language=_property(core, "language"),
        style_language=_style_language(styles),
        first_heading=next(headings(trees[main], styles), ""),
        header_texts=_running_texts(headers),
        footer_texts=_running_texts(footers),
        tracked_changes=tuple(line for root in (*texts, *running) for line in _tracked_changes(root)),
        comments=tuple(_comments(trees.get(posixpath.join(folder, "comments.xml")))),
        hidden_texts=tuple(line for root in texts for line in unseen_texts(root, styles)),
        covered_texts=tuple(
            text for root in texts for cell in covered_cells(root) if (text := " ".join(visible_text(cell).split()))
        ),
        in_capitals=tuple(dict.fromkeys(text for root in texts for text in drawn_in_capitals(root, styles))),
        worked_out=tuple(dict.fromkeys(line for root in texts for line in _worked_out(root))),
        open_places=open_places_in(texts, running, levels, stores_of(trees), styles),
        tables=sum(1 for root in texts for _ in root.iter(f"{WORD}tbl")),
        pictures=sum(1 for root in texts for _ in _pictures(root)),
        embedded_objects=tuple(sorted(name for name in parts if "/embeddings/" in name)),
        own_words=(
            *(word for root in texts for word in _own_words(root, trees[main], levels)),
            *(word for name in text_parts(trees) for word in figure_words(trees[name], name, trees)),
        ),
        is_strict=strict,
        is_template=b"template.main+xml" in parts["[Content_Types].xml"],
    )


def share_arrived(own_words: tuple[str, ...], text: str) -> float:
    """Return which share of a file's own words is found again in a Markdown text."""
    return 1 - len(words_missing(own_words, text)) / len(own_words) if own_words else 1.0


def words_missing(own_words: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the words of a file that are not found again in a Markdown text, in their order.

    Tags, signs and entities may be marks within a word, or something between two that was typed.
    """
    missing = Counter(own_words) - reduce(or_, _views(text))
    found = []
    for word in own_words if missing else ():
        if missing[word] > 0:
            missing[word] -= 1
            found.append(word)
    return tuple(found)


def loss_of_words(own_words: tuple[str, ...], text: str, share: float) -> str:
    """Say in one sentence which words of a file did not arrive."""
    missing = tuple(dict.fromkeys(words_missing(own_words, text)))
    named = ", ".join(f"“{word}”" for word in missing[:MOST_NAMED])
    more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
    return (
        f"Only {share:.0%} of the words arrived, without {named}{more}; "
        "compare the text with the file before it is used."
    )


def words_shown(markdown: str) -> tuple[str, ...]:
    """Return the words that a Markdown text shows, whatever its tags and signs stand for."""
    return tuple(reduce(and_, _views(markdown)).elements())


def _views(text: str) -> Iterator[Counter[str]]:
    return (_words_arrived(text, tag, sign) for tag, sign in (("", ""), ("", " "), (" ", " ")))


def _words_arrived(text: str, in_place_of_tags: str, in_place_of_signs: str) -> Counter[str]:
    shown = _CODE.sub(lambda code: f"`{code[3]}`".replace("<", " ").replace(">", " "), text.replace("\\\\", " "))
    shown = _NOTE_SIGN.sub(r" \1\2 \1\2 ", shown)
    without_tags = _HTML_TAG.sub(" ", _TAG_WITHIN_WORDS.sub(in_place_of_tags, shown))
    plain = _ESCAPED.sub(r"\1", _SIGN_WITHIN_WORDS.sub(in_place_of_signs, without_tags))
    return Counter(words_in(plain)) | Counter(words_in(html.unescape(plain)))


def _property(core: Element | None, name: str) -> str:
    for element in core if core is not None else ():
        if element.tag.endswith(f"}}{name}"):
            return " ".join((element.text or "").split())
    return ""


def _style_language(styles: Element | None) -> str:
    found = styles.find(f"{WORD}docDefaults/{WORD}rPrDefault/{WORD}rPr/{WORD}lang") if styles is not None else None
    return found.get(f"{WORD}val", "") if found is not None else ""


def headings(root: Element, styles: Element | None) -> Iterator[str]:
    """Yield the text of each heading, leaving out one that only announces a table of contents."""
    levels = heading_levels(styles)
    for paragraph in root.iter(f"{WORD}p"):
        if heading_level(paragraph, levels):
            text = " ".join(visible_text(paragraph).split())
            if text and not is_contents_heading(text):
                yield text


def _running_texts(roots: Iterable[Element]) -> tuple[str, ...]:
    texts = (" ".join(visible_text(root).split()) for root in roots)
    return tuple(dict.fromkeys(text for text in texts if text))


def _worked_out(root: Element) -> Iterator[str]:
    """Yield the paragraphs in which Word works out a day or the number of the page where it stands in a run."""
    for paragraph in root.iter(f"{WORD}p"):
        if next(paragraph.iter(*(f"{WORD}{name}" for name in WORKED_OUT)), None) is not None:
            yield " ".join(visible_text(paragraph).split())


def _tracked_changes(root: Element) -> Iterator[str]:
    for name, what in _CHANGES.items():
        for change in root.iter(f"{WORD}{name}"):
            holder = change.getparent() if change.getparent().tag == f"{MATHS}r" else change
            pieces = holder.iter(f"{WORD}t", f"{WORD}delText", f"{MATHS}t")
            shown = (piece for piece in pieces if next(piece.iterancestors(f"{CHOICES}Fallback"), None) is None)
            text = " ".join("".join(piece.text or "" for piece in shown).split())
            yield f"{_author(change)} {what} {f'“{text}”' if text else _thing_in(change)}"
    for name, what in _CHANGES_OF_CELLS.items():
        for change in root.iter(f"{WORD}{name}"):
            text = " ".join("".join(_words_of(next(change.iterancestors(f"{WORD}tc"), change))).split())
            yield f"{_author(change)} {what} a cell{f' with “{text}”' if text else ''}"
    for change in root.iter(f"{WORD}rPrChange", f"{WORD}pPrChange"):
        now, before = change.getparent(), change[0] if len(change) else None
        text = " ".join(visible_text(now.getparent()).split())
        if text and _says_other(now, before):
            is_run = change.tag == f"{WORD}rPrChange"
            yield f"{_author(change)} changed {'the look' if is_run else 'the numbering'} of “{text}”"


def _author(change: Element) -> str:
    return change.get(f"{WORD}author") or "somebody"


def _thing_in(change: Element) -> str:
    """Name what was changed where it has no words."""
    if next(change.iter(f"{WORD}footnoteReference", f"{WORD}endnoteReference"), None) is not None:
        return "the sign of a note"
    if next(change.iter(f"{WORD}drawing", f"{WORD}pict", f"{WORD}object"), None) is not None:
        return "a picture"
    holder = change.getparent().tag
    if holder == f"{WORD}numPr":
        return "the number of a paragraph"
    told = {f"{WORD}rPr": "a paragraph mark", f"{WORD}trPr": "a row", f"{MATHS}ctrlPr": "a part of a formula"}
    return told.get(holder, "something without words")


def _says_other(now: Element, before: Element | None) -> bool:
    """Say whether a change of looks changes what is said: words are struck out, hidden or numbered, or no more."""
    return any(
        is_on(now.find(f"{WORD}{name}")) != (before is not None and is_on(before.find(f"{WORD}{name}")))
        for name in ("strike", "dstrike", "vanish")
    ) or (now.find(f"{WORD}numPr") is None) != (before is None or before.find(f"{WORD}numPr") is None)


def _words_of(cell: Element) -> Iterator[str]:
    return (piece.text or "" for piece in cell.iter(f"{WORD}t", f"{WORD}delText"))


def _comments(comments: Element | None) -> Iterator[str]:
    for comment in comments if comments is not None else ():
        text = " ".join(visible_text(comment).split())
        yield f"{comment.get(f'{WORD}author') or 'somebody'}: “{text}”"


def _pictures(root: Element) -> Iterator[Element]:
    for picture in root.iter(f"{DRAWING}blip", f"{VML}imagedata"):
        if next(picture.iterancestors(f"{CHOICES}Fallback", f"{WORD}del", f"{WORD}moveFrom"), None) is None:
            yield picture


def _own_words(root: Element, main: Element, levels: dict[str, int]) -> list[str]:
    """Count the words of a part by its markup alone; a generated table of contents is not text."""
    pieces = contents_pieces(root)
    unread = {*pieces, *announcements(root, pieces, levels), *covered_cells(root), *_notes_of_nothing(root, main)}
    unread.update(deleted_cells(root))
    words: list[str] = []
    for paragraph in root.iter(f"{WORD}p"):
        ancestors = list(paragraph.iterancestors())
        if paragraph in unread or unread.intersection(ancestors):
            continue
        if any(element.tag in (f"{WORD}p", f"{CHOICES}Fallback") for element in ancestors):
            continue
        text = visible_text(paragraph)
        if not is_contents_heading(text):
            words.extend(words_in(text))
    return words


def _notes_of_nothing(root: Element, main: Element) -> Iterator[Element]:
    """Yield the footnotes and endnotes that no place in the text points at."""
    for kind in ("footnote", "endnote"):
        used = {mark.get(f"{WORD}id") for mark in main.iter(f"{WORD}{kind}Reference")}
        yield from (note for note in root.iterchildren(f"{WORD}{kind}") if note.get(f"{WORD}id") not in used)
