"""How one text became another, word by word: nothing is lost, and what reads alike is not called changed."""

import html as entities
import random
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from docctl.texts.compared_text import pieces_of, sections_touched, without_far_context
from docctl.texts.differences import (
    ADDED,
    CHANGED,
    MOVED_AWAY,
    MOVED_HERE,
    REMOVED,
    SAME,
    Block,
    BlockChange,
    Run,
    compare_words,
    differences,
    words,
)
from docctl.texts.text_blocks import blocks_of

TEXTS = st.lists(st.sampled_from(["the", "owner", "keeps", "records,", "for", "ten", "years.", "方針", "7.5.3", "—"]))


def squeezed(text: str) -> str:
    """Return a text without its space."""
    return "".join(text.split())


def paragraphs(*texts: str) -> tuple[Block, ...]:
    """Return paragraphs as blocks."""
    return tuple(Block("paragraph", (text,)) for text in texts)


def told(changes: tuple[BlockChange, ...]) -> list[tuple[str, str]]:
    """Return each change with the words of its block."""
    return [(change.change, change.block.text) for change in changes]


@given(TEXTS, TEXTS)
def test_removed_and_same_words_are_the_old_text_and_added_and_same_the_new(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    runs = compare_words(before, after)
    assert squeezed("".join(run.text for run in runs if run.change != ADDED)) == squeezed(before)
    assert squeezed("".join(run.text for run in runs if run.change != REMOVED)) == squeezed(after)
    assert all(one.change != two.change for one, two in pairwise(runs))


def test_signs_that_changed_count_as_changes() -> None:
    old = paragraphs("Doors open ✔ at night", "At most -5 degrees", "Noise up to 85 dB")
    new = paragraphs("Doors open ✗ at night", "At most 5 degrees", "Noise up to 85 dB")
    changes = differences(old, new)
    assert [(change.words(ADDED), change.words(REMOVED)) for change in changes] == [(1, 1), (0, 1), (0, 0)]


@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6))
def test_every_block_of_both_texts_is_told_once_in_its_order(old: list[list[str]], new: list[list[str]]) -> None:
    before, after = paragraphs(*map(" ".join, old)), paragraphs(*map(" ".join, new))
    changes = differences(before, after)
    assert tuple(change.old for change in changes if change.old is not None) == before
    assert tuple(change.new for change in changes if change.new is not None) == after


@given(st.lists(TEXTS, max_size=6))
def test_text_does_not_differ_from_itself(text: list[list[str]]) -> None:
    blocks = paragraphs(*map(" ".join, text))
    assert all(change.change == SAME for change in differences(blocks, blocks))


def test_one_word_in_a_paragraph_is_all_that_changed() -> None:
    (change,) = differences(
        paragraphs("Records are kept for five years."), paragraphs("Records are kept for ten years.")
    )
    assert change.change == CHANGED
    assert change.cells == (
        (Run(SAME, "Records are kept for "), Run(REMOVED, "five "), Run(ADDED, "ten "), Run(SAME, "years.")),
    )


def test_rewritten_phrase_reads_as_one_change() -> None:
    runs = compare_words("Keep it safe, dry, clean now", "Keep it cold, dark, quiet now")
    assert [run.change for run in runs] == [SAME, REMOVED, ADDED, SAME]


def test_other_space_between_words_is_no_change() -> None:
    assert told(differences(paragraphs("two  words"), paragraphs("two words"))) == [(SAME, "two words")]


def test_new_paragraph_between_two_others_changes_neither() -> None:
    changes = differences(paragraphs("First one.", "Last one."), paragraphs("First one.", "In between.", "Last one."))
    assert told(changes) == [(SAME, "First one."), (ADDED, "In between."), (SAME, "Last one.")]


def test_paragraph_that_changed_its_place_is_moved() -> None:
    stays, moves = "What stays is here and stays.", "What moves goes to the end."
    changes = differences(paragraphs(moves, stays, "Third."), paragraphs(stays, "Third.", moves))
    assert told(changes) == [(MOVED_AWAY, moves), (SAME, stays), (SAME, "Third."), (MOVED_HERE, moves)]


def test_paragraphs_are_paired_with_those_most_alike() -> None:
    old = paragraphs("The owner keeps the register of risks.", "Auditors are independent of the work.")
    new = paragraphs("Something else entirely is said.", "Auditors must be independent of the work.")
    changes = differences(old, new)
    assert [(change.change, change.old is not None, change.new is not None) for change in changes] == [
        (REMOVED, True, False),
        (ADDED, False, True),
        (CHANGED, True, True),
    ]


def test_table_is_compared_by_cell_and_a_new_column_is_one_cell_of_each_row() -> None:
    rows = [Block("row", ("Role", "Duty")), Block("row", ("Owner", "Keeps the file"))]
    one_cell = differences(rows, [rows[0], Block("row", ("Owner", "Keeps the record"))])
    assert [change.change for change in one_cell] == [SAME, CHANGED]
    assert one_cell[1].cells[0] == (Run(SAME, "Owner"),)
    column = differences(
        rows, [Block("row", ("Role", "Since", "Duty")), Block("row", ("Owner", "2026", "Keeps the file"))]
    )
    assert column[1].cells == ((Run(SAME, "Owner"),), (Run(ADDED, "2026"),), (Run(SAME, "Keeps the file"),))


def test_chinese_text_is_compared_by_character() -> None:
    runs = compare_words("品質方針は毎年見直す", "品質方針は毎月見直す")
    assert [run.text for run in runs if run.change != SAME] == ["年", "月"]
    assert len(words("方針 policy")) == 3


def test_long_repetitive_texts_come_to_an_end_with_every_word_told() -> None:
    chance = random.Random(4)
    old, new = (" ".join(chance.choice("abc") for _ in range(4000)) for _ in range(2))
    runs = compare_words(old, new)
    assert squeezed("".join(run.text for run in runs if run.change != REMOVED)) == squeezed(new)


PAGE = (
    '<h2 id="s-purpose">Purpose</h2>\n<p>We <em>do</em> it<sup class="footnote-ref"><a href="#fn1">[1]</a></sup>.</p>'
    "<ul>\n<li>one\n<ul>\n<li>two &amp; half</li>\n</ul>\n</li>\n</ul>"
    '<div class="table-region"><table><thead><tr><th>A</th><th>B</th></tr></thead>'
    "<tbody><tr><td>1<br>x</td><td></td></tr></tbody></table></div>"
    '<p><img src="assets/image1.png" alt="Flow"></p><pre><code>a\n  b\n</code></pre>'
    "<blockquote>\n<p>said</p></blockquote>"
    '<section class="footnotes"><ol><li id="fn1" class="footnote-item"><p>Note. '
    '<a href="#r" class="footnote-backref">↩</a></p></li></ol></section>'
)


def test_page_text_is_read_as_blocks_in_their_sections() -> None:
    assert [(block.kind, block.cells, block.level, block.section) for block in blocks_of(PAGE)] == [
        ("heading", ("Purpose",), 2, "Purpose"),
        ("paragraph", ("We do it.",), 0, "Purpose"),
        ("item", ("one",), 1, "Purpose"),
        ("item", ("two & half",), 2, "Purpose"),
        ("row", ("A", "B"), 0, "Purpose"),
        ("row", ("1 x", ""), 0, "Purpose"),
        ("picture", ("Flow",), 0, "Purpose"),
        ("code", ("a\n  b",), 0, "Purpose"),
        ("quote", ("said",), 0, "Purpose"),
        ("footnote", ("Note.",), 0, ""),
    ]


def test_renumbered_footnotes_are_no_change() -> None:
    renumbered = PAGE.replace("[1]", "[2]").replace("fn1", "fn2")
    assert all(change.change == SAME for change in differences(blocks_of(PAGE), blocks_of(renumbered)))


@given(st.text(alphabet="<>&\"' ab/", max_size=30), st.text(alphabet="<>&\"' ab/", max_size=30))
def test_pieces_hold_no_markup_from_the_texts(old: str, new: str) -> None:
    before = blocks_of(f"<p>{entities.escape(old)}</p><table><tr><td>{entities.escape(old)}</td></tr></table>")
    after = blocks_of(f"<p>{entities.escape(new)}</p><table><tr><td>{entities.escape(new)}</td></tr></table>")
    ours = re.compile(r'</?(?:p|ins|del|table|tbody|tr|td)(?: class="[a-z -]+")?>')
    for piece in pieces_of(differences(before, after)):
        for side in (piece.inline, piece.old_side, piece.new_side):
            assert "<" not in ours.sub("", side)
            assert ">" not in ours.sub("", side)


def test_sides_show_their_own_words_and_the_inline_view_both() -> None:
    (piece,) = pieces_of(differences(blocks_of("<p>for five years</p>"), blocks_of("<p>for ten years</p>")))
    assert piece.old_side == '<p>for <del class="diff-removed">five</del> years</p>'
    assert piece.new_side == '<p>for <ins class="diff-added">ten</ins> years</p>'
    assert piece.inline == ('<p>for <del class="diff-removed">five</del> <ins class="diff-added">ten</ins> years</p>')


def test_rows_of_one_table_are_one_piece_and_two_tables_are_two() -> None:
    table = "<table><tr><td>{}</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    pieces = pieces_of(differences(blocks_of(table.format("a") * 2), blocks_of(table.format("x") + table.format("a"))))
    assert [(piece.kind, piece.change) for piece in pieces] == [("table", CHANGED), ("table", SAME)]
    assert pieces[0].inline.count("<tr>") == 2


def test_sections_touched_are_counted_in_words() -> None:
    old = blocks_of('<h2 id="a">Aim</h2><p>one two three</p><h2 id="b">Scope</h2><p>same</p>')
    new = blocks_of('<h2 id="a">Aim</h2><p>one two four five</p><h2 id="b">Scope</h2><p>same</p>')
    (touched,) = sections_touched(differences(old, new))
    assert (touched.title, touched.anchor, touched.added, touched.removed) == ("Aim", "a", 2, 1)


def test_far_unchanged_pieces_can_be_left_out() -> None:
    old = blocks_of("".join(f"<p>Paragraph number {place}</p>" for place in range(20)))
    new = blocks_of("".join(f"<p>Paragraph number {'ten' if place == 10 else place}</p>" for place in range(20)))
    shown = without_far_context(pieces_of(differences(old, new)), around=1)
    assert [piece.change if piece else None for piece in shown] == [None, SAME, CHANGED, SAME, None]
