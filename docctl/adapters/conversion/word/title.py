"""Where a Word file may say its title and number: properties, title lines, cover and header entries, headings."""

from collections.abc import Iterator, Mapping
from itertools import islice

from docctl.adapters.conversion.word.one_line import one_line
from docctl.adapters.conversion.word.sizes import large_lines
from docctl.domain.intake.recognition import TitleEvidence, labelled_pairs
from docctl.word_format.facts import WordFacts
from docctl.word_format.markup import WORD, Element, is_contents_heading, related_parts
from docctl.word_format.run_styles import RunStyles
from docctl.word_format.styles import TITLE, heading_level

COVER_TABLES = 3
COVER_LINES = 40


def title_evidence(
    facts: WordFacts, root: Element, trees: Mapping[str, Element], levels: dict[str, int], styles: Element | None
) -> TitleEvidence:
    """Collect what a Word file says of its title and number."""
    looks = RunStyles(styles)
    running = [trees[name] for name in related_parts(trees, "header", "footer") if name in trees]
    rows = [row for tree in (root, *running) for row in _rows(tree, looks)]
    lines = [
        [one_line(line, looks)] for tree in (root, *running) for line in islice(tree.iter(f"{WORD}p"), COVER_LINES)
    ]
    headings = list(_headings(root, levels, looks))
    first = next((line for line in root.iter(f"{WORD}p") if _has_own_text(line)), None)
    return TitleEvidence(
        properties=(facts.title, facts.subject),
        title_lines=tuple(_title_lines(root, levels, looks)),
        labelled=tuple(labelled_pairs([*rows, *lines])),
        headings=tuple(headings),
        starts_with_heading=first is not None and bool(heading_level(first, levels)),
        running_lines=(*facts.header_texts, *facts.footer_texts),
        large_lines=large_lines(root, styles, levels),
        opening_lines=tuple(
            text for line in islice(root.iter(f"{WORD}p"), COVER_LINES) if (text := one_line(line, looks))
        ),
    )


def _rows(tree: Element, looks: RunStyles) -> Iterator[list[str]]:
    for table in islice(tree.iter(f"{WORD}tbl"), COVER_TABLES):
        for row in islice(table.iter(f"{WORD}tr"), COVER_LINES):
            yield [one_line(cell, looks) for cell in row.iter(f"{WORD}tc")]


def _headings(root: Element, levels: dict[str, int], looks: RunStyles) -> Iterator[tuple[int, str]]:
    for paragraph in root.iter(f"{WORD}p"):
        level = heading_level(paragraph, levels)
        text = one_line(paragraph, looks) if level else ""
        if level and text and not is_contents_heading(text):
            yield level, text


def _title_lines(root: Element, levels: dict[str, int], looks: RunStyles) -> Iterator[str]:
    """Lines in the style Title that stand together at the first place where there are any."""
    begun = False
    for paragraph in root.iter(f"{WORD}p"):
        is_title = heading_level(paragraph, levels) == TITLE
        text = one_line(paragraph, looks) if is_title or begun else ""
        if text and is_title:
            begun = True
            yield text
        elif text and begun:
            return


def _has_own_text(line: Element) -> bool:
    """Say whether a line has text besides that of a text box, which stands in lines of its own."""
    texts = (text for text in line.iter(f"{WORD}t") if (text.text or "").strip())
    return any(next(text.iterancestors(f"{WORD}p")) is line for text in texts)
