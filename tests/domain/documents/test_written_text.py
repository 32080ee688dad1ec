"""A title line that was taken out of a text, and comes back where the title says less or more than it."""

import pytest

from docctl.domain.documents.written_text import WrittenText


@pytest.mark.parametrize(
    ("line", "number", "title", "is_back"),
    [
        ("Valve rules", "POL-002", "Valve rules", False),
        ("**VALVE RULES**", "POL-002", "Valve rules", False),
        ("POL\u2011002 Val\u00adve rules", "POL-002", "Valve rules", False),
        ("SOP-36 Valve rules", "POL-002", "Valve rules", True),
        ("Valve rules for pumps", "POL-002", "Valve rules", True),
        ("Rules, rules", "POL-002", "Rules", True),
        ("Keys of the town hall", "POL-002", "Rules for the keys of the town hall", True),
        ("Valve", "POL-002", "Valve rules", True),
        ("Valve rules, POL-002", "POL-002", "Valve rules", False),
        ("", "POL-002", "Valve rules", False),
    ],
)
def test_a_title_line_is_gone_only_where_it_says_just_number_and_title(
    line: str, number: str, title: str, is_back: bool
) -> None:
    text = WrittenText("# Scope\n", title_line=line).under(number, title)
    assert text.markdown == (f"{line}\n\n# Scope\n" if is_back else "# Scope\n")
    assert text.under("", "Another").markdown.count(line or "Another") == (1 if line else 0)
