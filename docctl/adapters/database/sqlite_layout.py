"""How SQLite says that its tables are laid out: every clause of the statements that made them."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch

from sqlalchemy import Connection, text

from docctl.adapters.database.part import Part

_ALL = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"
_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\[\]]*\]|[\w$]+|.""", re.DOTALL
)
_QUOTED = re.compile(r"""(["`\[])([\w$]+)["`\]]""")
_OF_SQLITE = ("sqlite_autoindex_*", "sqlite_sequence", "sqlite_stat[1-4]")
_KINDS = {
    "primary": "primary key",
    "unique": "unique constraint",
    "foreign": "foreign key",
    "check": "check constraint",
}
_ACTING = {"references", "unique", "check", "primary", "generated", "as", "conflict"}


def there(connection: Connection) -> Iterator[Part]:
    """Give every clause of every table, and every index and view."""
    for kind, name, table, statement in connection.execute(text(_ALL)):
        if any(fnmatch(str(name), own) for own in _OF_SQLITE) or kind == "trigger":
            continue
        tokens = _tokens(statement or "")
        if kind == "table":
            yield Part(name, "table")
            yield from _of_table(name, tokens)
        elif kind == "index":
            is_unique = tokens[1:2] == ["unique"]
            what, said = "unique index" if is_unique else "index", " ".join(tokens)
            yield Part(table, what, name, said, keeps_a_rule=is_unique, statement=f"{' '.join(statement.split())};")
        else:
            yield Part(name, str(kind), keeps_a_rule=False)


def _tokens(statement: str) -> list[str]:
    """Return a statement word by word, without what changes nothing: case, white space, comments, needless quotes."""
    found = []
    for token in _TOKEN.findall(statement):
        if token.isspace() or token.startswith(("--", "/*")):
            continue
        plain = _QUOTED.fullmatch(token)
        found.append(plain.group(2).lower() if plain else token if token[0] in "'\"`[" else token.lower())
    return found


def _of_table(table: str, words: Sequence[str]) -> Iterator[Part]:
    begins = words.index("(") if "(" in words else len(words)
    yield Part(table, "first words", said=" ".join(words[:begins]))
    depth, clause = 0, list[str]()
    for place, word in enumerate(words[begins:], begins):
        depth += (word == "(") - (word == ")")
        if (word == "," and depth == 1) or depth == 0:
            yield from _clause(table, clause)
            clause = []
        elif depth > 1 or place > begins:
            clause.append(word)
        if depth == 0:
            if options := " ".join(words[place + 1 :]):
                yield Part(table, "options", said=options)
            return


def _clause(table: str, words: list[str]) -> Iterator[Part]:
    named, rest = (words[1], words[2:]) if words[:1] == ["constraint"] else ("", words)
    if not rest:
        return
    if kind := _KINDS.get(rest[0]):
        name = ", ".join(rest[rest.index("(") + 1 : rest.index(")")][::2]) if kind == "foreign key" else named
        yield Part(table, kind, "" if kind == "primary key" else name, " ".join(words))
        return
    name, said = rest[0], " ".join(rest[1:])
    if re.search(r"\bnot null\b(?! on)", said):
        said = re.sub(r" ?\bnot null\b", "", said, count=1)
        yield Part(table, "NOT NULL on", name)
    yield Part(table, "column", name, said, keeps_a_rule=bool(_ACTING & set(rest[1:])))
