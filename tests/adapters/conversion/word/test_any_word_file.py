"""Any Word file: all of its words arrive in the reading view, in their order, and none that is not in its text."""

import re
import unicodedata

from hypothesis import HealthCheck, Phase, given, settings

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_view import render
from docctl.adapters.word_package import check_word_package
from tests.factories.files.generated_word import Made, word_files


def numbers_in(text: str) -> list[str]:
    """Return the words of a text that end in a number, without case."""
    plain = unicodedata.normalize("NFC", text)
    return re.findall(r"[^\W\d]+\d{3}(?!\d)", re.sub(r"[\u0300-\u036f]", "", plain).casefold())


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(word_files())
def test_all_words_of_any_word_file_arrive_in_their_order(made: Made) -> None:
    check_word_package(made.data)
    read = word_to_markdown(made.data)
    arrived = numbers_in(render(read.markdown).text)
    wanted, beside, gone = (numbers_in(" ".join(words)) for words in (made.in_order, made.beside, made.gone))
    # A title is plain text, in which what is raised or lowered stands behind a sign.
    title = numbers_in(re.sub(r"[\^_]", "", f"{read.title} {read.number}"))
    assert sorted([*arrived, *(word for word in title if word not in arrived)]) == sorted([*wanted, *beside])
    assert not set(arrived) & set(gone)
    assert [word for word in arrived if word in wanted] == [word for word in wanted if word in arrived]
    assert read.recall == 1.0
