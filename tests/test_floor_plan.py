"""Who may import whom: each room knows only the rooms and the libraries that the floor plan names."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
SOURCE = HOME / "docctl"
STANDARD_LIBRARY = set(sys.stdlib_module_names)
FOUNDATIONS = {"machine", "texts", "word_format"}
ROOMS = {
    "texts": (set(), set()),
    "word_format": ({"texts"}, set()),
    "machine": ({"domain"}, set()),
    "domain": ({"texts", "word_format"}, {"sqlalchemy"}),
    "adapters": ({"domain"} | FOUNDATIONS, None),
    "tools": ({"adapters"}, set()),
    "document_control": ({"adapters", "domain", "founding", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "founding": ({"adapters", "domain", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "actions": ({"document_control", "domain", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "followers": ({"actions", "document_control", "domain", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "registers": ({"document_control", "domain", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "replay": ({"actions", "document_control", "domain", "registers", "tools"}, {"sqlalchemy"}),
    "recovery": (
        {"actions", "document_control", "domain", "followers", "founding", "registers", "replay", "tools"}
        | FOUNDATIONS,
        {"sqlalchemy"},
    ),
    "web": (
        {"actions", "document_control", "domain", "registers", "tools"} | FOUNDATIONS,
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
        {"app", "document_control", "domain", "followers", "logs", "receiving", "registers", "tools"},
        {"gunicorn", "config"},
    ),
    "server": (
        {"app", "document_control", "domain", "followers", "registers", "tools"},
        {"gunicorn", "pythonjsonlogger", "config"},
    ),
    "commands": (
        {
            "actions",
            "document_control",
            "domain",
            "followers",
            "recovery",
            "registers",
            "logs",
            "serving",
            "server",
            "terminal",
            "tools",
        }
        | FOUNDATIONS,
        {"click", "config"},
    ),
    "cli": ({"commands", "domain", "terminal"}, {"click", "config"}),
    "terminal": ({"domain"}, {"click"}),
    "evidence": (set(), set()),
    "__init__": (set(), set()),
}


def _modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "static" not in path.parts)


@pytest.fixture(scope="module")
def imports() -> dict[Path, set[str]]:
    """What each module imports, read once for all rules."""
    found = {path: _imports(path) for path in _modules()}
    assert len(found) > 300
    return found


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


def test_a_room_imports_only_what_the_floor_plan_allows(imports: dict[Path, set[str]]) -> None:
    forbidden = [
        f"{path.relative_to(SOURCE)} may not import {module}"
        for path, modules in imports.items()
        for module in sorted(modules)
        if not _may_import(_room(path), module)
    ]
    assert not forbidden, "\n".join(forbidden)


def _may_import(room: str, module: str) -> bool:
    rooms, libraries = ROOMS[room]
    top, _, rest = module.partition(".")
    if top == "docctl":
        return (rest.split(".")[0] or "__init__") in rooms | {room}
    return top in STANDARD_LIBRARY or libraries is None or top in libraries


def test_an_adapter_imports_no_other_adapter(imports: dict[Path, set[str]]) -> None:
    others = {}
    for path, modules in imports.items():
        if _room(path) == "adapters":
            own = path.relative_to(SOURCE).parts[1].removesuffix(".py")
            others[path.name] = {_adapter(module) for module in modules if module.startswith("docctl.adapters.")} - {
                own
            }
    assert not {name: adapters for name, adapters in others.items() if adapters}


def test_each_outside_library_is_imported_by_one_adapter(imports: dict[Path, set[str]]) -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for path, modules in imports.items():
        if _room(path) != "adapters":
            continue
        own = path.relative_to(SOURCE).parts[1].removesuffix(".py")
        for module in modules:
            top = module.split(".")[0]
            if top not in STANDARD_LIBRARY | {"docctl"}:
                users[top].add(own)
    shared = {library: adapters for library, adapters in users.items() if len(adapters) > 1}
    assert shared.keys() <= {"lxml"}, f"imported in more than one adapter: {shared}"


def test_only_actions_and_followers_decide() -> None:
    decide = []
    for path in _modules():
        room, text = _room(path), path.read_text()
        if room in ("domain", "registers", "web", "app", "adapters"):
            forbidden = (".deciding(", ".remembering(") + ((".commit()",) if room != "adapters" else ())
            decide += [f"{path.relative_to(SOURCE)}: {words}" for words in forbidden if words in text]
    assert not decide, "\n".join(("opens a decision, writes to the database or commits:", *decide))
