"""The language of real sentences, recognised offline."""

import pytest

from docctl.adapters.language_recognition import languages_of

SENTENCES = {
    "de": "Das Ventil bleibt geschlossen, solange die Pumpe läuft.",
    "en": "The valve stays shut while the pump is running.",
    "fr": "La vanne reste fermée tant que la pompe est en marche.",
    "es": "La válvula permanece cerrada mientras la bomba está en marcha.",
    "it": "La valvola resta chiusa finché la pompa è in funzione.",
    "nl": "De klep blijft gesloten zolang de pomp draait.",
    "pl": "Zawór pozostaje zamknięty, dopóki pompa pracuje.",
    "sv": "Ventilen ska hållas stängd så länge pumpen går.",
    "he": "המפתח נשמר בארון והשוער רושם כל מבקר",
    "ar": "تحفظ المفاتيح في خزانة رقم 12. يسجل كل زائر",
    "fa": "کلیدها در گاوصندوق نگهداری می‌شوند",
    "zh": "泵运行时阀门保持关闭。",
    "ja": "ポンプが動いている間、弁は閉じておく。",
    "ru": "Клапан остаётся закрытым, пока работает насос.",
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items(), ids=list(SENTENCES))
def test_a_sentence_is_recognised(language: str, sentence: str) -> None:
    (found, share), *_ = languages_of(sentence)
    assert (found, share > 0.6) == (language, True)


@pytest.mark.parametrize("text", ["", "12 | 34", "—", "\u200b"])
def test_a_text_without_letters_is_in_no_language(text: str) -> None:
    assert languages_of(text) == ()
