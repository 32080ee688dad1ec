"""British and American spellings of a word made one, so that either finds the other."""

import re

_ENDINGS = (
    (re.compile(r"([a-z]{3})iz(e|ed|es|er|ers|ing|able|ation|ations|ational|ationally)$"), r"\1is\2"),
    (re.compile(r"([a-z]{3})yz(e|ed|es|er|ers|ing)$"), r"\1ys\2"),
    (re.compile(r"([a-z]{3})sis$"), r"\1ses"),  # analysis, hypothesis: one word with their plural
    (re.compile(r"([a-z]{3})our(|s|ed|ing|al|ally|able|ably|ful|less|ite|er|ers|hood)$"), r"\1or\2"),
    (re.compile(r"(met|lit|fib|cent|calib|theat|spect|maneuv)re(s|d|)$"), r"\1er\2"),
    (re.compile(r"([a-z]{2}log)ue(s|)$"), r"\1\2"),
    (re.compile(r"([a-z]{2}dg)e(ments?)$"), r"\1\2"),
)
_WORDS = {
    "aluminium": "aluminum", "aeroplane": "airplane", "aeroplanes": "airplanes", "ageing": "aging",
    "centred": "centered", "centring": "centering", "defence": "defense", "defences": "defenses", "grey": "gray",
    "fulfil": "fulfill", "instalment": "installment", "instalments": "installments", "licence": "license",
    "licences": "licenses", "mould": "mold", "moulds": "molds", "moulded": "molded", "moulding": "molding",
    "offence": "offense", "offences": "offenses", "practise": "practice", "practised": "practiced",
    "practising": "practicing", "programme": "program", "programmes": "programs", "sulphur": "sulfur",
    "tyre": "tire", "tyres": "tires",
}  # fmt: skip


def one_spelling(word: str) -> str:
    """Return an English word, folded, in the one spelling that stands for the British and the American."""
    if word in _WORDS:
        return _WORDS[word]
    word = word.replace("manoeuv", "maneuv")
    for ending, other in _ENDINGS:
        word = ending.sub(other, word)
    return word
