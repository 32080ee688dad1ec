"""The signs that Word's symbol fonts show for the letters that a file holds: a tick in Wingdings is typed as ü."""

NO_SIGN = "\ufffd"
_FIRST, _LAST = 0x20, 0xFF
_PRIVATE = 0xF000

_SIGNS = {
    "symbol": (
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
        "≅ΑΒΧ∆ΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
        "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼\ufffd"
        "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
        "€ϒ′≤∕∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
        "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
        "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭\ufffd"
    ),
    "wingdings": (
        " 🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭📁📂📄🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍"
        "🖎✌👌👍👎☜☞☝☟🖐☺😐☹💣☠🏳🏱✈☼💧❄🕆✞🕈✠✡☪☯ॐ☸♈♉"
        "♊♋♌♍♎♏♐♑♒♓🙰🙵●❍■□❐❑❒⬧⧫◆❖⬥⌧⮹⌘🏵🏶🙶🙷\ufffd"
        "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿🙢🙠🙡🙣🙞🙜🙝🙟·•"
        "▪○○○◉◎◯▪◻🟂✦★✶✴✹✵⯐⌖⟡⌑⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘"
        "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗🙖🙐🙑🙒🙓⌫⌦⮘➢⮙⮛⮈⮊⮉⮋←"
        "→↑↓↖↗↙↘←➔↑↓🡼🡽🡿🡾⇦⇨⇧⇩⬄⇳⬀⬁⬃⬂🢬🢭✗✔☒☑\ufffd"
    ),
    "wingdings 2": (
        " 🖊🖋🖌🖍✄✀🕾🕽🗅🗆🗇🗈🗉🗊🗋🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙"
        "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑✗✓☒☑☒☒⮾⮿⦸⦸🙱🙴🙲🙳‽🙹🙺"
        "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿\ufffd"
        "☉🌕☽☾⸿✝🕇🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧🙨🙩•●⚫⬤🞅🞆🞇🞈🞊⦿◾"
        "\ufffd◼⬛⬜🞑🞒🞓🞔▣🞕🞖🞗⬩⬥◆◇🞚◈🞛🞜🞝⬪⬧⧫◊🞠◖◗⯊⯋◼⬥"
        "⬟⯂⬣⬢⯃⯄🞡🞢🞣🞤🞥🞦🞧🞨🞩🞪🞫🞬🞭🞮🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺"
        "🞻🞼🞽🞾🞿🟀🟂🟄✦🟉★✶🟋✷🟏🟒✹🟃🟇✯🟍🟔⯌⯍※⁂\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    ),
    "wingdings 3": (
        " ⭠⭢⭡⭣⭦⭧⭩⭨⭰⭲⭱⭳⭶⭸⭻⭽⭤⭥⭪⭬⭫⭭⭍⮠⮡⮢⮣⮤⮥⮦⮧"
        "⮐⮑⮒⮓⮀⮃⭾⭿⮄⮆⮅⮇⮏⮍⮎⮌⭮⭯⎋⌤⌃⌥⎵⍽⇪⮸🢠🢡🢢🢣🢤🢥"
        "🢦🢧🢨🢩🢪🢫←→↑↓↖↗↙↘🡘🡙▲▼△▽◄►◁▷◣◢◤◥🞀🞂🞁\ufffd"
        "🞃▲▼◀▶⮜⮞⮝⮟🠐🠒🠑🠓🠔🠖🠕🠗🠘🠚🠙🠛🠜🠞🠝🠟🠀🠂🠁🠃🠄🠆🠅"
        "\ufffd🠈🠊🠉🠋🠠🠢🠤🠦🠨🠪🠬🢜🢝🢞🢟🠮🠰🠲🠴🠶🠸🠺🠹🠻🢘🢚🢙🢛🠼🠾🠽"
        "🠿🡀🡂🡁🡃🡄🡆🡅🡇⮨⮩⮪⮫⮬⮭⮮⮯🡠🡢🡡🡣🡤🡥🡧🡦🡰🡲🡱🡳🡴🡵🡷"
        "🡶🢀🢂🢁🢃🢄🢅🢇🢆🢐🢒🢑🢓🢔🢖🢕🢗\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    ),
    "webdings": (
        " 🕷🕸🕲🕶🏆🎖🖇🗨🗩🗰🗱🌶🎗🙾🙼🗕🗖🗗⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺🗚🗳"
        "🛠🏗🏘🏙🏚🏜🏭🏛🏠🏖🏝🛣🔍🏔👁👂🏞🏕🛤🏟🛳🕬🕫🕨🔈🎔🎕🗬🙽🗭🗪🗫"
        "⮔✔🚲□🛡📦🛱■🚑🛈🛩🛰🟈🕴⚫🛥🚔🗘🗙❓🛲🚇🚍⛳🛇⊖🚭🗮|🗯🗲\ufffd"
        "🚹🚺🛉🛊🚼👽🏋⛷🏂🏌🏊🏄🏍🏎🚘🗠🛢💰🏷💳👪🗡🗢🗣✯🖄🖅🖃🖆🖹🖺🖻"
        " 🕰🖽🖾📋🗒🗓📖📚🗞🗟🗃🗂🖼🎭🎜🎘🎙🎧💿🎞📷🎟🎬📽📹📾📻🎚🎛📺💻"
        "🖥🖦🖧🕹🎮🕻🕼📟🖁🖀🖨🖩🖿🖪🗜🔒🔓🗝📥📤🕳🌣🌤🌥🌦☁🌧🌨🌩🌪🌬🌫"
        "🌜🌡🛋🛏🍽🍸🛎🛍Ⓟ♿🛆🖈🎓🗤🗥🗦🗧🛪🐿🐦🐟🐕🐈🙬🙮🙭🙯🗺🌍🌏🌎🕊"
    ),
}
"""For each font the signs of the letters 0x20 to 0xFF, where a sign of today's common fonts stands for a rarer one."""

_RARER = {
    "⊕": "⌖⯐",
    "↖": "⎋⭦⭶🡤🡴🡼🢄",
    "─": "⎯",
    "│": "⏐",
    "◀": "⏴⮘⮜🞀🠀🠄🠈🢐🢔",
    "▶": "⏵⮞🞂🠂🠆🠊🢒🢖",
    "▲": "⏶⮙⮝🞁🠁🠅🠉🢑🢕",
    "▼": "⏷⮛⮟🞃🠃🠋🢓🢗",
    "✂": "✀",
    "◇": "⟡",
    "⊘": "⦸🛇",
    "◉": "⦿🞊",
    "◆": "⬥⬩🞗",
    "⧫": "⬧⬪🞝",
    "↓": "⭍⭣⭭⭳⭽⮋⮦⮧⮮⮯⮶⮷🙯🠓🠗🠛🠟🠻🠿🡃🡇🡣🡳🢃🢛",
    "←": "⭠⭪⭰⮈⮨⮪⮰⮲🙬🠐🠔🠘🠜🠠🠤🠨🠬🠰🠴🠸🠼🡀🡄🡠🡰🢀🢘🢠🢢🢤🢦🢨🢪",
    "↑": "⭡⭫⭱⭻⮉⮤⮥⮬⮭⮴⮵⮸⮹🙭🠑🠕🠙🠝🠹🠽🡁🡅🡡🡱🢁🢙",
    "→": "⭢⭬⭲⮊⮩⮫⮱⮳🙮🠒🠖🠚🠞🠢🠦🠪🠮🠲🠶🠺🠾🡂🡆🡢🡲🢂🢚🢡🢣🢥🢧🢩🢫",
    "↔": "⭤🡘",
    "↕": "⭥🡙",
    "↗": "⭧🡥🡵🡽🢅",
    "↘": "⭨⭸🡦🡶🡾🢆",
    "↙": "⭩🡧🡷🡿🢇",
    "↻": "⭮🗘",
    "↺": "⭯⮍⮏⮔",
    "⇥": "⭾",
    "⇟": "⭿",
    "⇆": "⮀",
    "⇅": "⮃",
    "⇇": "⮄",
    "⇈": "⮅",
    "⇉": "⮆",
    "⇊": "⮇",
    "↶": "⮌⮎",
    "↵": "⮐⮒",
    "↳": "⮑⮓⮡",
    "↲": "⮠",
    "↰": "⮢",
    "↱": "⮣",
    "⊗": "⮾⮿",
    "⬟": "⯂",
    "⬣": "⯃⯄",
    "✦": "⯌⯍🟀🟂🟄🟈",
    "?": "⯑",
    "¶": "⸿",
    "☀": "🌣",
    "♥": "🎔",
    "💐": "🎕",
    "🎹": "🎘",
    "♫": "🎜",
    "⚑": "🏱",
    "✿": "🏶",
    "📻": "📾",
    "✝": "🕆🕇🕈",
    "🔈": "🕨",
    "📢": "🕫🕬",
    "🔔": "🕭",
    "📖": "🕮",
    "📞": "🕻🕼🕽",
    "☎": "🕾🕿🖀",
    "📱": "🖁",
    "✉": "🖂🖃🖄🖅🖆",
    "📌": "🖈",
    "✎": "🖉",
    "✍": "🖎",
    "✋": "🖑",
    "👍": "🖒",
    "👎": "🖓",
    "☜": "🖘",
    "☞": "🖙",
    "☚": "🖚🖜",
    "☛": "🖛🖝",
    "☝": "🖞🖠🖢",
    "☟": "🖟🖡🖣",
    "⌨": "🖦🖮",
    "💻": "🖧🖳",
    "🧮": "🖩",
    "💾": "🖪🖫🖬🖴",
    "🖱": "🖯🖰",
    "🖥": "🖵",
    "🖨": "🖶",
    "📠": "🖷",
    "💿": "🖸",
    "📄": "🖹🖺🖻🗅🗆🗇🗈🗉🗊🗋🗌🗏🗟",
    "📁": "🖿",
    "📑": "🗍🗐",
    "□": "🗔🗖🞑🞒🞓",
    "_": "🗕",
    "❐": "🗗",
    "✕": "🗙🞨🞩🞪🞫",
    "📈": "🗠",
    "💬": "🗩🗪🗫🗰",
    "💭": "🗬🗭",
    "💢": "🗮",
    "⚡": "🗱🗲",
    "&": "🙰🙱🙲🙳🙴🙵",
    "❝": "🙶",
    "❞": "🙷",
    "‽": "🙹🙺🙻",
    "/": "🙼",
    "\\": "🙽",
    "△": "🛆",
    "ℹ": "🛈",
    "🚹": "🛉",
    "🚺": "🛊",
    "✈": "🛪",
    "🚒": "🛱",
    "🚂": "🛲",
    "○": "🞅🞆🞇🞈",
    "▣": "🞔🞕🞖",
    "◈": "🞚🞛🞜",
    "◊": "🞠",
    "✚": "🞡🞢🞣🞤🞥🞦🞧",
    "✖": "🞬🞭🞮",
    "✱": "🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺🞻🞼🞽🞾🞿",
    "✯": "🟃🟇🟍",
    "★": "🟉",
    "✶": "🟋",
    "✸": "🟏",
    "✹": "🟒🟔",
}
"""Signs that every font for signs has, for those that say the same and have no shape in the fonts that ship."""
_COMMON = str.maketrans({sign: common for common, rarer in _RARER.items() for sign in rarer})

_WITHOUT_SIGNS = frozenset(
    ("zapfdingbats", "zapf dingbats", "itc zapf dingbats", "monotype sorts", "marlett", "mt extra")
)


def is_symbol_font(font: str) -> bool:
    """Say whether a font shows signs in place of letters."""
    return font.casefold() in _SIGNS or font.casefold() in _WITHOUT_SIGNS


def sign_of(font: str, code: int) -> str:
    """Return the sign a font shows for a letter, given as it is or in the private area; NO_SIGN where nobody knows it.

    What is no letter of a symbol font stays itself.
    """
    code = code - _PRIVATE if _PRIVATE + _FIRST <= code <= _PRIVATE + _LAST else code
    if not is_symbol_font(font) or not _FIRST <= code <= _LAST:
        is_sign = 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xF900
        return chr(code) if is_sign else NO_SIGN
    signs = _SIGNS.get(font.casefold(), "")
    return signs[code - _FIRST].translate(_COMMON) if signs else NO_SIGN
