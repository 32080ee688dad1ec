"""Charts and diagrams of a Word file as what can be read in them: titles, figures by category, texts in their order."""

import datetime
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from docctl.word_format.markup import (
    CHART,
    CHOICES,
    DIAGRAM,
    DRAWING,
    LINKS,
    OFFICE_LINKS,
    PLACED,
    WORD,
    Element,
    links_part,
    resolved,
    words_in,
)

_DAY_ZERO = datetime.date(1899, 12, 30)
_DATE_FORM = re.compile(r"[dy]", re.IGNORECASE)
_DRAWN_DIAGRAM = "{http://schemas.microsoft.com/office/drawing/2008/diagram}"
_NO_TEXT = ("pres", "parTrans", "sibTrans")


@dataclass(frozen=True)
class FigureTable:
    """Figures of a chart: the names of its series, and a row for each category with the value of each series."""

    series: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figure:
    """What can be read in a chart or diagram: its title, further labels, figures, and texts each with its depth.

    Of a diagram, ``has_drawing`` says whether the file holds it as drawn shapes too, which other programs print.
    """

    kind: str
    title: str = ""
    labels: tuple[str, ...] = ()
    tables: tuple[FigureTable, ...] = ()
    texts: tuple[tuple[int, str], ...] = ()
    has_drawing: bool = True

    @property
    def is_empty(self) -> bool:
        """Nothing in it can be read."""
        return not (self.title or self.labels or self.tables or self.texts)

    @property
    def words(self) -> list[str]:
        """The words of it, each as often as it is shown."""
        cells = (cell for table in self.tables for row in (table.series, *table.rows) for cell in row)
        return words_in(" ".join((self.title, *self.labels, *cells, *(text for _, text in self.texts))))


def figure_in(holder: Element, part: str, trees: Mapping[str, Element]) -> Figure | None:
    """Return what can be read in the chart or diagram that a drawing of a part shows; None where it shows neither."""
    chart = next(holder.iter(f"{CHART}chart"), None)
    diagram = next(holder.iter(f"{DIAGRAM}relIds"), None)
    if chart is not None:
        found = _linked(part, chart.get(f"{OFFICE_LINKS}id", ""), trees)
        return Figure("Chart") if found is None else _chart(found)
    if diagram is not None:
        found = _linked(part, diagram.get(f"{OFFICE_LINKS}dm", ""), trees)
        described = next(holder.iter(f"{PLACED}docPr"), None)
        alt = (described.get("descr") or "") if described is not None else ""
        if found is None:
            return Figure("Diagram")
        drawn = next(found.iter(f"{_DRAWN_DIAGRAM}dataModelExt"), None)
        shapes = _linked(part, drawn.get("relId", ""), trees) if drawn is not None else None
        return replace(_diagram(found, " ".join(alt.split())), has_drawing=shapes is not None)
    return None


def figure_words(root: Element, part: str, trees: Mapping[str, Element]) -> Iterator[str]:
    """Yield the words of the charts and diagrams that a part shows."""
    for holder in root.iter(f"{WORD}drawing"):
        if next(holder.iterancestors(f"{CHOICES}Fallback", f"{WORD}del", f"{WORD}moveFrom"), None) is None:
            figure = figure_in(holder, part, trees)
            yield from figure.words if figure is not None else ()


def _linked(part: str, key: str, trees: Mapping[str, Element]) -> Element | None:
    links = trees.get(links_part(part))
    for link in links.iterchildren(f"{LINKS}Relationship") if links is not None else ():
        if link.get("Id") == key and link.get("TargetMode") != "External":
            return trees.get(posixpath.normpath(resolved(links_part(part), link.get("Target", ""))))
    return None


def _chart(root: Element) -> Figure:
    own_title = root.find(f"{CHART}chart/{CHART}title")
    title = _drawn_text(own_title) or _cached(own_title) if own_title is not None else ""
    others = [each for each in root.iter(f"{CHART}title", f"{CHART}dLbl") if each is not own_title]
    labels = tuple(text for each in others if (text := _drawn_text(each) or _cached(each)))
    groups: dict[tuple[tuple[int, str], ...], list[tuple[str, dict[int, str]]]] = {}
    for series in root.iter(f"{CHART}ser"):
        name = series.find(f"{CHART}tx")
        categories = _points(series, "cat") or _points(series, "xVal")
        values = _points(series, "val") or _points(series, "yVal")
        shown = _cached(name) or _drawn_text(name) if name is not None else ""
        groups.setdefault(tuple(categories.items()), []).append((shown, values))
    tables = tuple(_table(dict(categories), columns) for categories, columns in groups.items())
    return Figure("Chart", title, labels, tuple(table for table in tables if table.rows or any(table.series)))


def _table(categories: Mapping[int, str], columns: list[tuple[str, dict[int, str]]]) -> FigureTable:
    places = sorted({*categories, *(place for _, values in columns for place in values)})
    rows = tuple((categories.get(place, ""), *(values.get(place, "") for _, values in columns)) for place in places)
    return FigureTable(tuple(name for name, _ in columns), rows)


def _points(series: Element, name: str) -> dict[int, str]:
    """Return the cached values of a series by their place; levels of categories are joined, dates are spelt out."""
    source = series.find(f"{CHART}{name}")
    found: dict[int, str] = {}
    for point in source.iter(f"{CHART}pt") if source is not None else ():
        place, value = point.get("idx", ""), point.find(f"{CHART}v")
        if place.isdigit() and value is not None and value.text:
            form = point.getparent().find(f"{CHART}formatCode")
            text = _spelt(value.text, (form.text or "") if form is not None and name in ("cat", "xVal") else "")
            found[int(place)] = f"{text} – {found[int(place)]}" if int(place) in found else text
    return found


def _spelt(value: str, form: str) -> str:
    if _DATE_FORM.search(form) and re.fullmatch(r"\d{1,6}(\.\d+)?", value):
        return str(_DAY_ZERO + datetime.timedelta(days=int(float(value))))
    return " ".join(value.split())


def _cached(element: Element) -> str:
    return " ".join(" ".join(value.text or "" for value in element.iter(f"{CHART}v")).split())


def _drawn_text(element: Element) -> str:
    lines = ("".join(piece.text or "" for piece in line.iter(f"{DRAWING}t")) for line in element.iter(f"{DRAWING}p"))
    return " ".join(" ".join(lines).split())


def _diagram(root: Element, alt: str) -> Figure:
    points = {point.get("modelId"): point for point in root.iter(f"{DIAGRAM}pt")}
    below: dict[str | None, list[tuple[int, str | None]]] = {}
    for link in root.iter(f"{DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "0")
            entry = (int(order) if order.isdigit() else 0, link.get("destId"))
            below.setdefault(link.get("srcId"), []).append(entry)
    texts: list[tuple[int, str]] = []
    waiting = [(point.get("modelId"), 0) for point in reversed(points.values()) if point.get("type") == "doc"]
    seen: set[str | None] = set()
    left_over = [(key, 1) for key in reversed(points)]
    for start in (waiting, left_over):
        while start:
            key, depth = start.pop()
            if key in seen or key not in points:
                continue
            if start is left_over and points[key].get("type") in _NO_TEXT and not _drawn_text(points[key]):
                continue
            seen.add(key)
            text = _drawn_text(points[key])
            if text:
                texts.append((max(0, depth - 1), text))
            start.extend(
                (child, depth + 1) for _, child in sorted(below.get(key, []), reverse=True, key=lambda e: e[0])
            )
    return Figure("Diagram", alt if texts else "", texts=tuple(texts))
