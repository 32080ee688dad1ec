"""Any text next to any inline mark is printed as it was typed, in every place where text may stand."""

import re
import string

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.adapters.test_pdf_writer import issued, png
from tests.factories.files.pdf_pages import bookmarks, page_texts

PICTURE = {"assets/a.png": png()}


def escaped(text: str) -> str:
    """A text as Markdown that means just this text."""
    return "".join(f"\\{letter}" if letter in string.punctuation else letter for letter in text)


def tagged(name: str, text: str) -> tuple[str, str]:
    return f"<{name}>{escaped(text)}</{name}>", text


def code(text: str) -> tuple[str, str]:
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text.replace('|', '!')} {fence}", text.replace("|", "!")


MARKS = {
    "plain": lambda text: (escaped(text), text),
    **{name: lambda text, name=name: tagged(name, text) for name in ("em", "strong", "s", "u", "sub", "sup")},
    "both": lambda text: (f"<em><strong>{escaped(text)}</strong></em>", text),
    "code": code,
    "link": lambda text: (f"[{escaped(text)}](http://x.example/a%20b#c)", text),
    "odd link": lambda text: (f'[{escaped(text)}](<http://x.example/%23"{{x}}_(*)>)', text),
    "place": lambda text: (f"[{escaped(text)}](#purpose)", text),
    "picture": lambda text: (f"{escaped(text)}![shown](assets/a.png)", text),
    "lost picture": lambda text: (f"![{escaped(text)}](assets/gone.png)", f"[{text}]"),
}
CONTAINERS = {
    "paragraph": lambda line: line,
    "bullet": lambda line: f"- {line}",
    "step": lambda line: f"1. {line}",
    "quotation": lambda line: f"> {line}",
    "cell": lambda line: f"| {line} | z |\n|---|---|\n| {line} | z |",
    "broken line": lambda line: f"before  \n{line}  \nbehind",
}
FOLLOWING = (".word", "(x)", "[x]", ";", '"q"', "'", ":", ",", "-?", "...", "--", "{x}", "$", "@x", "<x>", "#x", "//x")


def printed(markdown: str) -> str:
    return "".join(page_texts(issued(markdown, PICTURE)))


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("mark", MARKS)
def test_what_follows_a_mark_is_printed_as_typed(mark: str) -> None:
    lines, wanted = ["# Purpose"], []
    for number, following in enumerate(FOLLOWING):
        written, shown = MARKS[mark](f"w{number}")
        lines.append(f"{written}{escaped(following)}")
        wanted.append(f"{shown}{following}")
    page = printed("\n\n".join(lines))
    assert [line for line in wanted if without_spaces(line) not in page] == []


@pytest.mark.parametrize("container", CONTAINERS)
def test_marks_are_printed_with_what_follows_wherever_text_may_stand(container: str) -> None:
    lines, wanted = ["# Purpose"], []
    for mark, write in MARKS.items():
        for following in (".word", "(x)[y];"):
            written, shown = write(f"{mark}{len(lines)}")
            lines.append(CONTAINERS[container](f"{written}{escaped(following)}"))
            wanted.append(f"{shown}{following}")
    page = printed("\n\n".join(lines))
    assert [line for line in wanted if without_spaces(line) not in page] == []


@pytest.mark.parametrize("mark", MARKS)
def test_heading_and_note_are_printed_with_what_follows_a_mark(mark: str) -> None:
    written, shown = MARKS[mark]("head")
    text = f"# Purpose\n\n# {written}.word<br>over(two)[^1];x\n\nText[^2].foo\n\n[^1]: {written}.n\n\n    more(x)\n"
    pdf = issued(f"{text}\n[^2]: {written}[x]\n", PICTURE)
    page = "".join(page_texts(pdf))
    assert bookmarks(pdf)[1][1].startswith(f"2 {shown}.word over(two)")
    assert f"2{shown}.wordover(two)1;x" in page
    assert "Text2.foo" in page
    for line in (f"{shown}.n", "more(x)", f"{shown}[x]"):
        assert without_spaces(line) in page


def test_note_of_an_annex_with_two_paragraphs_stays_a_note() -> None:
    pdf = issued("# Purpose\n\n# Annex[^1]\n\nText.\n\n[^1]: One.\n\n    Two (x).\n")
    assert bookmarks(pdf)[1][1].startswith("Annex")
    assert "1One.Two(x)." in "".join(page_texts(pdf))


@pytest.mark.parametrize("line", ["= a", "- a", "+ a", "/ a: b", "7. a", "=== a", "a <label>", "// a", "/* a */", "~a"])
def test_line_that_looks_like_a_mark_of_the_printer_is_printed_as_typed(line: str) -> None:
    page = printed(f"before  \n{escaped(line)}  \n{escaped(line)}\n\n{escaped(line)}\n")
    assert page.count(without_spaces(line)) == 3


@pytest.mark.parametrize("block", ["a ``` b\n== c", "``````", '#panic()\n\\u{41}\t"x\\n"', " - a\n\n/* b", "`"])
def test_block_of_code_is_printed_as_typed(block: str) -> None:
    fenced = f"~~~~ typ\n{block}\n~~~~"
    for text in (fenced, "- item\n\n" + re.sub("^", "  ", fenced, flags=re.MULTILINE)):
        assert without_spaces(block) in printed(text)


SIGNS = st.sampled_from(string.punctuation)
LETTERS = st.sampled_from(["a", "Z", "7", "é", "я", " "])
WORDS = st.lists(SIGNS | LETTERS, min_size=1, max_size=6).map(lambda letters: "".join(letters).strip() or "x")
PIECES = st.lists(st.tuples(st.sampled_from(sorted(MARKS)), WORDS), min_size=1, max_size=4)
LINES = st.lists(st.tuples(st.sampled_from(sorted(CONTAINERS)), PIECES), min_size=25, max_size=25)


def written_and_shown(pieces: list[tuple[str, str]]) -> tuple[str, str]:
    """A line of marked pieces; code is kept from the next code, because Markdown has no border between them."""
    written, shown, last = "", "", ""
    for mark, text in pieces:
        border = "x" if mark == last == "code" else ""
        as_markdown, as_text = MARKS[mark](text)
        written, shown, last = written + border + as_markdown, shown + border + as_text, mark
    return written, shown


@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(LINES)
def test_any_texts_with_any_marks_in_any_order_are_printed_as_typed(
    lines: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    texts, wanted = ["# Purpose"], []
    for container, pieces in lines:
        written, shown = written_and_shown(pieces)
        texts.append(CONTAINERS[container](written))
        wanted.append(shown)
    page = printed("\n\n<!-- -->\n\n".join(texts))
    assert [line for line in wanted if without_spaces(line) not in page] == []
