"""The tags that a page text may hold, by what they do to its lines."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
INLINE = frozenset(
    (
        *("a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark"),
        *("q", "s", "small", "span", "strong", "sub", "sup", "u"),
    )
)
CELLS = frozenset({"td", "th"})
BLOCKS = frozenset(
    (
        *("blockquote", "caption", "col", "colgroup", "dd", "div", "dl", "dt", "figcaption", "figure", "hr", "li"),
        *("ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    )
)
PAGE_TAGS = INLINE | CELLS | BLOCKS | frozenset(HEADINGS)
RAW_TAGS = PAGE_TAGS - {"section"}
