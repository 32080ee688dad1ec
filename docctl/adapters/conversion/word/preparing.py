"""A Word file made plain before pandoc reads it: changes accepted, boxes opened, pictures in line, headings named."""

import posixpath
from copy import deepcopy
from itertools import pairwise

from lxml import etree

from docctl.adapters.conversion.drawn.drawn_fields import draw_fields
from docctl.adapters.conversion.drawn.tab_columns import tab_columns_named
from docctl.adapters.conversion.drawn.word_colours import colours_named
from docctl.adapters.conversion.drawn.word_looks import join_drop_caps, name_looks
from docctl.adapters.conversion.drawn.word_pictures import PreparedWord, as_media, set_pictures_in_line
from docctl.adapters.conversion.drawn.wordart import drawn_words_named
from docctl.adapters.conversion.numbers.hidden_numbers import hidden_numbers_named
from docctl.adapters.conversion.numbers.picture_bullets import picture_bullets_named
from docctl.adapters.conversion.numbers.word_lists import make_boxes_bullets, mark_going_on, mark_rules
from docctl.adapters.conversion.numbers.word_numbers import (
    DrawnNumbers,
    count_numbers,
    has_notes,
    name_forms_of_lists,
    pass_over_section_ends,
    silence_levels,
    write_numbers,
    write_numbers_of_titles,
)
from docctl.adapters.conversion.word.changes import (
    join_with_the_next,
    paragraphs_that_end_no_more,
    take_out_of_formulas,
)
from docctl.adapters.conversion.word.fields import show_results, spell_out_forms
from docctl.adapters.conversion.word.nested_bullets import nest_bullets
from docctl.adapters.conversion.word.notes import mark_notes, sign_notes
from docctl.adapters.conversion.word.pruning import keep_used_lists, keep_used_styles, tidy
from docctl.adapters.conversion.word.running import running_heads_named, said_on_every_page
from docctl.adapters.conversion.word.tables import mark_unmeasured, square_tables
from docctl.adapters.conversion.word.title import title_evidence
from docctl.adapters.conversion.word.unlike_word import unlike_word_named
from docctl.domain.errors import ConversionError
from docctl.word_format.cells import deleted_cells, join_cells, take_out_cells
from docctl.word_format.contents import announcements
from docctl.word_format.facts import WordFacts, facts_of
from docctl.word_format.markup import (
    CHOICES,
    DRAWING,
    MATHS,
    TYPES_PART,
    VML,
    WORD,
    Element,
    contents_pieces,
    links_part,
    main_part,
    ordinary_form,
    settle_choices,
    text_parts,
    unzipped,
    words_in,
    zipped,
)
from docctl.word_format.run_styles import RunStyles
from docctl.word_format.styles import TITLE, heading_level, heading_levels
from docctl.word_format.symbols import name_signs, tell_bullets_in_words

_READ = ("styles.xml", "numbering.xml")
_UNWRAPPED = ("sdt", "smartTag", "customXml", "ins", "moveTo", "dir", "bdo")
_DROPPED = (
    *("del", "moveFrom", "proofErr", "lastRenderedPageBreak", "sdtPr", "sdtEndPr", "permStart", "permEnd"),
    *("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "smartTagPr", "customXmlPr"),
    *("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "sectPr", "ind", "framePr"),
    *("tblCaption", "tblDescription"),
    *("softHyphen", "pageBreakBefore", "rPrChange", "pPrChange", "tblPrChange", "tcPrChange", "trPrChange"),
)

_GAPS = (("cr", "br"), ("ptab", "tab"))
_ALONE = tuple(f"{WORD}{name}" for name in ("drawing", "footnoteReference", "endnoteReference"))
_TAKEN_AWAY = (
    *("title", "subtitle", "author", "date", "abstract", "abstracttitle"),
    *("caption", "tablecaption", "imagecaption", "captionedfigure"),
)


def prepared(data: bytes, *, is_text_only: bool = False) -> PreparedWord:
    """Make a checked Word file plain; nothing a reader sees is lost without being named.

    The headings of a file that is the text only are numbered by its template, not by its text.
    """
    word = _opened(data)
    main = main_part(word.trees)
    folder = posixpath.dirname(main)
    styles, numbering = (word.trees.get(posixpath.join(folder, name)) for name in _READ)
    word.losses.extend(unlike_word_named(word.trees, word.parts, styles))
    levels = heading_levels(styles)
    if numbering is not None:
        tell_bullets_in_words(numbering)
        name_forms_of_lists(numbering)
        silence_levels(numbering)
    notes = sign_notes(word.trees)
    word.losses += notes.losses
    kept = {TYPES_PART, "_rels/.rels", *(posixpath.join(folder, name) for name in _READ)}
    for part in text_parts(word.trees):
        root = word.trees[part]
        pass_over_section_ends(root)
        _accept(root)
        drawn_fields = draw_fields(root, numbering, styles, levels)
        word.losses += _without_results(drawn_fields)
        word.drawn += words_in(" ".join(drawn_fields))
        counted = count_numbers(root, numbering, styles)
        _drop_contents(root, levels)
        word.losses.extend(
            (*colours_named(root, levels, styles), *tab_columns_named(root, levels), *drawn_words_named(root, levels))
        )
        word.losses += hidden_numbers_named(counted, numbering, styles)
        word.losses += picture_bullets_named(counted, numbering, styles)
        if not has_notes(root):
            _take_drawn(word, write_numbers_of_titles(counted, levels))
        if part == main:
            word.evidence = title_evidence(word.facts, root, word.trees, levels, styles)
        if not is_text_only or has_notes(root):
            _take_drawn(word, write_numbers(root, counted, levels))
        mark_notes(root, notes)
        spell_out_forms(root)
        show_results(root)
        _spell_out_readings(root)
        _part_equation_numbers(root)
        _open_boxes(root)
        name_looks(root, RunStyles(styles))
        mark_rules(root)
        nest_bullets(root, numbering, styles, levels)
        mark_going_on(root, numbering)
        set_pictures_in_line(word, part, root)
        _part_runs(root)
        _name_headings(root, levels)
        square_tables(root)
        mark_unmeasured(root)
        tidy(root)
        kept |= {part, links_part(part)}
    _prune(word.trees, folder, [word.trees[part] for part in text_parts(word.trees)])
    parts = {name: etree.tostring(word.trees[name], encoding="UTF-8") for name in kept if name in word.trees}
    stand_ins = {posixpath.join(folder, as_media(name)): b"picture" for name in word.pictures}
    word.docx = zipped(parts | stand_ins, level=1)
    return word


def word_facts(data: bytes) -> WordFacts:
    """Read the facts of a checked Word file."""
    return _opened(data).facts


def _opened(data: bytes) -> PreparedWord:
    word = PreparedWord(parts=unzipped(data))
    for name, content in word.parts.items():
        if name.endswith((".xml", ".rels")) and not name.startswith("customXml/"):
            word.trees[name] = _parsed(content)
            settle_choices(word.trees[name])
    main = main_part(word.trees)
    styles = word.trees.get(posixpath.join(posixpath.dirname(main), "styles.xml"))
    for part in text_parts(word.trees):
        join_drop_caps(word.trees[part])
        word.losses.extend(name_signs(word.trees[part], styles))
    word.facts = facts_of(word.parts, word.trees)
    word.running = said_on_every_page(word.trees)
    word.losses.extend(running_heads_named(word.trees, styles))
    return word


def _parsed(content: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(ordinary_form(content), parser)
    except etree.XMLSyntaxError as fault:
        raise ConversionError(
            "The Word file was not converted, because a part of it is damaged; open it in Word and save it again."
        ) from fault


def _accept(root: Element) -> None:
    """Take the text as it stands when every tracked change is accepted, without wrappers of any kind."""
    endless = paragraphs_that_end_no_more(root)
    take_out_cells(deleted_cells(root))
    join_cells(root)
    for row in list(root.iter(f"{WORD}tr")):
        if row.find(f"{WORD}trPr/{WORD}del") is not None:
            _remove(row)
    for choice in list(root.iter(f"{CHOICES}AlternateContent")):
        _choose(choice)
    take_out_of_formulas(root)
    for name in _DROPPED:
        for element in list(root.iter(f"{WORD}{name}")):
            if name != "del" or element.getparent().tag not in (f"{WORD}rPr", f"{WORD}trPr"):
                _remove(element)
    for name in _UNWRAPPED:
        for element in reversed(list(root.iter(f"{WORD}{name}"))):
            _unwrap(element)
    for element in reversed(list(root.iter(f"{WORD}sdtContent"))):
        _unwrap(element)
    join_with_the_next(endless)


def _take_drawn(word: PreparedWord, drawn: DrawnNumbers) -> None:
    """Count the numbers that were written among the words of a file, and name what could not be written as in Word."""
    word.losses += drawn.losses
    word.drawn += words_in(" ".join(drawn.texts))
    word.hung_on += words_in(" ".join(drawn.hung_on))


def _without_results(drawn: list[str]) -> list[str]:
    """Name what was counted anew, because the file does not say what Word showed."""
    if not drawn:
        return []
    signs = "1 number or sign" if len(drawn) == 1 else f"{len(drawn)} numbers and signs"
    return [f"{signs} that Word draws from fields were worked out anew, first “{drawn[0]}”; compare them with Word."]


def _spell_out_readings(root: Element) -> None:
    """Write the readings over East Asian text behind it."""
    for ruby in list(root.iter(f"{WORD}ruby")):
        run = next(ruby.iterancestors(f"{WORD}r"), None)
        if run is not None:
            text = "".join(piece.text or "" for piece in ruby.iterfind(f"{WORD}rubyBase//{WORD}t"))
            reading = "".join(piece.text or "" for piece in ruby.iterfind(f"{WORD}rt//{WORD}t"))
            ruby.tag = f"{WORD}t"
            for child in list(ruby):
                ruby.remove(child)
            ruby.text = f"{text} ({reading})" if reading else text


def _part_equation_numbers(root: Element) -> None:
    """Put a space before the number of an equation, which Word draws in place of the sign between the two."""
    for spread in root.iter(f"{MATHS}maxDist"):
        if spread.get(f"{MATHS}val", "1") in ("1", "on", "true"):
            for text in spread.getparent().getparent().iter(f"{MATHS}t"):
                text.text = (text.text or "").replace("#", "\u2003", 1)


def _part_runs(root: Element) -> None:
    """Give pictures and notes runs of their own, and breaks one name, because pandoc passes over the rest."""
    for gap, name in ((gap, name) for old, name in _GAPS for gap in root.iter(f"{WORD}{old}")):
        gap.tag = f"{WORD}{name}"
        gap.attrib.clear()
    for run in {alone.getparent() for alone in root.iter(*_ALONE) if alone.getparent().tag == f"{WORD}r"}:
        pieces = [piece for piece in run if piece.tag != f"{WORD}rPr"]
        looks = run.find(f"{WORD}rPr")
        for before, piece in reversed(list(pairwise(pieces))):
            if before.tag in _ALONE or piece.tag in _ALONE:
                rest = etree.Element(f"{WORD}r")
                rest.extend([] if looks is None else [deepcopy(looks)])
                rest.extend([piece, *piece.itersiblings()])
                run.addnext(rest)


def _choose(choice: Element) -> None:
    """Of what is there twice, keep the newer form where it holds something to read or see."""
    options = choice.findall(f"{CHOICES}Choice") + choice.findall(f"{CHOICES}Fallback")
    for option in options:
        if next(option.iter(f"{WORD}t", f"{MATHS}t", f"{DRAWING}blip", f"{VML}imagedata"), None) is not None:
            _put_in_place(choice, list(option))
            return
    _put_in_place(choice, list(options[0]) if options else [])


def _drop_contents(root: Element, levels: dict[str, int]) -> None:
    """Leave out generated lists, of contents or of tables, and what only announces them."""
    pieces = contents_pieces(root)
    for piece in (*announcements(root, pieces, levels), *pieces):
        _remove(piece)


def _open_boxes(root: Element) -> None:
    """Put the text of a text box behind the paragraph that it is anchored in."""
    for box in reversed(list(root.iter(f"{WORD}txbxContent"))):
        anchor = next(box.iterancestors(f"{WORD}p"), None)
        if anchor is None:
            continue
        for block in reversed(list(box)):
            anchor.addnext(block)
        _remove(box)


def _name_headings(root: Element, levels: dict[str, int]) -> None:
    """Give headings the styles that pandoc knows; a title becomes a line that it does not take for metadata."""
    for paragraph in list(root.iter(f"{WORD}p")):
        level = heading_level(paragraph, levels)
        properties = paragraph.find(f"{WORD}pPr")
        if properties is None:
            continue
        style = properties.find(f"{WORD}pStyle")
        in_table = next(paragraph.iterancestors(f"{WORD}tbl"), None) is not None
        if level is None or level == TITLE or in_table:
            if style is not None and (level is not None or _is_metadata(style)):
                properties.remove(style)
            continue
        for child in list(properties):
            properties.remove(child)
        etree.SubElement(properties, f"{WORD}pStyle").set(f"{WORD}val", f"DocctlHeading{min(level, 6)}")
        for gap in list(paragraph.iter(f"{WORD}br", f"{WORD}tab")):
            if gap.getparent().tag == f"{WORD}r":
                gap.tag = f"{WORD}t"
                gap.attrib.clear()
                gap.text = " "


def _is_metadata(style: Element) -> bool:
    """Pandoc takes these styles for the title page or the next table, and would not leave their text in its place."""
    return style.get(f"{WORD}val", "").lower() in _TAKEN_AWAY


def _prune(trees: dict[str, Element], folder: str, texts: list[Element]) -> None:
    styles, numbering = (trees.get(posixpath.join(folder, name)) for name in _READ)
    if styles is not None:
        _add_heading_styles(styles)
        keep_used_styles(styles, texts)
    if numbering is not None:
        make_boxes_bullets(numbering)
        keep_used_lists(numbering, [*texts, *([styles] if styles is not None else [])])


def _add_heading_styles(styles: Element) -> None:
    for level in range(1, 7):
        style = etree.SubElement(styles, f"{WORD}style")
        style.set(f"{WORD}type", "paragraph")
        style.set(f"{WORD}styleId", f"DocctlHeading{level}")
        etree.SubElement(style, f"{WORD}name").set(f"{WORD}val", f"heading {level}")


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    if element.getparent() is not None and element.getparent().tag not in (f"{WORD}rPr", f"{WORD}trPr"):
        _put_in_place(element, list(element))


def _put_in_place(element: Element, children: list[Element]) -> None:
    for child in reversed(children):
        element.addnext(child)
    _remove(element)
