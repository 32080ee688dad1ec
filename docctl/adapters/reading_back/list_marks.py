"""Numbers as a list draws them: digits, letters, Roman numerals and what else Word knows."""

from collections.abc import Callable, Sequence

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


def _letters_again(letters: Sequence[str]) -> Callable[[int], str]:
    """Word's letters: after z comes aa, bb, cc."""

    def letters_of(number: int) -> str:
        again, place = divmod(number - 1, len(letters))
        return letters[place] * (again + 1)

    return letters_of


def _in_turn(letters: Sequence[str]) -> Callable[[int], str]:
    """Letters that begin anew after the last."""
    return lambda number: letters[(number - 1) % len(letters)]


def _up_to(letters: str) -> Callable[[int], str]:
    """Letters that digits follow after the last."""
    return lambda number: letters[number - 1] if 1 <= number <= len(letters) else str(number)


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _signs_from(first: str, last: int = 20) -> Callable[[int], str]:
    """Signs that stand for a number each."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= last else str(number)


def _digits(digits: str) -> Callable[[int], str]:
    table = str.maketrans("0123456789", digits)
    return lambda number: str(number).translate(table)


def _custom(sample: str) -> Callable[[int], str]:
    """A form of its own, given by its first numbers: 001, 002."""
    wide = len(sample.partition(",")[0].strip())
    return lambda number: str(number).rjust(wide, "0")


def _counting(
    digits: str, places: str, *, gap: str = "", ones: str = "", by_digits: str = ""
) -> Callable[[int], str]:  # fmt: skip
    """Numbers as East Asia counts: tens, hundreds, thousands by words, ``ones`` where a single one is said before.

    ``by_digits`` are the digits of numbers above 99, where those are not counted in words.
    """

    def said(number: int) -> str:
        if not 0 < number < 10_000 or (by_digits and number > 99):
            return str(number).translate(str.maketrans("0123456789", by_digits or f"〇{digits}"))
        figures = [int(figure) for figure in str(number)]
        words = ""
        for place, figure in enumerate(figures):
            power = len(figures) - 1 - place
            is_bare = figure == 1 and power > 0 and (not ones or (ones == "inside" and power == 1 and not words))
            if figure:
                words += ("" if is_bare else digits[figure - 1]) + (places[power - 1] if power else "")
            elif any(figures[place:]) and not words.endswith(gap or " "):
                words += gap
        return words

    return said


def _hebrew_letters(number: int) -> str:
    again, place = divmod(number - 1, 22)
    return "ת" * again + "אבגדהוזחטיכלמנסעפצקרשת"[place]


def _hebrew(number: int) -> str:
    if not 0 < number < 1000:
        return str(number)
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
_HAN = _CHINESE_DIGITS[1:]
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
    "hindiNumbers": _digits("०१२३४५६७८९"),
    "hindiVowels": _letters_again("कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह"),
    "hindiConsonants": _letters_again(
        ["अ", "आ", "इ", "ई", "उ", "ऊ", "ऋ", "ऌ", "ऍ", "ऎ", "ए", "ऐ", "ऑ", "ऒ", "ओ", "औ", "अं", "अः"]
    ),
    "chineseCounting": _counting(_HAN, "十百千", gap="零", ones="inside", by_digits=f"○{_HAN}"),
    "taiwaneseCounting": _counting(_HAN, "十百千", gap="零", ones="inside", by_digits=f"○{_HAN}"),
    "chineseCountingThousand": _counting(_HAN, "十百千", gap="零", ones="inside"),
    "taiwaneseCountingThousand": _counting(_HAN, "十百千", gap="零", ones="inside"),
    "chineseLegalSimplified": _counting("壹贰叁肆伍陆柒捌玖", "拾佰仟", gap="零", ones="all"),
    "ideographLegalTraditional": _counting("壹貳參肆伍陸柒捌玖", "拾佰仟", gap="零", ones="all"),
    "japaneseCounting": _counting(_HAN, "十百千"),
    "japaneseLegal": _counting("壱弐参四伍六七八九", "拾百阡", ones="all"),
    "koreanCounting": _counting("일이삼사오육칠팔구", "십백천"),
    "koreanDigital": _digits("영일이삼사오육칠팔구"),
    "koreanDigital2": _digits("零一二三四五六七八九"),
    "taiwaneseDigital": _digits(f"○{_HAN}"),
    "ganada": _in_turn("가나다라마바사아자차카타파하"),
    "chosung": _in_turn("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"),
    "aiueo": _in_turn("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"),
    "aiueoFullWidth": _in_turn(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
    ),
    "iroha": _in_turn("ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ"),
    "irohaFullWidth": _in_turn(
        "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
    ),
    "ideographTraditional": _up_to("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _up_to("子丑寅卯辰巳午未申酉戌亥"),
    "ideographZodiacTraditional": lambda number: (
        "甲乙丙丁戊己庚辛壬癸"[(number - 1) % 10] + "子丑寅卯辰巳午未申酉戌亥"[(number - 1) % 12]
    ),
    "ideographEnclosedCircle": _signs_from("㈠", 10),
    "thaiLetters": _letters_again("กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"),
    "hex": "{:X}".format,
    "ideographDigital": _digits(_CHINESE_DIGITS),
    "japaneseDigitalTenThousand": _digits(_CHINESE_DIGITS),
    "hebrew1": _hebrew,
    "hebrew2": _hebrew_letters,
    "arabicAbjad": _letters_again("ابجدهوزحطيكلمنسعفصقرشتثخذضظغ"),
    "arabicAlpha": _letters_again("أبتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    "cardinalText": _in_words(_CARDINALS, _TENS, ""),
    "ordinalText": _in_words(_ORDINALS, _TENS, "th"),
    "thaiNumbers": _digits("๐๑๒๓๔๕๖๗๘๙"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalEnclosedCircle": _signs_from("①"),
    "decimalEnclosedCircleChinese": _signs_from("①", 10),
    "decimalEnclosedParen": _signs_from("⑴"),
    "decimalEnclosedFullstop": _signs_from("⒈"),
}
