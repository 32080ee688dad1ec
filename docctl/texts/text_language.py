"""In which language a text is: weighed from what its words say, what its file claims, and what is usual here."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

LANGUAGES = {
    "en": "English", "ar": "العربية", "bg": "Български", "ca": "Català", "cs": "Čeština", "da": "Dansk",
    "de": "Deutsch", "el": "Ελληνικά", "es": "Español", "et": "Eesti", "fa": "فارسی", "fi": "Suomi",
    "fr": "Français", "ga": "Gaeilge", "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "hu": "Magyar",
    "is": "Íslenska", "it": "Italiano", "ja": "日本語", "ko": "한국어", "lt": "Lietuvių", "lv": "Latviešu",
    "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский",
    "sk": "Slovenčina", "sl": "Slovenščina", "sr": "Српски", "sv": "Svenska", "th": "ไทย", "tr": "Türkçe",
    "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset(("ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"))
SURE = 0.6
SURE_OF_FEW_WORDS = 0.8
LIKELY = 0.35
FEW_LETTERS = 60
ENOUGH_OF_A_SECTION = 80
_OTHER_NAMES = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
_HEADING = re.compile(r"^(?=#{1,6} )", re.MULTILINE)
_NO_LETTERS = re.compile(r"[^\w\s'’\u200c\u200d-]|[\d_]")

Ranking = Sequence[tuple[str, float]]
BY_SHAPES = frozenset(("zh", "ja", "ko"))
"""Languages whose letters Word and LibreOffice tell from Latin ones in the same text by their shapes."""


def direction_of(language: str) -> str:
    """Return in which direction a language is written, as ``dir`` says it."""
    return "rtl" if main_language(language) in RIGHT_TO_LEFT else "ltr"


def words_to_judge(text: str) -> str:
    """Return the words of a text without figures and signs, which are the same in every language."""
    return " ".join(_NO_LETTERS.sub(" ", text).split())


def settled_language(ranking: Ranking, words: str, claims: Iterable[str]) -> str:
    """Return the language of a text: what its words say where they are sure, else the first claim that they allow.

    Claims come with the surest first; a few words may be of any language, so the first claim holds for them.
    """
    known = [main for claim in claims if (main := main_language(claim)) in LANGUAGES]
    if not ranking:
        return known[0] if known else "en"
    best, share = ranking[0]
    if share >= (SURE if len(words) >= FEW_LETTERS else SURE_OF_FEW_WORDS):
        return best
    near = {language for language, likely in ranking if likely > share / 4}
    allowed = [claim for claim in known if claim in near]
    if allowed:
        return allowed[0]
    return known[0] if known and len(words) < FEW_LETTERS and share < LIKELY else best


def sections_of(markdown: str) -> list[str]:
    """Return the sections of a text that are long enough to be judged alone; shorter ones go with their neighbour."""
    parts: list[str] = []
    for part in _HEADING.split(markdown):
        if parts and min(len(words_to_judge(parts[-1])), len(words_to_judge(part))) < ENOUGH_OF_A_SECTION:
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def main_of(languages: Iterable[tuple[str, int]]) -> str:
    """Return the language that most of a text is in, from its sections' languages and lengths."""
    counted: Counter[str] = Counter()
    for language, length in languages:
        counted[language] += length
    return counted.most_common(1)[0][0] if counted else ""


def main_language(language: str) -> str:
    """Return a language without its region, under the name by which the library knows it."""
    main = language.casefold().replace("_", "-").partition("-")[0]
    return _OTHER_NAMES.get(main, main)
