"""Who may import whom: each room knows only the rooms and the libraries that the floor plan names; chapters in each."""

import ast
import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
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
    "document_control": ({"adapters", "domain", "founding", "shipped", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "founding": ({"adapters", "domain", "shipped", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "actions": ({"document_control", "domain", "shipped", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "followers": ({"actions", "document_control", "domain", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "registers": ({"document_control", "domain", "replay", "shipped", "tools"} | FOUNDATIONS, {"sqlalchemy"}),
    "replay": ({"document_control", "domain", "tools"}, {"sqlalchemy"}),
    "recovery": (
        {
            "actions",
            "document_control",
            "domain",
            "followers",
            "founding",
            "registers",
            "replay",
            "shipped",
            "tools",
            "version",
        }
        | FOUNDATIONS,
        {"sqlalchemy"},
    ),
    "web": (
        {"actions", "document_control", "domain", "registers", "tools"} | FOUNDATIONS,
        {
            "flask",
            "flask_babel",
            "flask_compress",
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
    "receiving": (set(), {"gunicorn"}),
    "server": (
        {
            "app",
            "document_control",
            "domain",
            "followers",
            "opening",
            "receiving",
            "registers",
            "settings",
            "shipped",
            "tools",
        },
        {"gunicorn", "pythonjsonlogger"},
    ),
    "witness": ({"domain", "machine", "receiving", "terminal", "tools"}, {"click", "gunicorn"}),
    "commands": (
        {
            "actions",
            "document_control",
            "domain",
            "followers",
            "opening",
            "recovery",
            "registers",
            "server",
            "settings",
            "terminal",
            "tools",
        }
        | FOUNDATIONS,
        {"click"},
    ),
    "__main__": ({"cli"}, set()),
    "cli": ({"__main__", "commands", "settings", "terminal", "version", "witness"}, {"click"}),
    # What an act touches is compared at the commit point, which knows no register: opening a library gives it one.
    "opening": ({"document_control", "domain", "registers", "replay", "settings", "tools"}, set()),
    "settings": ({"domain", "machine", "shipped"}, set()),
    "shipped": (set(), set()),
    "version": (set(), set()),
    "terminal": ({"domain"}, {"click"}),
    "evidence": (set(), set()),
    "__init__": (set(), set()),
}
# The kinds in which the chapters of document control have folders of their own, and what is shared by all of them.
KINDS = ("domain", "actions", "registers", "web")
CHAPTERS = {
    "people", "settings", "sign_in", "rights", "trail", "approval", "documents", "issued_files", "intake", "standards",
    "retention", "duties", "notices", "search", "operations", "help",
}  # fmt: skip
OTHER_FOLDERS = {
    "registers/tables": "every register as a table to take away, out of all chapters",
    "registers/integrity": "what verify looks at, which no page and no action has a part in",
    "web/frame": "what all pages share",
}
MOST_MODULES = 20


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
    # Markup is read in many places; Pillow turns pictures in one adapter, and draws the letters of a font in another;
    # pikepdf writes into LibreOffice's pages in one, and tells the tags of pictures in another, as PDFium does not.
    assert shared.keys() <= {"lxml", "PIL", "pikepdf"}, f"imported in more than one adapter: {shared}"


def test_only_actions_and_followers_decide() -> None:
    decide = []
    for path in _modules():
        room, text = _room(path), path.read_text()
        if room in ("domain", "registers", "web", "app", "adapters"):
            forbidden = (".deciding(", ".remembering(") + ((".commit()",) if room != "adapters" else ())
            decide += [f"{path.relative_to(SOURCE)}: {words}" for words in forbidden if words in text]
    assert not decide, "\n".join(("opens a decision, writes to the database or commits:", *decide))


def test_the_machine_knows_nothing_of_the_domain_but_its_refusals(imports: dict[Path, set[str]]) -> None:
    known = {
        f"{path.relative_to(SOURCE)} imports {module}"
        for path, modules in imports.items()
        for module in modules
        if _room(path) == "machine" and module.startswith("docctl.domain.") and module != "docctl.domain.errors"
    }
    assert not known, "\n".join(sorted(known))


def test_a_chapter_means_the_same_in_every_kind() -> None:
    folders = {
        path.parent.relative_to(SOURCE).as_posix()
        for kind in KINDS
        for path in (SOURCE / kind).glob("*/*.py")
        if "static" not in path.parts
    }
    strange = {each for each in folders if each.split("/")[1] not in CHAPTERS} - OTHER_FOLDERS.keys()
    assert not strange, f"no chapter of document control: {sorted(strange)}"
    for chapter in CHAPTERS:
        assert any(f"{kind}/{chapter}" in folders for kind in KINDS), f"no kind has the chapter {chapter}"


def test_what_has_a_chapter_stands_in_it() -> None:
    shared = {"__init__", "errors", "mapping", "lookup", "readable"}
    homeless = [
        path.relative_to(SOURCE).as_posix()
        for kind in KINDS
        for path in (SOURCE / kind).glob("*.py")
        if path.stem not in shared
    ]
    assert not homeless, f"in no chapter: {sorted(homeless)}"


def test_no_folder_holds_more_modules_than_one_sees_at_once() -> None:
    counts: dict[str, int] = defaultdict(int)
    for path in _modules():
        counts[path.parent.relative_to(SOURCE).as_posix()] += 1
    for path in (HOME / "tests").rglob("*.py"):
        counts[path.parent.relative_to(HOME).as_posix()] += 1
    full = {folder: count for folder, count in counts.items() if count > MOST_MODULES}
    assert not full, f"more than {MOST_MODULES} modules: {full}"


def test_chapters_of_a_kind_import_each_other_in_no_circle(imports: dict[Path, set[str]]) -> None:
    for kind in KINDS:
        below: dict[str, set[str]] = defaultdict(set)
        for path, modules in imports.items():
            parts = path.relative_to(SOURCE).parts
            if parts[0] == kind and len(parts) > 2:
                others = {module.split(".")[2] for module in modules if module.startswith(f"docctl.{kind}.")}
                below[parts[1]] |= {each for each in others if (SOURCE / kind / each).is_dir()} - {parts[1]}
        try:
            TopologicalSorter(below).prepare()
        except CycleError as circle:
            pytest.fail(f"{kind}: the chapters {' -> '.join(circle.args[1])} import each other in a circle")
