"""The habits of the house, held by reading the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
SOURCE = HOME / "docctl"
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "static" not in path.parts)
BANNED_NAMES = re.compile(r"util|helper|common|manager|^base_", re.IGNORECASE)

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@every_module
def test_a_module_is_short_and_says_what_it_holds(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(text)), "a module says in a line what belongs there"
    assert not BANNED_NAMES.search(path.stem)


@every_module
def test_functions_are_short(path: Path) -> None:
    for function in _functions(ast.parse(path.read_text())):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, f"{function.name} has {length} lines"


@every_module
def test_public_classes_and_functions_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text())
    public = [n for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef) and not n.name.startswith("_")]
    missing = [node.name for node in public if not ast.get_docstring(node)]
    assert not missing, f"without a docstring: {missing}"


@every_module
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    for function in _functions(ast.parse(path.read_text())):
        inside = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not inside, f"{function.name} imports something"


@every_module
def test_no_exception_is_swallowed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            assert not all(isinstance(step, ast.Pass) for step in node.body), f"line {node.lineno}"


@every_module
def test_errors_end_in_error(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
            if any(base == "Exception" or base.endswith("Error") for base in bases):
                assert node.name.endswith("Error")


def test_pages_carry_no_script_or_style_of_their_own() -> None:
    for path in (SOURCE / "web" / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text), f"{path} has inline code"


def test_every_act_reads_subject_and_past_tense() -> None:
    tree = ast.parse((SOURCE / "domain" / "audit_trail.py").read_text())
    act = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Act")
    names = [
        node.value.value for node in act.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    ]
    assert len(names) > 20
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+", name) for name in names)


def test_every_setting_is_in_the_readme() -> None:
    tree = ast.parse((HOME / "config.py").read_text())
    config = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Config")
    fields = [node.target for node in config.body if isinstance(node, ast.AnnAssign)]
    settings = [target.id for target in fields if isinstance(target, ast.Name)]
    readme = (HOME / "README.md").read_text()
    assert settings
    assert not [name for name in settings if f"DOCCTL_{name}" not in readme]


# What reads files for itself: the one way to them, and what checks or rebuilds the library without showing any.
READS_FILES = ("document_control/__init__.py", "registers/integrity_files.py", "recovery/replaying_revisions.py")


@every_module
def test_files_of_documents_are_read_by_the_one_function_that_asks_for_the_right(path: Path) -> None:
    if str(path.relative_to(SOURCE)) in READS_FILES or path.parent.name == "git_library":
        return
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    attributes = [call for call in calls if isinstance(call, ast.Attribute) and call.attr == "read_file"]
    assert not [call for call in attributes if "library" in ast.unparse(call.value)]


# Where bytes come in from outside: by DocumentControl.take_in, past the virus scanner. The other modules of actions
# and commands read what the library or this program wrote itself.
TAKES_IN = {"web/sent_files.py", "actions/importing.py", "actions/past_source.py"}
READS_ITS_OWN = {
    "actions/demonstrating.py": "the starter library",
    "actions/drafting.py": "a template of the library",
    "actions/exporting.py": "a template of the library",
    "actions/exporting_comparison.py": "a template of the library",
    "actions/exporting_evidence.py": "the verifier, and the keys of the ledger",
    "actions/import_batches.py": "what was taken in and kept aside",
    "actions/reviewing.py": "a template of the library",
    "actions/writing_in_word.py": "a template of the library",
    "commands/templates.py": "a template that is looked at and not kept",
    "web/layout.py": "static files",
    "web/staged_files.py": "what was taken in and kept aside",
}
BODY_OF_REQUEST = {"files", "data", "stream", "get_data", "get_json", "json", "input_stream"}


@every_module
def test_bytes_come_in_from_outside_by_the_one_way_past_the_virus_scanner(path: Path) -> None:
    name, tree = str(path.relative_to(SOURCE)), ast.parse(path.read_text())
    if path.relative_to(SOURCE).parts[0] not in ("web", "actions", "commands"):
        return
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    sent = [each for each in attributes if ast.unparse(each.value) == "request" and each.attr in BODY_OF_REQUEST]
    read = [each for each in attributes if each.attr in ("read_bytes", "FileStorage")]
    if name in TAKES_IN:
        assert "take_in" in {each.attr for each in attributes}
    else:
        assert not sent, f"{name} takes a file from a request; take it through sent_files"
        assert not read or name in READS_ITS_OWN, f"{name} reads a file; is it from outside? Then control.take_in"


@every_module
def test_nobody_at_a_browser_reads_as_the_library_itself(path: Path) -> None:
    if path.relative_to(SOURCE).parts[0] in ("web", "registers"):
        assert "Library.ITSELF" not in path.read_text()


# What compares a password, a code or the secret of a link, and the one module that counts and slows down what is wrong.
COMPARING = {"matches", "code_holds", "step_of", "owner_of_link"}
CHECKS_CREDENTIALS = "actions/checking_credentials.py"
LOOKS_AGAIN = {("actions/administering.py", "owner_of_link"): "under the lock, after check_link"}


@every_module
def test_passwords_and_codes_are_compared_by_the_one_function_that_counts_what_is_wrong(path: Path) -> None:
    name = str(path.relative_to(SOURCE))
    if name == CHECKS_CREDENTIALS:
        return
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            of = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            is_compared = called in COMPARING - {"matches"} or (called in ("matches", "verify") and "passwords" in of)
            if is_compared and (name, called) not in LOOKS_AGAIN:
                found.add(called)
    assert found <= ({"step_of"} if name == "actions/second_factor.py" else set())
    if name != "adapters/password_hasher.py":
        assert "HASHER" not in path.read_text()
