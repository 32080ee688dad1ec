"""Reading: Markdown becomes a safe page text with its sections, and a plain text for search and comparison."""

import html as entities
import re
import unicodedata
from dataclasses import dataclass, field

import nh3

from docctl.adapters.reading_view.formulas import mathml
from docctl.adapters.reading_view.markdown_html import STYLES_OF_LISTS, as_html
from docctl.adapters.reading_view.tags import BLOCKS, CELLS, HEADINGS, PAGE_TAGS
from docctl.domain.documents.reading_text import ReadingView, Section
from docctl.texts.text_direction import with_directions

ALIGNMENTS = {"right": "text-end", "center": "text-center"}
ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "id", "title"},
    "abbr": {"title"},
    "col": {"span", "style", "width"},
    "colgroup": {"span"},
    "img": {"alt", "height", "src", "style", "title", "width"},
    "li": {"id", "value"},
    "ol": {"start", "type"},
    "td": {"align", "colspan", "headers", "rowspan", "style"},
    "th": {"abbr", "align", "colspan", "rowspan", "style"},
}
CLASSES = {
    "a": {"footnote-backref"},
    "li": {"footnote-item", "task-list-item"},
    "ol": {f"{style}-{signs}" for style in STYLES_OF_LISTS.values() for signs in ("paren", "parens")},
    "section": {"footnotes"},
    "span": {"note-sign", "task-box"},
    "sup": {"footnote-ref"},
    "ul": {"contains-task-list"},
}
COST_OF_A_FORMULA, MOST_FORMULAS = 30, 40_000
"""Signs of formulas that a page shows as such, half a second's work; each counts as so many more than it has."""
SCHEMES = {"http", "https", "mailto"}
PIXELS_PER_UNIT = {"px": 1.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "pt": 1.333, "em": 16.0}

_PIECE = re.compile(
    r"\$<code>(?P<formula>[^<]+)</code>\$"
    r'|<(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)(?P<attributes>(?:\s[a-z:-]+="[^"]*")*)\s*/?>|[^<$]+|[<$]'
)
_ATTRIBUTE = re.compile(r'(?<![a-z:-])([a-z:-]+)="([^"]*)"')
_NUMBERED = re.compile(r"((?:\d{1,2}|[A-Z](?=\.))(?:\.\d{1,3})*|Annex [A-Z])[.):]?\s+(?=\S)(.+)", re.DOTALL)
_FOOTNOTE_ID = re.compile(r"fn(?:ref)?\d{1,5}(?::\d{1,5})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_PICTURE = re.compile(r"assets/[A-Za-z0-9_-][A-Za-z0-9._-]*")
_SAFE_LINK = re.compile(
    r"(?:https?://[^\\\x00-\x20]+|mailto:[^\\\x00-\x20]+|#[^\x00-\x20]*|/(?![/\\])[^\\\x00-\x20]*"
    r"|[\w.%~-]+(?:[/?#][^\\\x00-\x20]*)?)",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,6})?)(px|in|cm|mm|pt|em|%)?")


def render(markdown: str) -> ReadingView:
    """Turn Markdown into a page text that cannot run anything, whatever was written into it."""
    clean = nh3.clean(
        as_html(markdown.replace("\x00", "\ufffd")),
        tags=set(PAGE_TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_allowed_attribute,
        allowed_classes=CLASSES,
        tag_attribute_values={"th": {"scope": {"col", "row", "colgroup", "rowgroup"}}},
        filter_style_properties={"text-align", "width", "height"},
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return _Page(clean).view()


def _allowed_attribute(tag: str, name: str, value: str) -> str | None:
    """Keep an attribute only with a value that is known to be harmless."""
    if name == "href":
        return value if _SAFE_LINK.fullmatch(value) else None
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "id":
        return value if _FOOTNOTE_ID.fullmatch(value) else None
    if name == "lang":
        return value if _LANGUAGE.fullmatch(value) else None
    if name in ("colspan", "rowspan", "span", "start", "value"):
        return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
    if name in ("width", "height"):
        return value if _LENGTH.fullmatch(value) else None
    return value


def _slug(title: str, separator: str = "-") -> str:
    """Make an anchor of a title that stays the same as long as the title does."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W_]+", separator, folded).strip("-")[:60].strip("-")


def _github_slug(title: str) -> str:
    """The anchor that links written for GitHub use for a title."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _pixels(length: str) -> str:
    """A length of a style as the number, or the percentage, that an attribute takes."""
    match = _LENGTH.fullmatch(length.strip())
    if match is None:
        return ""
    if match[2] == "%":
        return f"{min(float(match[1]), 100):g}%"
    return str(max(1, round(float(match[1]) * PIXELS_PER_UNIT[match[2] or "px"])))


def _styles(attributes: dict[str, str]) -> dict[str, str]:
    """Take the style out of a tag's attributes, as its properties."""
    pairs = (part.partition(":") for part in attributes.pop("style", "").split(";"))
    return {name.strip(): value.strip() for name, _colon, value in pairs}


@dataclass
class _OpenSection:
    """A section whose text is still being read."""

    anchor: str = ""
    title: str = ""
    level: int = 0
    start: int = 0
    heading_end: int = 0
    language: str = ""


@dataclass
class _Page:
    """One walk over sanitised HTML that numbers, anchors and wraps what a page needs."""

    clean: str
    out: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    sections: list[_OpenSection] = field(default_factory=lambda: [_OpenSection()])
    anchors: set[str] = field(default_factory=set)
    repeated: dict[str, int] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    links: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    tables: int = 0
    formulas: int = 0
    cells: int = 0
    preformatted: bool = False
    in_head: bool = False
    heading: int = -1
    silent: bool = False

    def view(self) -> ReadingView:
        """Walk once and return what was found."""
        for piece in _PIECE.finditer(self.clean):
            if piece["formula"]:
                is_alone = self.out[-1:] == ["<p>"] and self.clean.startswith("</p>", piece.end())
                self._formula(piece["formula"], is_alone)
            elif piece["tag"] is None:
                self._text(piece[0])
            elif piece["end"]:
                self._end(piece["tag"])
            else:
                attributes = {name: entities.unescape(value) for name, value in _ATTRIBUTE.findall(piece["attributes"])}
                self._start(piece["tag"], attributes)
        self._resolve_links()
        ends = [section.start for section in self.sections[1:]] + [len(self.words)]
        sections = tuple(self._section(section, end) for section, end in zip(self.sections, ends, strict=True))
        return ReadingView(
            html=with_directions("".join(self.out)),
            sections=tuple(section for section in sections if section.title or section.text),
            text=_plain("".join(self.words)),
        )

    def _section(self, section: _OpenSection, end: int) -> Section:
        numbered = _NUMBERED.fullmatch(section.title)
        number, title = (numbered[1], numbered[2]) if numbered else ("", section.title)
        text = _plain("".join(self.words[section.heading_end : end]))
        return Section(section.anchor, number, title, section.level, text, section.language)

    def _text(self, raw: str) -> None:
        self.out.append(raw if raw != "<" else "&lt;")
        if not self.silent:
            text = entities.unescape(raw)
            self.words.append(text if self.preformatted else text.replace("\n", " ").replace("\t", " "))

    def _formula(self, raw: str, is_alone: bool) -> None:
        tex = entities.unescape(raw)
        self.formulas += len(tex) + COST_OF_A_FORMULA
        shown = mathml(tex, is_alone=is_alone) if self.formulas < MOST_FORMULAS else ""
        self.out.append(shown or f"<code>{raw}</code>")
        self.words.append(tex)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in HEADINGS:
            self._start_heading(tag, attributes.get("lang", ""))
            return
        if tag == "img":
            self._picture(attributes)
            return
        if tag == "table":
            self._start_table()
        elif tag in CELLS:
            self.cells += 1
            self._cell(tag, attributes)
        elif tag == "pre":
            self.preformatted = True
        elif tag == "col":
            width = _pixels(_styles(attributes).get("width", attributes.pop("width", "")))
            attributes |= {"width": width} if width else {}
        elif tag == "thead":
            self.in_head = True
        elif tag == "section":
            self._open("footnotes", "", 0)
            attributes["id"] = "footnotes"
        elif tag == "sup" and attributes.get("class") == "footnote-ref":
            self.silent = True
        if "id" in attributes and attributes["id"] in self.anchors and tag != "section":
            del attributes["id"]
        if "id" in attributes:
            self.anchors.add(attributes["id"])
        if tag == "a":
            self.silent = self.silent or attributes.get("class") == "footnote-backref"
            self.links.append((len(self.out), tag, attributes))
        self._break(tag)
        self.out.append(_tag(tag, attributes))

    def _end(self, tag: str) -> None:
        if tag in HEADINGS:
            self._end_heading(tag)
            return
        self.out.append(f"</{tag}>")
        if tag == "table":
            self.out.append("</div>")
        elif tag == "thead":
            self.in_head = False
        elif tag == "pre":
            self.preformatted = False
        elif tag == "sup" or (tag == "a" and self.sections[-1].anchor == "footnotes"):
            self.silent = False
        elif tag in CELLS:
            self.cells -= 1
            self.words.append("\t")
        self._break(tag)

    def _break(self, tag: str) -> None:
        """Let a new line of plain text begin; the text of a table row stays on one."""
        if tag in BLOCKS or tag == "br":
            self.words.append(" " if self.cells else "\n")

    def _open(self, anchor: str, title: str, level: int) -> None:
        self.sections.append(_OpenSection(anchor, title, level, len(self.words), len(self.words)))

    def _start_heading(self, tag: str, language: str) -> None:
        self.words.append("\n")
        self._open("", "", int(tag[1]))
        self.sections[-1].language = language
        self.heading = len(self.out)
        self.out.append("")

    def _end_heading(self, tag: str) -> None:
        section = self.sections[-1]
        shown = f"h{min(int(tag[1]) + 1, 6)}"
        section.title = " ".join("".join(self.words[section.start :]).split())
        anchor = self._free_anchor(f"s-{_slug(section.title)}".rstrip("-"))
        self.targets.setdefault(_github_slug(section.title), anchor)
        section.anchor = anchor
        self.words.append("\n")
        section.heading_end = len(self.words)
        self.out[self.heading] = _tag(shown, {"id": anchor} | ({"lang": section.language} if section.language else {}))
        self.out.append(f"</{shown}>")
        self.heading = -1

    def _free_anchor(self, stem: str) -> str:
        """Take the stem as an anchor, with a number behind it where an earlier heading has it."""
        anchor = stem
        while anchor in self.anchors:
            self.repeated[stem] = self.repeated.get(stem, 1) + 1
            anchor = f"{stem}-{self.repeated[stem]}"
        self.anchors.add(anchor)
        return anchor

    def _start_table(self) -> None:
        self.tables += 1
        self.in_head = False
        self.out.append(f'<div class="table-region" role="group" tabindex="0" aria-label="Table {self.tables}">')

    def _cell(self, tag: str, attributes: dict[str, str]) -> None:
        alignment = _styles(attributes).get("text-align", attributes.get("align", ""))
        attributes.pop("align", None)
        if alignment in ALIGNMENTS:
            attributes["class"] = ALIGNMENTS[alignment]
        if tag == "th":
            attributes.setdefault("scope", "col" if self.in_head else "row")

    def _picture(self, attributes: dict[str, str]) -> None:
        alternative = attributes.get("alt", "")
        self.words.append(f" {alternative} ")
        if "src" not in attributes:
            self.out.append(f'<span class="missing-picture">{entities.escape(alternative)}</span>')
            return
        styles = _styles(attributes)
        sizes = {name: _pixels(styles.get(name, attributes.get(name, ""))) for name in ("width", "height")}
        kept = {"src": attributes["src"], "alt": alternative, "title": attributes.get("title", ""), **sizes}
        shown = {name: value for name, value in kept.items() if value or name == "alt"}
        self.out.append(_tag("img", {**shown, "loading": "lazy"}))

    def _resolve_links(self) -> None:
        """Let links within the text lead to its anchors; a link that leads nowhere is plain text."""
        for place, tag, attributes in self.links:
            href = attributes.get("href", "")
            if href.startswith("#") and href[1:] not in self.anchors:
                target = self.targets.get(href[1:].lower())
                attributes.pop("href")
                attributes |= {"href": f"#{target}"} if target else {}
            elif href[:4].lower() == "http":
                attributes["rel"] = "noopener noreferrer"
            self.out[place] = _tag(tag, attributes)


def _tag(name: str, attributes: dict[str, str]) -> str:
    pairs = "".join(f' {key}="{entities.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{pairs}>"


def _plain(text: str) -> str:
    """Lines of words: one for each paragraph, cells of a row apart by a tab."""
    lines = ("\t".join(" ".join(cell.split()) for cell in line.split("\t")).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
