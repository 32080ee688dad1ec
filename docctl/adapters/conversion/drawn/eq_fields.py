"""Equations of old Word files, which the field EQ draws from its instruction, as text that reads the same."""

import re

_SWITCH = re.compile(r"\\([a-zA-Z])(?![a-zA-Z])\s*")
_OPTION = re.compile(r"\s*\\(?:([lrbfv]c)\s*\\(.)|([a-z]{2})\s*(?:-?\d+)?)\s*", re.IGNORECASE)
_LOOKS = re.compile(r'\\\*\s*(?:"[^"]*"|\S+)')
_OPERATORS = {"i": "∫", "su": "∑", "pr": "∏"}
_CIRCLED = {str(number): chr(0x2460 + number - 1) for number in range(1, 21)}
_CIRCLES = ("○", "〇", "◯")
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_DEEPEST = 20


def read_equation(instruction: str) -> str:
    """Return the text of an equation: 1/2 for one over the other, √(2) for a root, signs over one another in a row."""
    told = re.sub(r"^\s*EQ\b", "", instruction, flags=re.IGNORECASE)
    return " ".join(_read(_LOOKS.sub("", told), 0).split())


def _read(told: str, depth: int) -> str:
    shown, place = "", 0
    while place < len(told):
        if told[place] != "\\":
            shown, place = shown + told[place], place + 1
            continue
        switch = _SWITCH.match(told, place)
        if switch is None:
            shown, place = shown + told[place + 1 : place + 2], place + 2
            continue
        name, options, place = _options(told, switch)
        parts: list[str] = []
        if place < len(told) and told[place] == "(" and depth < _DEEPEST:
            inside, place = _inside(told, place)
            parts = [_read(part, depth + 1).strip() for part in _parted(inside)]
        shown += _written(name, options, parts)
    return shown


def _options(told: str, switch: re.Match[str]) -> tuple[str, dict[str, str], int]:
    """Return the kind of a construction, its options, and where what it is made of begins."""
    name, place = switch[1].lower(), switch.end()
    options: dict[str, str] = {}
    while (option := _OPTION.match(told, place)) is not None:
        options[(option[1] or option[3]).lower()] = option[2] or ""
        place = option.end()
    return name, options, place


def _inside(told: str, place: int) -> tuple[str, int]:
    depth = 0
    for at in range(place, len(told)):
        is_plain = told[at - 1] == "\\"
        depth += 0 if is_plain else (told[at] == "(") - (told[at] == ")")
        if not depth:
            return told[place + 1 : at], at + 1
    return told[place + 1 :], len(told)


def _parted(inside: str) -> list[str]:
    """Part what a construction is made of; where people write a decimal comma, semicolons part."""
    parts: dict[str, list[str]] = {}
    for separator in ";,":
        depth, found = 0, [""]
        for at, sign in enumerate(inside):
            is_plain = at > 0 and inside[at - 1] == "\\"
            depth += 0 if is_plain else (sign == "(") - (sign == ")")
            if sign == separator and not depth and not is_plain:
                found.append("")
            else:
                found[-1] += sign
        parts[separator] = found
    return parts[";"] if len(parts[";"]) > 1 else parts[","]


def _written(name: str, options: dict[str, str], parts: list[str]) -> str:
    if name == "f" and len(parts) > 1:
        return "/".join(_closed(part) for part in parts[:2])
    if name == "r":
        return f"{parts[0]}√({parts[1]})" if len(parts) > 1 and parts[0] else f"√({parts[-1] if parts else ''})"
    if name == "b":
        opens = options.get("lc") or options.get("bc") or ("" if "rc" in options else "(")
        closes = options.get("rc") or _CLOSING.get(options.get("bc", ""), options.get("bc", ""))
        return f"{opens}{', '.join(parts)}{closes or ('' if 'lc' in options else ')')}"
    if name == "i":
        sign = next((_OPERATORS[each] for each in ("su", "pr") if each in options), options.get("fc") or "∫")
        low, high, what = (*parts, "", "", "")[:3]
        return f"{sign}[{low}…{high}] {what}" if low or high else f"{sign} {what}"
    if name == "o" and len(parts) == 2 and parts[0] in _CIRCLES and parts[1] in _CIRCLED:
        return _CIRCLED[parts[1]]
    if name == "s":
        sign = "^" if "up" in options else "_" if "do" in options else ""
        return f"{sign}{_closed(parts[0])}" if len(parts) == 1 and sign else " ".join(parts)
    return {"a": "; ", "l": ", ", "x": " ", "d": " ", "o": ""}.get(name, " ").join(parts)


def _closed(part: str) -> str:
    return f"({part})" if re.search(r"[\s+−–/*·-]", part) else part
