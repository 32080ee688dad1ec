"""Who may import whom: each room knows only the rooms and the libraries that the floor plan names."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
SOURCE = HOME / "docctl"
STANDARD_LIBRARY = set(sys.stdlib_module_names)
ROOMS = {
    "domain": (set(), {"sqlalchemy"}),
    "adapters": ({"domain"}, None),
    "document_control": ({"domain", "adapters", "founding"}, {"sqlalchemy"}),
    "founding": ({"domain", "adapters"}, {"sqlalchemy"}),
    "actions": ({"domain", "document_control"}, {"sqlalchemy"}),
    "followers": ({"domain", "document_control", "actions"}, {"sqlalchemy"}),
    "registers": ({"domain", "document_control"}, {"sqlalchemy"}),
    "recovery": ({"domain", "founding", "document_control", "actions", "followers", "registers"}, {"sqlalchemy"}),
    "web": (
        {"domain", "actions", "registers", "document_control"},
        {
            "flask",
            "flask_babel",
            "flask_login",
            "flask_wtf",
            "babel",
            "markupsafe",
            "werkzeug",
            "wtforms",
            "sqlalchemy",
        },
    ),
    "app": ({"document_control", "web"}, {"flask", "flask_wtf"}),
    "logs": ({"domain"}, {"gunicorn", "pythonjsonlogger"}),
    "receiving": (set(), {"gunicorn"}),
    "serving": (
        {"app", "document_control", "domain", "followers", "logs", "receiving", "registers"},
        {"gunicorn", "config"},
    ),
    "commands": (
        {"actions", "document_control", "domain", "followers", "logs", "recovery", "registers", "serving", "terminal"},
        {"click", "config"},
    ),
    "cli": ({"commands", "domain", "terminal"}, {"click", "config"}),
    "terminal": ({"domain"}, {"click"}),
    "evidence": (set(), set()),
    "__init__": (set(), set()),
}


def _modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "static" not in path.parts)


def _room(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    package = path.relative_to(HOME).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            found.update(f"{module}.{alias.name}" if module == "docctl" else module for alias in node.names)
    return found


def _adapter(module: str) -> str:
    parts = module.split(".")
    return parts[2] if len(parts) > 2 else ""


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_what_the_floor_plan_allows(path: Path) -> None:
    room = _room(path)
    rooms, libraries = ROOMS[room]
    for module in _imports(path):
        top = module.split(".")[0]
        if top == "docctl":
            other = module.split(".")[1] if "." in module else "__init__"
            assert other in rooms | {room}, f"{room} may not import {module}"
        elif top not in STANDARD_LIBRARY and libraries is not None:
            assert top in libraries, f"{room} may not import {module}"


def test_an_adapter_imports_no_other_adapter() -> None:
    for path in _modules():
        if _room(path) != "adapters":
            continue
        own = path.relative_to(SOURCE).parts[1].removesuffix(".py")
        others = {_adapter(module) for module in _imports(path) if module.startswith("docctl.adapters.")}
        assert others <= {own}, f"{path.name} imports the adapters {others - {own}}"


def test_each_outside_library_is_imported_by_one_adapter() -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for path in _modules():
        if _room(path) != "adapters":
            continue
        own = path.relative_to(SOURCE).parts[1].removesuffix(".py")
        for module in _imports(path):
            top = module.split(".")[0]
            if top not in STANDARD_LIBRARY | {"docctl"}:
                users[top].add(own)
    shared = {library: adapters for library, adapters in users.items() if len(adapters) > 1}
    assert shared.keys() <= {"lxml"}, f"imported in more than one adapter: {shared}"


def test_only_actions_and_followers_decide() -> None:
    for path in _modules():
        if _room(path) in ("domain", "registers", "web", "app", "adapters"):
            text = path.read_text()
            assert ".deciding(" not in text, f"{path} opens a decision"
            assert ".remembering(" not in text, f"{path} writes to the database"
            assert ".commit()" not in text or _room(path) == "adapters", f"{path} commits"
