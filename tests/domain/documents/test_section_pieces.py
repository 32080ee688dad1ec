"""A page text cut at its headings loses nothing, and is never cut within something else."""

from hypothesis import given
from hypothesis import strategies as st

from docctl.adapters.reading_view import render
from docctl.domain.documents.section_pieces import section_pieces

LINES = st.sampled_from(
    [
        "# One",
        "## Two",
        "> # Quoted",
        "- # Listed",
        "text",
        "",
        "| a |\n|---|\n| b |",
        "<br>",
        "a\u2028b",
        "---",
        "1. x",
    ]
)


def test_each_piece_begins_with_its_heading() -> None:
    view = render("before\n\n# Purpose\n\ntext\n\n> # Quoted\n>\n> more\n\n## Scope\n\n- # Listed\n\n# Purpose\n\nlast")
    pieces = section_pieces(view)
    assert [piece.section.anchor if piece.section else "" for piece in pieces] == [
        "",
        "s-purpose",
        "s-scope",
        "s-purpose-2",
    ]
    assert "Quoted" in pieces[1].html
    assert "Listed" in pieces[2].html


@given(st.lists(LINES, max_size=12))
def test_nothing_is_lost_between_the_pieces(lines: list[str]) -> None:
    view = render("\n\n".join(lines))
    assert "".join(piece.html for piece in section_pieces(view)).strip() == view.html.strip()
