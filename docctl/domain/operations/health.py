"""The health of an installation: each check is one sentence, and what to do where something is amiss."""

import re
from dataclasses import dataclass

OK, WARNING, FAULT = "ok", "warning", "fault"
LIBREOFFICE_FLOOR = "25.8.7"
FLOORS = {
    "Python": "3.11",
    "git": "2.36",
    "Flask": "3.1.3",
    "Jinja2": "3.1.6",
    "lxml": "6.1.0",
    "GitPython": "3.1.60",
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it is, and what to do about it."""

    name: str
    state: str
    sentence: str
    remedy: str = ""


def numbers_of(version: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with, as they are compared."""
    found = re.search(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def check_version(name: str, found: str) -> Check:
    """Compare a version with its floor; a tool that is missing is a fault."""
    floor = FLOORS[name]
    if not found:
        return Check(name, FAULT, f"{name} is missing.", f"Install {name} {floor} or newer.")
    if numbers_of(found) < numbers_of(floor):
        return Check(name, FAULT, f"{name} is {found}, below {floor}.", f"Bring {name} to {floor} or newer.")
    return Check(name, OK, f"{name} is {found}.")


def check_libreoffice(found: str, sandboxed: bool) -> Check:
    """Say whether LibreOffice may be used: below its floor it has open holes, so only in the sandbox."""
    name = "LibreOffice"
    if not found:
        return Check(name, OK, "LibreOffice is not there; PDFs are written by Typst.")
    if numbers_of(found) >= numbers_of(LIBREOFFICE_FLOOR):
        return Check(name, OK, f"LibreOffice is {found}.")
    about = f"LibreOffice is {found}; below {LIBREOFFICE_FLOOR} it has open holes, so the sandbox is compulsory"
    if sandboxed:
        return Check(name, WARNING, f"{about}, and this machine allows it.", f"Bring it to {LIBREOFFICE_FLOOR}.")
    remedy = f"Allow namespaces for the account of docctl, or bring it to {LIBREOFFICE_FLOOR}."
    return Check(name, WARNING, f"{about}; this machine allows none, so it is not used.", remedy)


def check_sqlite(version: str, journal: str) -> Check:
    """Compare the journal mode with what the version of SQLite can do without losing commits."""
    numbers = numbers_of(version)
    fixed = numbers >= (3, 51, 3) or numbers[:3] in ((3, 50, 7), (3, 44, 6))
    said = f"SQLite is {version}, with journal mode {journal}."
    if journal.lower() == "wal" and not fixed:
        remedy = "Use journal mode DELETE, or SQLite 3.51.3, 3.50.7 or 3.44.6: below, WAL can lose commits."
        return Check("SQLite", FAULT, said, remedy)
    return Check("SQLite", OK, said)


def worst(checks: list[Check]) -> str:
    """Return the worst state of all checks."""
    states = {check.state for check in checks}
    return FAULT if FAULT in states else WARNING if WARNING in states else OK
