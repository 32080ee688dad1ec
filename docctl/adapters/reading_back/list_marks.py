"""Numbers as a list draws them: digits, letters, Roman numerals and what else Word knows."""

from collections.abc import Callable

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def drawn(number: int, kind: str) -> str:
    """Return a number as a list of this kind draws it; Word's names of kinds are used."""
    draw = _custom(kind) if kind[:1].isdigit() else _KINDS.get(kind)
    return draw(number) if draw is not None else str(number)


def _roman(number: int) -> str:
    said = ""
    for value, letters in _ROMAN:
        while number >= value:
            said, number = said + letters, number - value
    return said


def _letters_again(letters: str) -> Callable[[int], str]:
    """Word's letters: after z comes aa, bb, cc."""

    def letters_of(number: int) -> str:
        again, place = divmod(number - 1, len(letters))
        return letters[place] * (again + 1)

    return letters_of


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _signs_from(first: str) -> Callable[[int], str]:
    """Twenty signs that stand for a number each."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= 20 else str(number)


def _digits(digits: str) -> Callable[[int], str]:
    table = str.maketrans("0123456789", digits)
    return lambda number: str(number).translate(table)


def _custom(sample: str) -> Callable[[int], str]:
    """A form of its own, given by its first numbers: 001, 002."""
    wide = len(sample.partition(",")[0].strip())
    return lambda number: str(number).rjust(wide, "0")


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number).translate(_CHINESE)
    tens, ones = divmod(number, 10)
    before = "" if not tens else "十" if tens == 1 else f"{_CHINESE_DIGITS[tens]}十"
    return before + (_CHINESE_DIGITS[ones] if ones or not tens else "")


def _hebrew(number: int) -> str:
    if number % 100 in (15, 16):
        return _summed(number - number % 100) + ("טו" if number % 100 == 15 else "טז")
    return _summed(number)


def _summed(number: int) -> str:
    said = ""
    for value, letter in _HEBREW:
        while number >= value:
            said, number = said + letter, number - value
    return said


def _in_words(first: str, tens: str, ending: str) -> Callable[[int], str]:
    """English numbers in words up to 99, as far as lists go."""
    small, large = first.split(), tens.split()
    ones = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

    def said(number: int) -> str:
        if not 0 < number < 100:
            return str(number)
        if number < 20:
            return small[number - 1].capitalize()
        ten, one = divmod(number, 10)
        if not one:
            return (large[ten - 2].removesuffix("y") + ("ieth" if ending else "y")).capitalize()
        return f"{large[ten - 2]}-{small[one - 1] if ending else ones[one - 1]}".capitalize()

    return said


_CHINESE_DIGITS = "〇一二三四五六七八九"
_CHINESE = str.maketrans("0123456789", _CHINESE_DIGITS)
_HEBREW = (
    *((400, "ת"), (300, "ש"), (200, "ר"), (100, "ק"), (90, "צ"), (80, "פ"), (70, "ע"), (60, "ס"), (50, "נ")),
    *((40, "מ"), (30, "ל"), (20, "כ"), (10, "י"), (9, "ט"), (8, "ח"), (7, "ז"), (6, "ו"), (5, "ה"), (4, "ד")),
    *((3, "ג"), (2, "ב"), (1, "א")),
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_KINDS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters_again(_LATIN),
    "upperLetter": _letters_again(_LATIN.upper()),
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperRoman": _roman,
    "chicago": _letters_again("*†‡§"),
    "ordinal": _ordinal,
    "russianLower": _letters_again("абвгдежзиклмнопрстуфхцчшщыэюя"),
    "russianUpper": _letters_again("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ"),
    "none": lambda number: "",
    "numberInDash": lambda number: f"- {number} -",
    "hindiNumbers": _digits("٠١٢٣٤٥٦٧٨٩"),
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": _digits(_CHINESE_DIGITS),
    "japaneseDigitalTenThousand": _digits(_CHINESE_DIGITS),
    "hebrew1": _hebrew,
    "hebrew2": _letters_again("אבגדהוזחטיכלמנסעפצקרשת"),
    "arabicAbjad": _letters_again("ابجدهوزحطيكلمنسعفصقرشتثخذضظغ"),
    "arabicAlpha": _letters_again("ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    "cardinalText": _in_words(_CARDINALS, _TENS, ""),
    "ordinalText": _in_words(_ORDINALS, _TENS, "th"),
    "thaiNumbers": _digits("๐๑๒๓๔๕๖๗๘๙"),
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalEnclosedCircle": _signs_from("①"),
    "decimalEnclosedCircleChinese": _signs_from("①"),
    "decimalEnclosedParen": _signs_from("⑴"),
    "decimalEnclosedFullstop": _signs_from("⒈"),
}
