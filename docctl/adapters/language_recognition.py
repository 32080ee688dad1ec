"""Recognising the language of a text by py3langid: offline, the same every time, in a millisecond a page."""

from functools import cache
from threading import Lock

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from docctl.texts.text_language import LANGUAGES, Ranking, words_to_judge

LONGEST_JUDGED = 20_000
MOST_LIKELY = 6
_loading = Lock()


def languages_of(text: str) -> Ranking:
    """Return the languages that a text may be in with their likelihood, the likeliest first; none without letters."""
    words = words_to_judge(text)[:LONGEST_JUDGED]
    if not any(map(str.isalpha, words)):
        return ()
    with _loading:
        identifier = _identifier()
    return tuple(identifier.rank(words)[:MOST_LIKELY])


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model, which takes a second or two, when a text is first judged."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
