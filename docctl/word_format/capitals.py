"""Words that Word draws in capitals, large or small, although they are typed in small letters."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element, contents_pieces, visible_text
from docctl.word_format.run_styles import RunStyles, is_on

_CAPITALS = ("caps", "smallCaps")


def drawn_in_capitals(root: Element, styles: Element | None) -> Iterator[str]:
    """Yield what stands together in a paragraph and is drawn in capitals alone; a generated contents is not text."""
    looks, unread = RunStyles(styles), set(contents_pieces(root))
    for paragraph in root.iter(f"{WORD}p"):
        if paragraph in unread or unread.intersection(paragraph.iterancestors()):
            continue
        together = ""
        for run in paragraph.iter(f"{WORD}r"):
            if next(run.iterancestors(f"{WORD}p")) is not paragraph:
                continue
            text = visible_text(run)
            if any(is_on(looks.stated(run, name)) for name in _CAPITALS):
                together += text
            elif text:
                yield from _small(together)
                together = ""
        yield from _small(together)


def _small(text: str) -> Iterator[str]:
    if text != text.upper():
        yield " ".join(text.split())
