"""The one form to which formulas are brought before they are compared: TeX of the page, signs of the files."""

import re
import unicodedata

_SURROUNDINGS = re.compile(r"\\(?:begin|end)\{[a-z]+\*?\}(?:\{[lcr]+\})?")
_BRACKET = re.compile(r"\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\?.)")
_GAP = re.compile(r"\\[,;:!> ]")
_DRAWN_OVER = re.compile(r"\\(?:over|under)set\{\s*\\[A-Za-z]+\s*\}")
_SET = re.compile(r"\\(?:over|under)set\{([^{}]*)\}\{([^{}]*)\}")
_DEEPEST = 10
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_GREEK = {
    name: "lamda" if name == "lambda" else name
    for name in (
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
        *("nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
    )
}
_FUNCTIONS = frozenset(
    (
        *("sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "log", "ln", "lg", "exp"),
        *("lim", "max", "min", "sup", "inf", "det", "dim", "gcd", "deg", "ker", "arg", "Pr"),
    )
)
_SIGNS = {
    **{"leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">"},
    **{"approx": "≈", "equiv": "≡", "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝", "perp": "⊥"},
    **{"pm": "±", "mp": "∓", "times": "×", "div": "÷", "cdot": "⋅", "ast": "*", "circ": "°", "degree": "°"},
    **{"in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇"},
    **{"cup": "∪", "cap": "∩", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "neg": "¬", "lnot": "¬"},
    **{"forall": "∀", "exists": "∃", "partial": "∂", "nabla": "∇", "infty": "∞", "emptyset": "∅", "varnothing": "∅"},
    **{"rightarrow": "→", "to": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐"},
    **{"Leftrightarrow": "⇔", "iff": "⇔", "longrightarrow": "→", "Longrightarrow": "⇒"},
    **{"longleftarrow": "←", "Longleftarrow": "⇐", "Longleftrightarrow": "⇔", "bullet": "⋅", "bot": "⊥"},
}
"""What commands of TeX draw that stands as a sign in the text of a Word file."""
_LETTERS = {
    **{"ell": "l", "Re": "R", "Im": "I", "hslash": "ħ", "imath": "ı", "eth": "ð", "Finv": "Ⅎ", "digamma": "Ϝ"},
    **{"jmath": "ȷ", "Bbbk": "k", "varkappa": "κ"},
    **{"varpi": "π", "varrho": "ρ", "aleph": "א", "beth": "ב", "gimel": "ג", "daleth": "ד"},
}
"""Letters that commands of TeX draw, in their common form."""
_COMPARED = frozenset("+-=<>%*,.;:!").union(_SIGNS.values())
NOT_COMPARED = {
    "()[]{}|": "a Word file names brackets beside the text of a formula, and draws them around it",
    "√∑∏∫": "roots, sums and integrals are drawn around what they hold, and stand in no text of a Word file",
    "/": "a fraction is drawn with a line, or with a slash that stands in no text",
    "&#": "they part the lines of an equation, or its number from it, where they are no signs",
    "'′…⋯": "primes and dots are written in several ways that look the same",
}
"""Signs of formulas that page and files do not both have as signs, with the reason."""
_SAME = str.maketrans(
    {
        **{"\N{MINUS SIGN}": "-", "·": "⋅", "∙": "⋅", "∗": "*", "∘": "°", "~": "∼", "…": ""},
        **{"⟶": "→", "⟵": "←", "⟹": "⇒", "⟸": "⇐", "⟺": "⇔"},
        **{
            "\N{INCREMENT}": "Δ",
            "∊": "∈",
            "∍": "∋",
            "∶": ":",
            "∷": "::",
            "⟂": "⊥",
            "⨯": "×",
            "∛": "3",
            "∜": "4",
            "\N{ANGSTROM SIGN}": "A",
        },
    }
)
"""Signs that look the same, one for all, before letters are brought to their common form."""


def formula_in_form(text: str) -> str:
    """Bring a formula, as TeX or as the signs that are shown, to its letters, digits and signs in their order."""
    plain = _SURROUNDINGS.sub("", text).replace("\\\\", " ")
    for gone in (_BRACKET, _GAP, _DRAWN_OVER):
        plain = gone.sub("", plain)
    for _ in range(_DEEPEST):  # TeX says what stands above or below before the letter, a Word file after it
        plain, many = _SET.subn(r"\2\1", plain)
        if not many:
            break
    plain = unicodedata.normalize("NFKC", _COMMAND.sub(_letter_of, plain).translate(_SAME)).translate(_SAME)
    return "".join(letter for letter in plain if letter.isalnum() or letter in _COMPARED)


def _letter_of(command: re.Match[str]) -> str:
    name = command[1]
    if name.lower() in _GREEK:
        small = "SMALL" if name.islower() else "CAPITAL"
        return unicodedata.lookup(f"GREEK {small} LETTER {_GREEK[name.lower()].upper()}")
    return name if name in _FUNCTIONS else _SIGNS.get(name, "") or _LETTERS.get(name, "")
