"""A count as Word writes it: the number formats of ISO/IEC 29500-1, 17.18.59, as Word itself keeps to them."""

import re
from collections.abc import Callable, Mapping

from num2words import num2words

LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_HALF_KATAKANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_HALF = str.maketrans(_KATAKANA, _HALF_KATAKANA)
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_HEBREW = "אבגדהוזחטיכלמנסעפצקרשת"
_HINDI_VOWELS = ("अ", "आ", "इ", "ई", "उ", "ऊ", "ऋ", "ऌ", "ऍ", "ऎ", "ए", "ऐ", "ऑ", "ऒ", "ओ", "औ", "अं", "अः")

_Signs = Mapping[str, str | tuple[str, ...]]
_REPEATED: _Signs = {
    "lowerLetter": LATIN,
    "upperLetter": LATIN.upper(),
    "chicago": "*†‡§",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "ابجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "hindiVowels": "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
    "hindiConsonants": _HINDI_VOWELS,
    "thaiLetters": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
}
"""Letters that are written twice, three times and so on when all have been used: z, aa, bb."""
_BEGUN_AGAIN: _Signs = {
    "aiueo": _HALF_KATAKANA,
    "aiueoFullWidth": _KATAKANA,
    "iroha": _IROHA.translate(_HALF),
    "irohaFullWidth": _IROHA,
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "ideographZodiacTraditional": tuple(_STEMS[place % 10] + _BRANCHES[place % 12] for place in range(60)),
}
"""Signs that begin again from the first when all have been used."""
_ENDED: _Signs = {
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographEnclosedCircle": "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩",
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
}
"""Signs that plain digits follow when all have been used."""
_DIGITS: _Signs = {
    "decimal": "0123456789",
    "decimalHalfWidth": "0123456789",
    "decimalFullWidth": "０１２３４５６７８９",
    "decimalFullWidth2": "０１２３４５６７８９",
    "hindiNumbers": "०१२३४५६७८९",
    "thaiNumbers": "๐๑๒๓๔๕๖๗๘๙",
    "ideographDigital": "〇一二三四五六七八九",
    "japaneseDigitalTenThousand": "〇一二三四五六七八九",
    "taiwaneseDigital": "○一二三四五六七八九",
    "koreanDigital": "영일이삼사오육칠팔구",
    "koreanDigital2": "零一二三四五六七八九",
}
_COUNTED = {
    "japaneseCounting": ("一二三四五六七八九", "十百千万", "", "none"),
    "japaneseLegal": ("壱弐参四伍六七八九", "拾百阡萬", "", "all"),
    "koreanCounting": ("일이삼사오육칠팔구", "십백천만", "", "none"),
    "chineseCounting": ("一二三四五六七八九", "十百千万", "零", "first"),
    "chineseCountingThousand": ("一二三四五六七八九", "十百千万", "零", "first"),
    "taiwaneseCounting": ("一二三四五六七八九", "十百千萬", "零", "first"),
    "taiwaneseCountingThousand": ("一二三四五六七八九", "十百千萬", "零", "first"),
    "chineseLegalSimplified": ("壹贰叁肆伍陆柒捌玖", "拾佰仟万", "零", "all"),
    "ideographLegalTraditional": ("壹貳參肆伍陸柒捌玖", "拾佰仟萬", "零", "all"),
}
"""The digits, the words for ten to ten thousand, what stands for gaps, and where a single ten says its one."""
_KOREAN_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_KOREAN_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_HEBREW_VALUES = (
    *((400, "ת"), (300, "ש"), (200, "ר"), (100, "ק"), (90, "צ"), (80, "פ"), (70, "ע"), (60, "ס"), (50, "נ")),
    *((40, "מ"), (30, "ל"), (20, "כ"), (10, "י")),
    *((9, "ט"), (8, "ח"), (7, "ז"), (6, "ו"), (5, "ה"), (4, "ד"), (3, "ג"), (2, "ב"), (1, "א")),
)


def written(number: int, kind: str, language: str = "", form: str = "") -> str | None:
    """Write a number in a kind of Word's; None for a kind that is not known here, or not in this language."""
    if kind == "custom":
        return _like_the_first(number, form)
    if kind in ("none", "bullet"):
        return ""
    for signs, write in ((_REPEATED, _repeated), (_BEGUN_AGAIN, _begun_again), (_ENDED, _ended), (_DIGITS, _digits)):
        if kind in signs:
            return write(number, signs[kind])
    if kind in _COUNTED:
        return _counted(number, kind)
    if kind in _SPELT:
        return _in_words(number, kind, language)
    if kind == "ordinal":
        return f"{number}{_ending(number, language[:2].lower())}"
    found = _OTHERS.get(kind)
    return found(number) if found else None


def _repeated(number: int, signs: str | tuple[str, ...]) -> str:
    if number < 1:
        return str(number)
    times, place = divmod(number - 1, len(signs))
    return signs[place] * (times + 1)


def _begun_again(number: int, signs: str | tuple[str, ...]) -> str:
    return signs[(number - 1) % len(signs)] if number > 0 else str(number)


def _ended(number: int, signs: str | tuple[str, ...]) -> str:
    return signs[number - 1] if 0 < number <= len(signs) else str(number)


def _digits(number: int, signs: str | tuple[str, ...]) -> str:
    return "".join(signs[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    found = "" if number else "0"
    for value, sign in _ROMAN:
        found += sign * (number // value)
        number %= value
    return found


def _hebrew_numeral(number: int) -> str:
    if not 0 < number < 1000:
        return str(number)
    found, rest = "", number
    for value, sign in _HEBREW_VALUES:
        found, rest = found + sign * (rest // value), rest % value
    return found.replace("יה", "טו").replace("יו", "טז")  # both would write a name of God


def _hebrew_letters(number: int) -> str:
    if number < 1:
        return str(number)
    times, place = divmod(number - 1, len(_HEBREW))
    return _HEBREW[-1] * times + _HEBREW[place]


def _korean_words(number: int) -> str:
    return _KOREAN_TENS[number // 10] + _KOREAN_ONES[number % 10] if 0 < number < 100 else str(number)


def _counted(number: int, kind: str) -> str:
    """Write a number by tens, hundreds and thousands; two kinds count so up to ninety-nine, and by digits above."""
    digits, words, gap, ones = _COUNTED[kind]
    if number < 1:
        return "○" if gap else "〇"
    if number > 99 and kind in ("chineseCounting", "taiwaneseCounting"):
        return _digits(number, f"○{digits}")
    thousands, rest = divmod(number, 10_000)
    found = f"{_below_ten_thousand(thousands, digits, words, gap, ones)}{words[3]}" if thousands else ""
    if thousands == 1 and kind == "koreanCounting":
        found = words[3]
    if thousands and gap and 0 < rest < 1000:
        found += gap
    return found + _below_ten_thousand(rest, digits, words, gap, ones, is_first=not thousands)


def _below_ten_thousand(
    number: int, digits: str, words: str, gap: str, ones: str, *, is_first: bool = True
) -> str:  # fmt: skip
    found = ""
    for value, word in ((1000, words[2]), (100, words[1]), (10, words[0]), (1, "")):
        digit, number = divmod(number, value)
        if not digit:
            found += gap if gap and found and number and not found.endswith(gap) else ""
            continue
        says_no_one = digit == 1 and (ones == "none" or (ones == "first" and value == 10 and not found and is_first))
        found += ("" if says_no_one and value > 1 else digits[digit - 1]) + word
    return found


def _ending(number: int, language: str) -> str:
    """What follows the digits of an ordinal number."""
    if language in ("", "en"):
        return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    if language == "fr":
        return "er" if number == 1 else "e"
    if language in ("es", "pt", "it"):
        return "º"
    if language == "sv":
        return ":a" if number % 10 in (1, 2) and number % 100 not in (11, 12) else ":e"
    return {"nl": "e", "ru": "-й", "ca": "è"}.get(language, ".")


_SPELT = {"cardinalText": "cardinal", "ordinalText": "ordinal", "dollarText": "cardinal"}


def _in_words(number: int, kind: str, language: str) -> str | None:
    """Spell a number out as Word does at the head of a line: with a capital, and in English without “and”."""
    tongue = language[:2].lower() or "en"
    try:
        words = str(num2words(number, lang={"nb": "no", "nn": "no"}.get(tongue, tongue), to=_SPELT[kind]))
    except NotImplementedError:
        return None
    if tongue == "en":
        words = words.replace(" and ", " ").replace(",", "")
    shown = f"{words} and 00/100" if kind == "dollarText" else words
    return shown[:1].upper() + shown[1:]


def _like_the_first(number: int, form: str) -> str | None:
    """Write a number like the first of “001, 002, 003, ...”, which says how many digits there are at least."""
    first = re.match(r"\s*(0*1)\s*,", form)
    return f"{number:0{len(first[1])}}" if first else None


def _thai_words(number: int) -> str:
    return str(num2words(number, lang="th"))


def _vietnamese_words(number: int) -> str:
    return str(num2words(number, lang="vi"))


_OTHERS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "hebrew1": _hebrew_numeral,
    "hebrew2": _hebrew_letters,
    "koreanLegal": _korean_words,
    "thaiCounting": _thai_words,
    "vietnameseCounting": _vietnamese_words,
}
