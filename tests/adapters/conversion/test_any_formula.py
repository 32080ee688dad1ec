"""Any formula: the page, the editor and a Word file that goes out and comes back say and draw the same."""

import html
import re

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from docctl.adapters.conversion import html_to_markdown, markdown_to_html
from docctl.adapters.reading_view import render
from tests.adapters.conversion.word.test_word_round_trip import to_word_and_back

SIGNS = st.sampled_from(["a", "b", "x", "n", "12", "0.5", "\\sigma", "\\Delta", "\\alpha", "\\pi"])
BETWEEN = st.sampled_from(["+", "-", "=", "<", "\\leq", "\\neq", "\\cdot", "\\times", "\\pm"])
DRAWN = ("mfrac", "msup", "msub", "msubsup", "msqrt", "mroot", "mover", "munder", "munderover")


def _made_of(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inside, BETWEEN, inside),
        st.builds("{}^{{{}}}".format, SIGNS, inside),
        st.builds("{}_{{{}}}".format, SIGNS, inside),
        st.builds("{}_{{{}}}^{{{}}}".format, SIGNS, SIGNS, inside),
        st.builds("\\frac{{{}}}{{{}}}".format, inside, inside),
        st.builds("\\sqrt{{{}}}".format, inside),
        st.builds("\\sqrt[3]{{{}}}".format, inside),
        st.builds("\\left( {} \\right)".format, inside),
        st.builds("\\sum_{{i = 1}}^{{{}}}{}".format, inside, inside),
        st.builds("\\int_{{0}}^{{{}}}{}".format, inside, inside),
        st.builds("\\bar{{{}}}".format, inside),
        st.builds("\\text{{load}} {}".format, inside),
        st.builds("\\log {}".format, inside),
    )


FORMULAS = _made_of(st.recursive(SIGNS, _made_of, max_leaves=6))


def drawn(line: str) -> tuple[str, list[str]]:
    """What the page shows of a line: its signs in their order, and what is raised, divided or under a root.

    A formula that is nothing but signs in a line comes back as these signs.
    """
    page = render(line).html
    signs = html.unescape(re.sub(r"<[^>]*>", "", page))
    return re.sub(r"[\s\u2061-\u2064\u200b]", "", signs), [
        tag for tag in re.findall(r"<([a-z]+)", page) if tag in DRAWN
    ]


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(FORMULAS, min_size=25, max_size=25))
def test_formulas_stay_what_they_are_through_the_editor_and_a_word_file(formulas: list[str]) -> None:
    text = "\n\n".join(f"Rule {place} $`{formula}`$ holds." for place, formula in enumerate(formulas)) + "\n"
    assert render(text).html.count("<math") == len(formulas)
    assert html_to_markdown(markdown_to_html(text)) == text
    back, losses = to_word_and_back(text)
    assert losses == ()
    for sent, returned in zip(text.split("\n"), back.split("\n"), strict=True):
        assert drawn(returned) == drawn(sent), sent
