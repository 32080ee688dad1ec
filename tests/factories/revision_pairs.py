"""Pairs of revisions that differ in where things stand: each kind of block moved to each kind of place."""

P = [f"Paragraph number {number} says what happens in step {number} of the work." for number in range(1, 9)]
A = "Alpha is a paragraph that will stand somewhere else later on."
B = "Beta is another paragraph that will stand somewhere else later on."
TABLE = "| Role | Does |\n|---|---|\n| Owner | Keeps the list |\n| Author | Writes the text |\n| Reader | Reads it |"
WIDE = "| Role | Does | When |\n|---|---|---|\n| Owner | Keeps the list | daily |\n| Author | Writes the text | once |"
BULLETS = "- first item of the list\n- second item of the list\n- third item of the list"
STEPS = "1. first step of the work\n2. second step of the work\n3. third step of the work"
HEADING = "# What everybody has to do"
PICTURE = "![A plan of the house](assets/plan.png)"
NOTED = "This sentence of four words has a note[^1] at its middle."
NOTE = "[^1]: The note that belongs to the sentence."
FORMULA = "The area is $`x^{2}`$ of it in every case that we know."
QUOTE = "> Somebody said that this is how it should be done here."
CODE = "```\nrun the program --once\nand look at it\n```"


def text(*blocks: str) -> str:
    """Blocks as Markdown."""
    return "\n\n".join(blocks) + "\n"


PAIRS: dict[str, tuple[str, str]] = {
    "two from the end to the start": (text(*P, A, B), text(A, B, *P)),
    "two from the start to the end": (text(A, B, *P), text(*P, A, B)),
    "two turned round at the end": (text(*P, A, B), text(*P, B, A)),
    "two turned round at the start": (text(A, B, *P), text(B, A, *P)),
    "from before a table to the start": (text(*P, A, B, TABLE, P[0]), text(A, B, *P, TABLE, P[0])),
    "from the start to before a table": (text(A, B, *P, TABLE), text(*P, A, B, TABLE)),
    "from before a table to behind it": (text(P[0], A, B, TABLE, P[1]), text(P[0], TABLE, A, B, P[1])),
    "from before a table to the end": (text(P[0], A, B, TABLE), text(P[0], TABLE, A, B)),
    "from behind a table to before it": (text(TABLE, A, B), text(A, B, TABLE)),
    "between two tables": (text(TABLE, A, WIDE, B), text(TABLE, B, WIDE, A)),
    "out of a bulleted list": (text(BULLETS, f"- {A}", P[0], P[1]), text(BULLETS, P[0], A, P[1])),
    "into a bulleted list": (text(P[0], A, BULLETS), text(P[0], f"{BULLETS}\n- {A}")),
    "out of steps to the end": (text(P[0], f"{STEPS}\n4. {A}"), text(P[0], STEPS, A)),
    "steps turned round": (
        text(P[0], "1. one thing to do\n2. two things to do\n3. three things to do", P[1]),
        text(P[0], "1. three things to do\n2. one thing to do\n3. two things to do", P[1]),
    ),
    "a step more at the end": (text(P[0], STEPS), text(P[0], f"{STEPS}\n4. fourth step of the work")),
    "a step less in the middle": (text(STEPS, P[0]), text(STEPS.replace("2. second step of the work\n", ""), P[0])),
    "steps made bullets": (text(P[0], STEPS, TABLE), text(P[0], BULLETS.replace("item", "step"), TABLE)),
    "a list split in two": (text(STEPS), text("1. first step of the work", A, "1. second step of the work")),
    "a picture to the end": (text(PICTURE, *P), text(*P, PICTURE)),
    "a picture to before a table": (text(P[0], TABLE, PICTURE, P[1]), text(P[0], PICTURE, TABLE, P[1])),
    "a note to the end": (text(NOTED, *P, NOTE), text(*P, NOTED, NOTE)),
    "a note to before a table": (text(NOTED, P[0], TABLE, NOTE), text(P[0], NOTED, TABLE, NOTE)),
    "a changed note that moved": (text(NOTED, *P, NOTE), text(*P, NOTED, NOTE.replace("belongs", "does belong"))),
    "a heading to the end": (text(P[0], HEADING, P[1], P[2]), text(P[0], P[1], P[2], HEADING)),
    "a chapter to the end": (text(HEADING, A, B, "# Scope of it", P[0]), text("# Scope of it", P[0], HEADING, A, B)),
    "a paragraph made a heading": (text(P[0], "What everybody has to do", P[1]), text(P[0], HEADING, P[1])),
    "one block moved and stands twice": (text(A, *P), text(*P[:4], A, *P[4:], A)),
    "paragraphs that stand twice": (text(A, A, P[0], B, A, B), text(B, A, P[0], A, B, A, B)),
    "rows added, removed and turned": (
        text(TABLE),
        text(
            "| Role | Does |\n|---|---|\n| Reader | Reads it |\n| Owner | Keeps the list |\n| Judge | Judges it all |"
        ),
    ),
    "a column more": (text(P[0], TABLE), text(P[0], WIDE)),
    "a column less, and a table behind": (text(WIDE, TABLE), text(TABLE, TABLE)),
    "a table made text": (text(P[0], TABLE, P[1]), text(P[0], "Owner keeps the list", "Author writes", P[1])),
    "text made a table": (text("Owner keeps the list", "Author writes"), text(TABLE)),
    "all gone but a table": (text(A, B, TABLE), text(TABLE)),
    "all gone behind a table": (text(TABLE, A, B), text(TABLE)),
    "a table moved": (text(TABLE, *P), text(*P[:3], TABLE, *P[3:])),
    "a formula to the end": (text(FORMULA, *P), text(*P, FORMULA)),
    "a quotation to before a table": (text(QUOTE, *P, TABLE), text(*P, QUOTE, TABLE)),
    "code to the end": (text(CODE, *P), text(*P, CODE)),
    "lines within a cell": (
        text("<table><tr><td><p>one line of it</p><p>two lines of it</p></td></tr></table>"),
        text("<table><tr><td><p>two lines of it</p><p>one line of it</p><p>three</p></td></tr></table>"),
    ),
    "a list within a cell": (
        text("<table><tr><td><p>before the list</p><ul><li>one thing</li><li>two things</li></ul></td></tr></table>"),
        text("<table><tr><td><ul><li>two things</li><li>one thing</li></ul><p>before the list</p></td></tr></table>"),
    ),
    "nested items moved": (
        text("- first item of all\n  - inner item of it\n  - second inner item\n- last item of all"),
        text("- last item of all\n- first item of all\n  - second inner item\n  - inner item of it"),
    ),
    "short headings moved": (
        text("# Aim", P[0], "# Scope", P[1], "# End", P[2]),
        text("# End", P[2], "# Aim", P[0], "# Scope", P[1]),
    ),
    "short lines moved": (
        text("Yes.", P[0], "# No.", P[1], "- Yes.\n- No.", P[2]),
        text("# No.", P[0], "- No.\n- Yes.", P[1], "Yes.", P[2]),
    ),
    "a heading made a paragraph": (text(P[0], HEADING, P[1]), text(P[0], HEADING[2:], P[1])),
    "a paragraph made an item": (text(P[0], A, P[1]), text(P[0], f"- {A}", P[1])),
    "an item made a paragraph": (text(P[0], f"1. {A}", P[1]), text(P[0], A, P[1])),
    "another text altogether": (text(*P[:3], TABLE), text(HEADING, BULLETS, "Nothing here is as it was.")),
}
