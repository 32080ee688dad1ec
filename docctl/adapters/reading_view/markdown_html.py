"""Markdown as HTML before it is sanitised: raw HTML tamed, boxes to tick and notes of tables shown."""

import html as entities
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from docctl.adapters.reading_view.openable import entangled, refuse_what_is_too_much
from docctl.adapters.reading_view.tags import RAW_TAGS
from docctl.texts.section_languages import MARK
from docctl.texts.table_notes import with_table_notes

DEEPEST_NESTING = 100
STYLES_OF_LISTS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_KIND_OF_LIST = re.compile(r"<!--(?P<opens>\(?)(?P<sign>[1aAiI])(?P<closes>[.)])-->")
_LIST_IN_HTML = re.compile(rf"<ol\b(?P<said>[^<>]*)>(?P<first>(?:(?!<ol\b|<!--).)*){_KIND_OF_LIST.pattern}", re.DOTALL)
_START = re.compile(r'\sstart="\d{1,9}"')
_SIGN_OF_NOTE = re.compile(r"<!--note (?P<sign>[^\s<>]{1,12})-->")
_TABLE = re.compile(r"\A\s*<table(?![^<>]*\slang=)")
_RAW_HTML = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?/?>|<")


def as_html(markdown: str) -> str:
    """Write Markdown as HTML; a text nested too deep to be laid out is shown as it was typed, so that none is lost."""
    env: dict[str, Any] = {}
    tokens = _MARKDOWN.parse(markdown, env)
    if any(token.level >= DEEPEST_NESTING - 1 for token in tokens):
        return f"<pre>{entities.escape(markdown)}</pre>"
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env))


def require_openable(markdown: str) -> None:
    """Raise ConversionError with one sentence for a text that could not be opened again in fair time."""
    refuse_what_is_too_much(markdown, _BLOCKS.parse(markdown))


def heading_lines(markdown: str) -> list[int]:
    """Return the lines at which a heading of the text begins that is written with #, and stands in nothing else."""
    headings = (token for token in _BLOCKS.parse(markdown) if token.type == "heading_open" and token.level == 0)
    return [token.map[0] for token in headings if token.map and token.markup.startswith("#")]


def _tame_raw_html(raw: str) -> str:
    """Let through the tags of tables and of plain text; show every other tag as the text it is."""

    def tame(match: re.Match[str]) -> str:
        piece = match[0]
        return piece if match[1] and match[1].lower() in RAW_TAGS else "&lt;" + piece[1:]

    return _RAW_HTML.sub(tame, _without_comments(raw))


def _without_comments(raw: str) -> str:
    """Take out comments; one that is never closed is text."""
    kept, place = [], 0
    while (start := raw.find("<!--", place)) >= 0 and (end := raw.find("-->", start + 4)) >= 0:
        kept.append(raw[place:start])
        place = end + 3
    return "".join((*kept, raw[place:]))


def _show_raw_html(
    _renderer: RendererProtocol, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, Any]
) -> str:  # fmt: skip
    token = tokens[index]
    if token.meta.get("task-box"):
        return token.content
    shown, env["tables-with-notes"] = with_table_notes(token.content, env.get("tables-with-notes", 1))
    return _tame_raw_html(_LIST_IN_HTML.sub(_with_kind, shown))


def _with_kind(found: re.Match[str]) -> str:
    """Number a list within HTML as the comment in its first item says."""
    start = _START.search(found["said"])
    signs = f"{STYLES_OF_LISTS[found['sign']]}-paren{'s' if found['opens'] else ''}" if found["closes"] == ")" else ""
    kind = f' class="{signs}"' if signs else ""
    return f'<ol{start[0] if start else ""} type="{found["sign"]}"{kind}>{found["first"]}'


def _show_task_boxes(state: StateCore) -> None:
    """Show the box of a task as a sign that can be read aloud and printed."""
    for token in state.tokens:
        first = token.children[0] if token.type == "inline" and token.children else None
        if first and first.type == "html_inline" and first.content.startswith('<input class="task-list-item-checkbox"'):
            sign = "☒" if 'checked="checked"' in first.content else "☐"
            first.content = f'<span class="task-box">{sign}</span>'
            first.meta["task-box"] = True


def _show_kinds_of_lists(state: StateCore) -> None:
    """Number each list as its text says: a comment at the end of its first item keeps what Markdown does not know."""
    for place, token in enumerate(state.tokens):
        if token.type != "ordered_list_open":
            continue
        line = next((after for after in state.tokens[place + 1 : place + 4] if after.type == "inline"), None)
        last = line.children[-1] if line is not None and line.children else None
        kept = _KIND_OF_LIST.fullmatch(last.content) if last is not None and last.type == "html_inline" else None
        if kept is not None:
            token.attrSet("type", kept["sign"])
        signs = "s" if kept is not None and kept["opens"] else ""
        if (kept["closes"] if kept is not None else token.markup) == ")":
            token.attrSet("class", f"{STYLES_OF_LISTS[kept['sign'] if kept is not None else '1']}-paren{signs}")


def _show_languages(state: StateCore) -> None:
    """Say of each outermost block in which language it is, from the first heading on that has a mark."""
    now = ""
    for place, token in enumerate(state.tokens):
        if token.type == "heading_open" and token.level == 0:
            children = state.tokens[place + 1].children or []
            kept = MARK.fullmatch(children[-1].content) if children and children[-1].type == "html_inline" else None
            now = kept["language"] if kept is not None else now
        if not now or token.level:
            continue
        if token.nesting == 1 and not token.type.startswith("footnote"):
            token.attrSet("lang", now)
        elif token.type == "html_block":
            token.content = _TABLE.sub(rf'\g<0> lang="{now}"', token.content, count=1)


def _show_signs_of_notes(state: StateCore) -> None:
    """Count the notes as their text says: one with a sign of its own, kept at the end of its first line, counts not."""
    signs: dict[int, str] = {}
    number = 0
    opened = [(place, token) for place, token in enumerate(state.tokens) if token.type == "footnote_open"]
    for place, token in opened:
        line = next((after for after in state.tokens[place + 1 : place + 3] if after.type == "inline"), None)
        children = line.children if line is not None and line.children is not None else []
        last = children[-1] if children else None
        kept = _SIGN_OF_NOTE.fullmatch(last.content) if last is not None and last.type == "html_inline" else None
        if kept is not None:
            sign = Token(
                "html_inline", "", 0, content=f'<span class="note-sign">{entities.escape(kept["sign"])}</span> '
            )
            if line is not None:
                line.children = [sign, *children[:-1]]
        else:
            number += 1
        signs[token.meta["id"]] = kept["sign"] if kept is not None else str(number)
    if number < len(opened):
        state.env["signs-of-notes"] = signs


def _show_mark_of_note(
    _renderer: RendererProtocol, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, Any]
) -> str:  # fmt: skip
    meta = tokens[index].meta
    sign = env.get("signs-of-notes", {}).get(meta["id"], str(meta["id"] + 1))
    again = f":{meta['subId']}" if meta.get("subId", -1) > 0 else ""
    return f"[{entities.escape(sign)}{again}]"


def _open_note(
    _renderer: RendererProtocol, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, Any]
) -> str:  # fmt: skip
    number = tokens[index].meta["id"]
    sign = env.get("signs-of-notes", {}).get(number, "")
    value = f' value="{sign}"' if sign.isdecimal() else ""
    return f'<li id="fn{number + 1}" class="footnote-item"{value}>'


def _show_as_typed(state: StateCore) -> None:
    """Leave a paragraph as it was typed where reading its marks would be more work than one text may be."""
    for token in entangled(state.tokens):
        shown = Token("text", "", 0, content=token.content)
        token.type, token.content, token.children = "inline", "", [shown]


class _Reader(MarkdownIt):
    """A reader that shows an address as it was written, because Word file and PDF show it so."""

    def normalizeLinkText(self, link: str) -> str:
        return link


def _markdown() -> MarkdownIt:
    reader = _Reader("commonmark", {"html": True, "maxNesting": DEEPEST_NESTING})
    reader.enable(["table", "strikethrough"])
    reader.use(footnote_plugin).use(tasklists_plugin).use(gfm_autolink_plugin)
    reader.core.ruler.after("block", "as_typed", _show_as_typed)
    reader.core.ruler.push("task_boxes", _show_task_boxes)
    reader.core.ruler.push("kinds_of_lists", _show_kinds_of_lists)
    reader.core.ruler.push("signs_of_notes", _show_signs_of_notes)
    reader.core.ruler.push("languages", _show_languages)
    reader.add_render_rule("footnote_caption", _show_mark_of_note)
    reader.add_render_rule("footnote_open", _open_note)
    reader.add_render_rule("html_inline", _show_raw_html)
    reader.add_render_rule("html_block", _show_raw_html)
    return reader


_MARKDOWN = _markdown()
_BLOCKS = _markdown()
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])
