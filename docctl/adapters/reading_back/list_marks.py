"""Numbers as a list draws them: digits, letters, Roman numerals and what else Word knows."""

from collections.abc import Callable

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def drawn(number: int, kind: str) -> str:
    """Return a number as a list of this kind draws it; Word's names of kinds are used."""
    draw = _KINDS.get(kind)
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


def _digits(digits: str) -> Callable[[int], str]:
    table = str.maketrans("0123456789", digits)
    return lambda number: str(number).translate(table)


_LATIN = "abcdefghijklmnopqrstuvwxyz"
_KINDS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters_again(_LATIN),
    "upperLetter": _letters_again(_LATIN.upper()),
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperRoman": _roman,
    "ordinal": _ordinal,
    "russianLower": _letters_again("абвгдежзиклмнопрстуфхцчшщыэюя"),
    "russianUpper": _letters_again("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ"),
    "none": lambda number: "",
    "numberInDash": lambda number: f"- {number} -",
    "hindiNumbers": _digits("٠١٢٣٤٥٦٧٨٩"),
    "thaiNumbers": _digits("๐๑๒๓๔๕๖๗๘๙"),
    "decimalFullWidth": _digits("0123456789"),
    "decimalEnclosedCircle": lambda number: chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number),
}
