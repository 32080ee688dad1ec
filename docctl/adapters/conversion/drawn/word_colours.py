"""Colours of a Word file that may be all that tells its words or cells apart; a text shows none, so they are named."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from docctl.adapters.conversion.drawn.table_styles import TableStyles
from docctl.texts.accessibility import COLOURED_SIGNS
from docctl.texts.short_list import told_of
from docctl.word_format.colour_names import colour_name
from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.run_styles import RunStyles, is_on
from docctl.word_format.styles import heading_level

SHOWN_PLACES = 4
SHOWN_LETTERS = 60
THICK = 18
"""Eighths of a point, from which on a border marks a cell rather than parting two."""
MOST_OF_A_TEXT = 0.7
_SIGNALS = ("red", "orange", "yellow", "green")
_COLOURED_BY_WORD = frozenset(
    (
        "title",
        "subtitle",
        "caption",
        "quote",
        "intense quote",
        "toc heading",
        "block text",
        "abstract title",
        "source code",
    )
)
"""Names of styles that Word or pandoc has itself, whose colour is a matter of looks."""
_ENDS_OF_SENTENCES = tuple(".!?;:。！？")

Place = tuple[int, int]
Cells = dict[Place, Element]


def colours_named(root: Element, levels: dict[str, int], styles: Element | None = None) -> Iterator[str]:
    """Yield a sentence for each colour that marks words, and one for each table whose cells colour tells apart."""
    marked: dict[tuple[str, str], list[str]] = defaultdict(list)
    looks, of_tables = RunStyles(styles), TableStyles(styles)
    usual, heading = _usual_colour(root, levels, looks), ""
    tables: list[str] = []
    signs: list[str] = []
    for block in root.iter(f"{WORD}p", f"{WORD}tbl"):
        if block.tag == f"{WORD}tbl":
            tables.extend(_cells_told_apart(block, heading, of_tables))
        elif heading_level(block, levels) is not None:
            heading = _shortened(visible_text(block)) or heading
        else:
            shade = _shade(block.find(f"{WORD}pPr")) or _shade_of_style(block, looks)
            if shade and visible_text(block).strip():
                marked["are shaded in", shade].append(f"“{_shortened(visible_text(block))}”{_under(heading)}")
            if COLOURED_SIGNS.search(visible_text(block)):
                signs.append(f"“{_shortened(visible_text(block))}”{_under(heading)}")
            for how, colour, text in _marked_words(block, usual, looks):
                marked[how, colour].append(f"“{_shortened(text)}”{_under(heading)}")
    for (how, colour), places in marked.items():
        yield f"Words {how} {colour}, which the text does not show: {told_of(places, SHOWN_PLACES)}."
    if signs:
        yield f"Print shows signs that differ in colour alone without their colour: {told_of(signs, SHOWN_PLACES)}."
    yield from tables


def _shade_of_style(paragraph: Element, looks: RunStyles) -> str:
    """Return the colour behind a paragraph that its style alone states, where it may say something; grey is looks."""
    run = next((run for run in paragraph.iter(f"{WORD}r") if visible_text(run).strip()), None)
    is_usual = paragraph.find(f"{WORD}pPr/{WORD}pStyle") is None
    if run is None or is_usual or paragraph.find(f"{WORD}pPr/{WORD}shd") is not None:
        return ""
    stated = looks.of_paragraph_style(paragraph, "shd")
    colour = _shade(stated.getparent()) if stated is not None and _may_say_something(run, looks) else ""
    return "" if colour == "grey" else colour


def _marked_words(paragraph: Element, usual: str, looks: RunStyles) -> Iterator[tuple[str, str, str]]:
    """Yield how words of a paragraph are marked, the colour, and the words; neighbours marked alike are one."""
    last, text = ("", ""), ""
    for run in paragraph.iter(f"{WORD}r"):
        mark = _mark_of(run, usual, looks) if visible_text(run).strip() else last
        if mark != last and last[1] and text.strip():
            yield (*last, text)
        text = visible_text(run) if mark != last else text + visible_text(run)
        last = mark
    if last[1] and text.strip():
        yield (*last, text)


def _mark_of(run: Element, usual: str, looks: RunStyles) -> tuple[str, str]:
    properties = run.find(f"{WORD}rPr")
    if marker := colour_name(_stated(properties, "highlight", "val")) or _shade(properties):
        return "are highlighted in", marker
    colour, of_style = _colour_stated(run, looks)
    is_link = (
        next(run.iterancestors(f"{WORD}hyperlink"), None) is not None
        or "link" in _stated(properties, "rStyle", "val").lower()
    )
    told = colour_name(colour)
    if is_link or colour == usual or (of_style and told == "grey"):
        return "", ""
    return "are written in", told


def _colour_stated(run: Element, looks: RunStyles) -> tuple[str, bool]:
    """Return the colour that a run states, or else that of its style or its paragraph's, and whether a style does."""
    if own := _stated(run.find(f"{WORD}rPr"), "color", "val"):
        return own, False
    of_run, of_paragraph = looks.of_styles(run, "color")
    if of_run is None and of_paragraph is not None and not _may_say_something(run, looks):
        of_paragraph = None
    stated = of_paragraph if of_run is None else of_run
    return (stated.get(f"{WORD}val", ""), True) if stated is not None else ("", False)


def _may_say_something(run: Element, looks: RunStyles) -> bool:
    """Say whether the colour of a paragraph's style may say something: not in a style of Word's, nor in a head."""
    paragraph = next(run.iterancestors(f"{WORD}p"))
    if looks.name_of_paragraph(run).lower() in _COLOURED_BY_WORD or is_on(looks.stated(run, "b")):
        return False
    is_item = paragraph.find(f"{WORD}pPr/{WORD}numPr") is not None
    return is_item or visible_text(paragraph).rstrip().endswith(_ENDS_OF_SENTENCES)


def _usual_colour(root: Element, levels: dict[str, int], looks: RunStyles) -> str:
    """Return the colour of the text where most of it has one; else none, so that every colour is named."""
    letters: Counter[str] = Counter()
    for paragraph in root.iter(f"{WORD}p"):
        if heading_level(paragraph, levels) is None:
            for run in paragraph.iter(f"{WORD}r"):
                letters[_colour_stated(run, looks)[0]] += len(visible_text(run).strip())
    usual = max(letters, key=lambda colour: letters[colour], default="")
    return usual if letters[usual] >= MOST_OF_A_TEXT * letters.total() else ""


def _cells_told_apart(table: Element, heading: str, styles: TableStyles) -> Iterator[str]:
    """Name the cells of a table whose colours go with neither their row nor their column."""
    cells, first_row = _placed_cells(table)
    colours = {place: _colour_of(cell) for place, cell in cells.items()}
    body = [place for place in cells if place[0] >= first_row]
    rows, columns = defaultdict(set), defaultdict(set)
    for row, column in body:
        rows[row].add(colours[row, column])
        columns[column].add(colours[row, column])
    is_only_row = len(rows) == 1
    apart = [place for place in body if colours[place] and len(rows[place[0]]) > 1]
    told = [place for place in apart if len(columns[place[1]]) > 1 or (is_only_row and not _text(cells[place]))]
    if told:  # then also a column in one colour may say something, but for the first, which names the rows
        told = [place for place in apart if place in told or (place[1] and colours[place] in _SIGNALS)]
    told += _rows_marked(body, cells, colours)
    lights = _lights_of_style({place: cells[place] for place in body if not colours[place]}, styles.shaded(table))
    colours |= lights
    told += lights
    if told:
        named = told_of(
            [f"{_name_of(cells, place, first_row)} {colours[place]}" for place in sorted(told)], SHOWN_PLACES
        )
        yield f"Colour tells cells of the table{_under(heading)} apart, which the text does not show: {named}."


def _lights_of_style(cells: Cells, shaded: Mapping[Element, Element]) -> dict[Place, str]:
    """Return the cells that the style of a table has in signal colours, where it has more than one of these."""
    found = {place: _shade(shaded.get(cell)) for place, cell in cells.items()}
    lights = {place: colour for place, colour in found.items() if colour in _SIGNALS}
    return lights if len(set(lights.values())) > 1 else {}


def _rows_marked(body: Sequence[Place], cells: Cells, colours: Mapping[Place, str]) -> list[Place]:
    """Return the first cell of each row that is marked as a whole, as few others are: neither a band nor a head."""
    rows: dict[int, list[Place]] = defaultdict(list)
    for place in body:
        rows[place[0]].append(place)
    whole = [
        row[0]
        for row in rows.values()
        if len(row) > 1 and len({colours[place] for place in row}) == 1 and all(_text(cells[place]) for place in row)
    ]
    marked = [place for place in whole if colours[place] in _SIGNALS]
    return marked if len(marked) * 3 <= len(rows) or len(marked) == 1 < len(rows) else []


def _placed_cells(table: Element) -> tuple[Cells, int]:
    """Return the cells by row and column, and the first row that is no heading."""
    cells: Cells = {}
    first_row = 0
    for number, row in enumerate(table.iterchildren(f"{WORD}tr")):
        column = 0
        for cell in row.iterchildren(f"{WORD}tc"):
            cells[number, column] = cell
            span = _stated(cell.find(f"{WORD}tcPr"), "gridSpan", "val")
            column += int(span) if span.isdigit() and len(span) < 4 else 1
        is_heading = row.find(f"{WORD}trPr/{WORD}tblHeader") is not None
        if is_heading and first_row == number:
            first_row = number + 1
    return cells, first_row or int(len({row for row, _ in cells}) > 1 and not _has_lights(cells))


def _has_lights(cells: Cells) -> bool:
    """Say whether the first row is no heading: it has a coloured cell without words, or the colours of cells below."""
    colours = {place: _colour_of(cell) for place, cell in cells.items()}
    first = {column: colour for (row, column), colour in colours.items() if row == 0 and colour}
    others = ((column, colour) for (row, column), colour in colours.items() if row > 0)
    are_mixed = any(colour in first.values() and colour != first.get(column, colour) for column, colour in others)
    return are_mixed or any(column > 0 and not _text(cells[0, column]) for column in first)


def _colour_of(cell: Element) -> str:
    """Return the colour that a cell has, or that a thick border of its own has."""
    properties = cell.find(f"{WORD}tcPr")
    borders = properties.find(f"{WORD}tcBorders") if properties is not None else None
    thick = (
        colour_name(side.get(f"{WORD}color", ""))
        for side in (borders if borders is not None else ())
        if (size := side.get(f"{WORD}sz", "")).isdigit() and int(size) >= THICK
    )
    row = cell.getparent()
    of_row = row.find(f"{WORD}tblPrEx") if row is not None else None
    return _shade(properties) or next(filter(None, thick), "") or _shade(of_row)


def _shade(properties: Element | None) -> str:
    """Return the colour of a shading: that of its pattern, where it has one, or else what fills it."""
    fill, pattern = _stated(properties, "shd", "fill"), _stated(properties, "shd", "val")
    theme = _stated(properties, "shd", "themeFill")
    if fill in ("", "auto") and theme.startswith("accent"):
        return f"in the theme's {theme}"
    if pattern in ("", "clear", "nil"):
        return colour_name(fill)
    ink = _stated(properties, "shd", "color")
    return colour_name(ink) or colour_name(fill) or ("grey" if ink in ("", "auto") else "")


def _name_of(cells: Cells, place: tuple[int, int], first_row: int) -> str:
    """Name a cell by its words, or else by the words at the beginning of its row and at the top of its column."""
    row, column = place
    if own := _text(cells[place]):
        return f"“{own}”"
    heads = (_text(cells.get((row, 0))), _text(cells.get((first_row - 1, column))) if first_row else "")
    return " / ".join(head for head in heads if head) or f"row {row + 1}, column {column + 1}"


def _text(cell: Element | None) -> str:
    return _shortened(visible_text(cell)) if cell is not None else ""


def _stated(properties: Element | None, name: str, attribute: str) -> str:
    found = properties.find(f"{WORD}{name}") if properties is not None else None
    return str(found.get(f"{WORD}{attribute}", "")) if found is not None else ""


def _under(heading: str) -> str:
    return f" under “{heading}”" if heading else ""


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN_LETTERS else f"{words[:SHOWN_LETTERS].rstrip()} …"
