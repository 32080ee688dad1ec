"""Words that stand in the Word file and in print but not on the page are named at import."""

from docctl.adapters.conversion import word_to_markdown
from tests.factories import hostile_word as word


def drawn(*words: str) -> str:
    """A paragraph that draws words as shapes, as WordArt of old and watermarks do."""
    kind = '<v:shapetype id="t136"><v:textpath on="t" fitshape="t"/></v:shapetype>'
    shapes = "".join(
        f'<v:shape type="#t136" style="width:200pt;height:40pt"><v:textpath string="{each}"/></v:shape>'
        for each in words
    )
    return f"<w:p><w:r><w:pict>{kind}{shapes}</w:pict></w:r></w:p>"


def losses(body: str, sign: str, *links: str, **parts: bytes) -> list[str]:
    """The losses of a Word file with a sign in them."""
    return [loss for loss in word_to_markdown(word.word_file(body, *links, **parts)).losses if sign in loss]


def test_words_drawn_as_word_art_are_named_with_their_place() -> None:
    text, heading = word.paragraph("Danger:"), word.paragraph("Tanks", "Heading1")
    beginning = "Words drawn as WordArt stand only in the Word file and its PDF, not on the page"
    assert losses(f"{drawn('KEEP  OUT')}{text}{heading}{drawn('NEVER ENTER', 'ALONE')}", "WordArt") == [
        f"{beginning}: “KEEP OUT”.",
        f"{beginning} under “Tanks”: “NEVER ENTER”; “ALONE”.",
    ]
    assert losses(f"{text}{drawn()}", "WordArt") == []
