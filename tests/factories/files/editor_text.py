"""What the rich-text editor may send: HTML made up by hypothesis from the blocks and marks of its toolbar."""

import html
from collections.abc import Sequence

from hypothesis import strategies as st

WORDS = (
    *(
        "crane",
        "load",
        "Wartung",
        "prüfen",
        "naïve",
        "e\u0301tage",
        "起重机",
        "（注）",
        "안전",
        "रखरखाव",
        "שלום",
        "مرحبا",
    ),
    *("🏗️", "Ω", "½", "Ⅳ", "…", "–", "5 * 3", "a_b_c", "[x]", "1. one", "# no", "- dash", "+ plus", "> more", "`tick`"),
    *(
        "$5 or $6",
        "~x~",
        "a|b",
        "\\n",
        "<tag>",
        "A & B",
        "&amp;",
        "wow!",
        "{{7*7}}",
        "#let",
        "@ref",
        "--",
        "...",
        "***",
    ),
    *('"quoted"', "it's", "“high”", "x^2", "C:\\temp\\", "=1+1", "100 %", "§ 7.5"),
    *(
        "non\u00a0breaking",
        ":smile:",
        "|",
        "~~",
        "1)",
        "(2)",
        "::: note",
        "/etc",
        "[^z]",
        "\\",
        "end.",
        "(so)",
        "a\u200bb",
    ),
)
ADDRESSES = ("https://example.org/a_b?c=1&d=2#e", "mailto:a@example.org", "POL-001", "/documents/7", "http://x.ex/(y)")
SIZES = ("", ' width="50%"', ' width="2in"')
MARKS = ("strong", "em", "s", "sub", "sup")
COLUMNS = 3

_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
_texts = _words.map(lambda text: text.replace("\u00a0", " ").replace("&amp;", "&"))
_links = st.none() | st.sampled_from(ADDRESSES)
_runs = st.one_of(
    st.tuples(_words, st.sets(st.sampled_from(MARKS[:3]), max_size=2), _links, st.sampled_from(("", " "))),
    st.tuples(_words, st.sampled_from([{mark} for mark in MARKS] + [{"code"}]), st.none(), st.sampled_from(("", " "))),
)
_picture = st.builds(
    lambda alt, size: f'<img src="assets/image1.png" alt="{html.escape(alt)}"{size}>', _texts, st.sampled_from(SIZES)
)


def _written(runs: Sequence[tuple[str, set[str], str | None, str]]) -> str:
    """Write runs as the editor does: marks in its order, and one that goes on is not closed in between."""
    out, opened = [], []
    for text, marks, address, gap in runs:
        wanted = [f'a href="{html.escape(address)}"'] if address else []
        wanted += [mark for mark in (*MARKS, "code") if mark in marks]
        same = 0
        while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
            same += 1
        out += [f"</{mark.split()[0]}>" for mark in reversed(opened[same:])]
        out += [f"<{mark}>" for mark in wanted[same:]]
        opened = wanted
        out.append(html.escape(text + gap, quote=False))
    return "".join([*out, *(f"</{mark.split()[0]}>" for mark in reversed(opened))])


_line = st.lists(_runs, min_size=1, max_size=4).map(_written)
_broken = st.lists(_line, min_size=2, max_size=3).map("<br>".join)
_line_with_picture = st.tuples(_line, _picture, _line).map(" ".join)
_inline = st.one_of(_line, _line, _line, _broken, _line_with_picture, _picture)
_paragraph = _inline.map(lambda text: f"<p>{text}</p>")
_quote = st.lists(
    st.one_of(_line, _broken, _line_with_picture).map(lambda text: f"<p>{text}</p>"), min_size=1, max_size=3
).map(lambda texts: f"<blockquote>{''.join(texts)}</blockquote>")
_code = st.lists(st.sampled_from((*WORDS, "", "  x = 1")), min_size=1, max_size=4).map(
    lambda lines: f"<pre><code>{html.escape(chr(10).join(['code', *lines, 'end']), quote=False)}</code></pre>"
)
_address = st.sampled_from(("See www.example.org.", "Write to a@example.org, soon", "https://example.org/a_b"))
_heading = st.builds(lambda text, level: f"<h{level}>{text}</h{level}>", _line, st.integers(1, 4))


@st.composite
def _tables(draw: st.DrawFn) -> str:
    """A table with a heading row or without, cells that are joined, alignment, and now and then lists in cells."""
    widths = draw(st.sampled_from(("", '<colgroup><col width="20%"><col width="30%"><col width="50%"></colgroup>')))
    head = draw(st.booleans())
    aligned = [draw(st.sampled_from(("", ' align="right"', ' align="center"'))) for _ in range(COLUMNS)]
    rows, taken = [], 0
    for place in range(draw(st.integers(2, 4))):
        name, cells, column = "th" if head and place == 0 else "td", [], 0
        while column < COLUMNS:
            if taken and column == 0:
                taken, column = taken - 1, 1
                continue
            across = draw(st.sampled_from((1, 1, 1, 2))) if column + 2 <= COLUMNS else 1
            down = draw(st.sampled_from((1, 1, 2))) if column == 0 and across == 1 and name == "td" else 1
            taken = down - 1 if down > 1 else taken
            text = draw(st.one_of(_line, _line, _broken, st.just(""), _paragraphs, _lists_in_cells))
            spans = f' colspan="{across}"' * (across > 1) + f' rowspan="{down}"' * (down > 1)
            side = aligned[column] if text and "<ul>" not in text else ""
            cells.append(f"<{name}{spans}{side}>{text}</{name}>")
            column += across
        rows.append(f"<tr>{''.join(cells)}</tr>")
    if taken:
        rows.append("<tr>" + "<td>x</td>" * (COLUMNS - 1) + "</tr>")
    top = f"<thead>{rows[0]}</thead>" if head else ""
    return f"<table>{widths}{top}<tbody>{''.join(rows[1:] if head else rows)}</tbody></table>"


_paragraphs = st.lists(_paragraph, min_size=2, max_size=2).map("".join)
_lists_in_cells = st.lists(_line, min_size=1, max_size=2).map(
    lambda lines: "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
)


@st.composite
def _lists(draw: st.DrawFn, depth: int = 0) -> str:
    """A list of points, numbers or boxes, with lists, paragraphs, code, quotations and tables in its items."""
    kind = draw(st.sampled_from(("ul", "ol", 'ol start="3"', 'ul class="task-list"')))
    items = []
    for _ in range(draw(st.integers(1, 3))):
        sign = draw(st.sampled_from(("☐ ", "☒ "))) if "task" in kind else ""
        text = sign + draw(_line)
        more = draw(st.lists(st.one_of(_paragraph, _code, _quote, _tables()), max_size=2)) if depth < 2 else []
        more = [block for place, block in enumerate(more) if not place or block[:4] != more[place - 1][:4]]
        nested = draw(_lists(depth + 1)) if depth < 2 and draw(st.integers(0, 3)) == 0 else ""
        items.append(f"<li>{f'<p>{text}</p>' if more else text}{''.join(more)}{nested}</li>")
    return f"<{kind}>{''.join(items)}</{kind[:2]}>"


_quoted = st.lists(
    st.one_of(_paragraph, _lists(depth=1), _code, _heading, _tables(), _quote, st.just("<hr>")), min_size=1, max_size=3
).map(lambda blocks: f"<blockquote>{'<p>So:</p>'.join(blocks)}</blockquote>")

_blocks = st.one_of(
    _heading,
    _paragraph,
    _paragraph,
    _lists(),
    _lists(),
    _tables(),
    _quote,
    _quoted,
    _code,
    st.just("<hr>"),
    _paragraphs,
    _address.map(lambda text: f"<p>{text}</p>"),
)


@st.composite
def editor_texts(draw: st.DrawFn) -> str:
    """A text as the editor sends it; blocks of one kind have a paragraph between them, notes stand at the end."""
    blocks = draw(st.lists(_blocks, min_size=3, max_size=8))
    apart = [piece for block in blocks for piece in (block, "<p>Between them.</p>")]
    notes = draw(st.lists(_line, max_size=2))
    marks = "".join(f"<p>A mark[^{place}] stands here.</p>" for place in range(1, len(notes) + 1))
    ends = "".join(f"<p>[^{place}]: {note}</p>" for place, note in enumerate(notes, 1))
    return "".join((*apart, marks, ends))
