"""The manual's chapter on what events say is what the classes of the acts say."""

from docctl.domain.trail.audit_trail import Act
from tests.checks.format_chapter import CHAPTER, chapter


def test_the_chapter_is_what_the_classes_say() -> None:
    assert CHAPTER.read_text(encoding="utf-8") == chapter(), "write it anew: make format-chapter"


def test_the_chapter_names_each_act_once() -> None:
    headings = [line for line in CHAPTER.read_text(encoding="utf-8").splitlines() if line.startswith("### `")]
    assert sorted(headings) == sorted(f"### `{act.value}`" for act in Act)
