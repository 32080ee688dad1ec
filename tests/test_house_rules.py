"""The habits of the house, held by reading the source: each test lists all that offends against one of them."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from docctl.domain.trail.audit_trail import Act
from tests.checks.format_chapter import CHAPTER, chapter

HOME = Path(__file__).resolve().parents[1]
SOURCE = HOME / "docctl"
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
BANNED_NAMES = re.compile(r"util|helper|common|manager|^base_", re.IGNORECASE)


@dataclass(frozen=True)
class Module:
    """One file of the source, read and parsed once for all rules."""

    path: Path

    @cached_property
    def name(self) -> str:
        """The path below docctl."""
        return self.path.relative_to(SOURCE).as_posix()

    @property
    def room(self) -> str:
        """The first folder of the path, or the file itself."""
        return self.name.split("/")[0]

    @cached_property
    def text(self) -> str:
        """The source."""
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in the parsed source."""
        return list(ast.walk(self.tree))

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """All functions, also those within others."""
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    """The whole source."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if "static" not in path.parts)
    assert len(paths) > 300
    return [Module(path) for path in paths]


def none(offenders: Iterable[str], what: str) -> None:
    """Fail with the whole list of what offends against a rule."""
    listed = sorted(offenders)
    assert not listed, "\n".join((f"{what}:", *listed))


# Goes out alone, as one file that imports nothing of ours, and has a limit of its own beside its tests.
STANDS_ALONE = "evidence/verify_library.py"


def test_a_module_is_short_and_says_what_it_holds(modules: list[Module]) -> None:
    alike = [each for each in modules if each.name != STANDS_ALONE]
    long = [each.name for each in alike if len(each.text.splitlines()) > LONGEST_MODULE]
    silent = [each.name for each in modules if not ast.get_docstring(each.tree)]
    vague = [each.name for each in modules if BANNED_NAMES.search(each.path.stem)]
    none(long, f"longer than {LONGEST_MODULE} lines")
    none(silent, "without a line that says what belongs there")
    none(vague, "with a name that says nothing")


def test_functions_are_short(modules: list[Module]) -> None:
    long = [
        f"{module.name}:{function.lineno} {function.name}"
        for module in modules
        for function in module.functions
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]
    none(long, f"longer than {LONGEST_FUNCTION} lines")


def test_public_classes_and_functions_say_what_they_are(modules: list[Module]) -> None:
    missing = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules
        for node in module.tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]
    none(missing, "without a docstring")


def test_nothing_is_imported_inside_a_function(modules: list[Module]) -> None:
    inside = {
        f"{module.name}:{node.lineno} {function.name}"
        for module in modules
        for function in module.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    none(inside, "imports something inside")


def test_no_exception_is_swallowed(modules: list[Module]) -> None:
    swallowed = [
        f"{module.name}:{node.lineno}"
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.ExceptHandler) and all(isinstance(step, ast.Pass) for step in node.body)
    ]
    none(swallowed, "swallows an exception")


def test_errors_end_in_error(modules: list[Module]) -> None:
    misnamed = []
    for module in modules:
        for node in module.nodes:
            if isinstance(node, ast.ClassDef) and not node.name.endswith("Error"):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                if any(base == "Exception" or base.endswith("Error") for base in bases):
                    misnamed.append(f"{module.name}:{node.lineno} {node.name}")
    none(misnamed, "an error whose name does not end in Error")


def test_pages_carry_no_script_or_style_of_their_own() -> None:
    pages = list((SOURCE / "web" / "templates").rglob("*.html"))
    own = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=")
    assert len(pages) > 50
    none((page.name for page in pages if own.search(page.read_text())), "with code of its own")


BLOCKS = re.compile(
    r"<(?:address|article|aside|body|caption|dd|details|dialog|div|dl|dt|fieldset|figure|footer|form|h[1-6]|head|header"
    r"|html|legend|li|link|main|meta|nav|ol|optgroup|option|p|script|section|select|summary|table|tbody|td|tfoot|th"
    r"|thead|title|tr|ul)(?=[\s>])"
)


def test_no_line_of_a_page_begins_two_blocks() -> None:
    crowded = [
        f"{page.relative_to(SOURCE)}:{number} {line.strip()[:80]}"
        for page in (SOURCE / "web" / "templates").rglob("*.html")
        for number, line in enumerate(page.read_text().splitlines(), 1)
        if len(BLOCKS.findall(line)) > 1
    ]
    none(crowded, "more than one block on a line; whitespace beside the tag of a block shows nowhere, so break there")


def test_pages_import_no_pieces_because_every_page_has_them() -> None:
    pages = list((SOURCE / "web" / "templates").rglob("*.html"))
    imports = re.compile(r"{%-? *(import|from) ")
    none((page.name for page in pages if imports.search(page.read_text())), "imports what web/frame/pieces.py gives")


ICON_OF = {"icon": 0, "badge": 2, "empty": 2, "submit": 2, "link_button": 3, "action_button": 3}


def icons_of(page: Path) -> set[str]:
    """Return the icons that a page names where it calls a piece that draws one."""
    named = set()
    for call in Environment(extensions=["jinja2.ext.i18n"]).parse(page.read_text()).find_all(nodes.Call):
        piece = getattr(call.node, "attr", getattr(call.node, "name", ""))
        given = [*call.args[ICON_OF[piece] :][:1]] if piece in ICON_OF else []
        given += [each.value for each in call.kwargs if each.key == "icon_name"]
        named |= {each.value for each in given if isinstance(each, nodes.Const) and each.value}
    return named


def test_every_icon_that_a_page_names_is_there() -> None:
    there = set(re.findall(r'id="([^"]+)"', (SOURCE / "web/static/vendor/icons/icons.svg").read_text()))
    named = {page.name: icons_of(page) for page in (SOURCE / "web" / "templates").rglob("*.html")}
    assert len(set().union(*named.values())) > 30
    none((f"{page}: {icon}" for page, icons in named.items() for icon in icons - there), "an icon that is not there")


STYLES = sorted((SOURCE / "web" / "static").glob("*.css"))
# What is the same in more than one place of the pages, and so has a name among the variables.
MEASURE = re.compile(r"^ *(?P<property>font-size|border-radius|max-width): .*?(?P<value>\d*\.?\d+(?:rem|em|px))\b")
COLOUR = re.compile(r"(?<!&)#[0-9a-fA-F]{3,8}\b")


def test_styles_have_one_declaration_a_line() -> None:
    comments = re.compile(r"/\*.*?\*/", re.DOTALL)
    assert len(STYLES) > 3
    crowded = [
        f"{style.name}:{number} {line.strip()[:60]}"
        for style in STYLES
        for number, line in enumerate(comments.sub("", style.read_text()).splitlines(), 1)
        if len(re.findall(r"[;{}]", re.sub(r'"[^"]*"|\([^)]*\)', "", line))) > 1
    ]
    none(crowded, "more than one declaration on a line")


def test_colours_and_sizes_of_more_than_one_place_are_variables() -> None:
    places: dict[str, list[str]] = {}
    for style in STYLES:
        for number, line in enumerate(style.read_text().splitlines(), 1):
            if line.lstrip().startswith("--"):
                continue
            written = [colour.group() for colour in COLOUR.finditer(line)]
            if measure := MEASURE.match(line):
                written.append(f"{measure['property']} {measure['value']}")
            for value in written:
                places.setdefault(value, []).append(f"{style.name}:{number}")
    none((f"{value} at {', '.join(at)}" for value, at in places.items() if len(at) > 1), "written out more than once")


def test_every_variable_of_the_styles_is_there_and_used() -> None:
    text = "".join(style.read_text() for style in STYLES)
    used, named = set(re.findall(r"var\((--[\w-]+)\)", text)), set(re.findall(r"^ *(--[\w-]+):", text, re.MULTILINE))
    ours = {name for name in named if not name.startswith("--bs-")}
    none(ours - used, "a variable that nothing uses")
    none({name for name in used - named if not name.startswith("--bs-")}, "a variable that nobody sets")


def test_every_act_reads_subject_and_past_tense() -> None:
    tree = ast.parse((SOURCE / "domain" / "trail" / "audit_trail.py").read_text())
    act = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Act")
    names = [
        node.value.value for node in act.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    ]
    assert len(names) > 20
    none((name for name in names if not re.fullmatch(r"[a-z_]+:[a-z_]+", name)), "not subject:past_tense")


def test_every_setting_is_in_the_manual() -> None:
    tree = ast.parse((SOURCE / "settings.py").read_text())
    described = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings")
    fields = [node.target for node in described.body if isinstance(node, ast.AnnAssign)]
    settings = [target.id for target in fields if isinstance(target, ast.Name)]
    manual = (HOME / "docs" / "operating.md").read_text()
    assert settings
    none((name for name in settings if f"DOCCTL_{name}" not in manual), "a setting that the manual does not name")


# What reads files for itself: the one way to them, and what checks or rebuilds the library without showing any.
READS_FILES = (
    "document_control/__init__.py",
    "registers/integrity/files.py",
    "registers/integrity/shown.py",
    "replay/first_events.py",
    "replay/revisions.py",
)


def test_files_of_documents_are_read_by_the_one_function_that_asks_for_the_right(modules: list[Module]) -> None:
    past_it = [
        f"{module.name}:{node.lineno}"
        for module in modules
        if module.name not in READS_FILES and module.path.parent.name != "git_library"
        for node in module.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == "read_file" and "library" in ast.unparse(node.func.value)
    ]
    none(past_it, "reads a file of a document without asking for the right")


# Where bytes come in from outside: by DocumentControl.take_in, past the virus scanner. The other modules of actions
# and commands read what the library or this program wrote itself.
TAKES_IN = {"web/frame/sent_files.py", "actions/documents/recognising.py"}
READS_ITS_OWN = {
    "actions/operations/demonstrating.py": "the starter library",
    "actions/documents/drafting.py": "a template of the library",
    "actions/issued_files/exporting.py": "a template of the library",
    "actions/issued_files/exporting_comparison.py": "a template of the library",
    "actions/trail/exporting_evidence.py": "the verifier, and the keys of the ledger",
    "actions/intake/import_batches.py": "what was taken in and kept aside",
    "actions/approval/reviewing.py": "a template of the library",
    "actions/intake/writing_in_word.py": "a template of the library",
    "commands/cosigned.py": "the event of a proof, which is looked at and not kept",
    "commands/templates.py": "a template that is looked at and not kept",
    "web/frame/layout.py": "static files",
    "web/documents/staged_files.py": "what was taken in and kept aside",
}
BODY_OF_REQUEST = {"files", "data", "stream", "get_data", "get_json", "json", "input_stream"}


def test_bytes_come_in_from_outside_by_the_one_way_past_the_virus_scanner(modules: list[Module]) -> None:
    unscanned, sent, read = [], [], []
    for module in modules:
        if module.room not in ("web", "actions", "commands"):
            continue
        attributes = [node for node in module.nodes if isinstance(node, ast.Attribute)]
        if module.name in TAKES_IN:
            unscanned += [module.name] if "take_in" not in {each.attr for each in attributes} else []
            continue
        for each in attributes:
            if each.attr in BODY_OF_REQUEST and ast.unparse(each.value) == "request":
                sent.append(f"{module.name}:{each.lineno}")
            if each.attr in ("read_bytes", "FileStorage") and module.name not in READS_ITS_OWN:
                read.append(f"{module.name}:{each.lineno}")
    none(unscanned, "no longer takes anything in")
    none(sent, "takes a file from a request; take it through sent_files")
    none(read, "reads a file; is it from outside? Then control.take_in")


# The one way in which a view answers a refusal, and the views that have to look at one first.
ANSWERS_REFUSALS = {
    "web/frame/again.py": "shows the page of the form again",
    "web/documents/writing_in_word.py": "its page compares the file that was converted, which is not done twice",
}


def test_refused_forms_are_shown_again_by_the_one_decorator(modules: list[Module]) -> None:
    by_hand = {
        f"{module.name}:{node.lineno}"
        for module in modules
        if module.room == "web" and module.name not in ANSWERS_REFUSALS
        for node in module.nodes
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        if "DocctlError" in ast.unparse(node.type)
    }
    none(by_hand, "answers refusals by hand; use shown_again")


def test_nobody_at_a_browser_reads_as_the_library_itself(modules: list[Module]) -> None:
    near = [module for module in modules if module.room in ("web", "registers")]
    none((module.name for module in near if "Library.ITSELF" in module.text), "reads as the library itself")


# What compares a password, a code or the secret of a link, and the one module that counts and slows down what is wrong.
COMPARING = {"matches", "code_holds", "step_of", "owner_of_link"}
CHECKS_CREDENTIALS = "actions/sign_in/checking_credentials.py"
LOOKS_AGAIN = {
    ("actions/settings/administering.py", "owner_of_link"): "under the lock, after check_link",
    ("actions/sign_in/second_factor.py", "step_of"): "what code_holds rests on",
}


def test_passwords_and_codes_are_compared_by_the_one_function_that_counts_what_is_wrong(modules: list[Module]) -> None:
    compared = {
        f"{module.name} calls {called}"
        for module in modules
        if module.name != CHECKS_CREDENTIALS
        for called in _credentials_compared(module)
        if (module.name, called) not in LOOKS_AGAIN
    }
    none(compared, f"compares a credential; let {CHECKS_CREDENTIALS} do it")
    hashes = [module.name for module in modules if "HASHER" in module.text]
    assert hashes == ["adapters/password_hasher.py"]


def _credentials_compared(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            of = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            if called in COMPARING - {"matches"} or (called in ("matches", "verify") and "passwords" in of):
                yield called


def test_the_chapter_on_events_is_what_the_classes_of_the_acts_say() -> None:
    written = CHAPTER.read_text(encoding="utf-8")
    headings = [line for line in written.splitlines() if line.startswith("### `")]
    assert sorted(headings) == sorted(f"### `{act.value}`" for act in Act)
    assert written == chapter(), "write it anew: make format-chapter"


# An event is read by the fields of its class, not by the names of its JSON. What is not: the verifier that shares no
# code, what joins an event with its record, what compares an event with its row before anybody reads it, and what hands
# an event on as it is.
EVENTS_AS_THEY_ARE = {
    "domain/trail/audit_trail.py",
    "domain/trail/events/reading.py",
    "domain/trail/record.py",
    "evidence/verify_library.py",
    "registers/integrity/chain.py",
    "registers/trail/audit_log.py",
    "actions/trail/exporting_evidence.py",
}


def test_events_are_read_by_the_fields_of_their_class(modules: list[Module]) -> None:
    by_name = [
        f"{module.name}:{node.lineno}"
        for module in modules
        if module.name not in EVENTS_AS_THEY_ARE
        for node in module.nodes
        if _reads_by_name(node)
    ]
    none(by_name, "reads an event by a name that no type checker follows; take the class of its act")


def _reads_by_name(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "plain_values"
    if isinstance(node, ast.Subscript):
        name, read = node.slice, node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        name, read = node.args[0], node.func.value
    else:
        return False
    return isinstance(name, ast.Constant) and isinstance(name.value, str) and ast.unparse(read) == "said"


# What is known by one name: the words that give it away, and the one module that holds them.
STAND_ONCE = {
    "There is no such document, or you may not see it": "domain/rights/permission.py",
    "schemas.openxmlformats.org/": "word_format/markup.py",
}


@pytest.mark.parametrize("words", STAND_ONCE)
def test_what_many_modules_need_is_written_down_once(modules: list[Module], words: str) -> None:
    holders = {
        module.name
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.Constant) and words in _as_text(node.value)
    }
    assert holders == {STAND_ONCE[words]}


def _as_text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) and value.isascii() else str(value)
