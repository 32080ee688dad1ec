"""Each kind of engagement against every page: an auditor is shown what they are engaged for, and nothing beside it."""

import ast
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import cast

import pytest
from flask.testing import FlaskClient

from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.app import create_app
from docctl.domain.documents.revision import Revision
from docctl.domain.issued_files.copy_link import code_of
from docctl.followers.catching_up import catch_up
from tests.factories.databases import copy_library
from tests.factories.library import PASSWORD, Clock, Office, choose_passwords, open_library
from tests.factories.stand_ins import issue_quickly, print_quickly
from tests.web.documents.test_documents import PNG
from tests.web.rights.matrix import OPEN
from tests.web.rights.test_rights_matrix import ABSENT, World, address_of, ask, method_of, rules_of, shape_of
from tests.web.sign_in.test_checking_credentials import all_called, source_of

IN, OUT = ("SOP-07", "Zebras"), ("POL-013", "Unicorns")
TEXT = "# {title}\n\n## Purpose\n\nWe keep {title} in the stable.\n\n![A square](assets/image1.png)\n"
SCOPES = {
    "document": "document:sop-07",
    "type": "type:procedure",
    "department": "department:Environment",
    "standard": "standard:iso-14001-2015",
}
ASKED = ("", "q=stable", "q=unicorns", "q=zebras&every=yes", "number=POL-013")
ASKED_OF_OTHERS = ("q=stable&every=yes",)
ASKED_IN = {"args", "values", "query_string", "full_path"}
# What shows everybody the same.
OPEN_ANYWAY = OPEN - {"copies.show"}


@pytest.fixture(scope="module")
def world(
    founded_library: tuple[Path, dict[str, int], datetime], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A library of two kinds of documents, and an auditor for each kind of engagement."""
    data, people, instant = founded_library
    mine = tmp_path_factory.mktemp("scopes") / "data"
    copy_library(data, mine)
    clock = Clock(instant)
    control = open_library(mine, clock)
    office = Office(control, dict(people))
    with pytest.MonkeyPatch.context() as patch:
        issue_quickly(patch)
        for (number, title), kind, department, standard in (
            (IN, "procedure", "Environment", "iso-14001-2015"),
            (OUT, "policy", "Procurement", "iso-9001-2015"),
        ):
            text = TEXT.format(title=title)
            revision_id = office.write(
                number, title, text, type_name=kind, clauses=[(standard, "7.5")], assets={"assets/image1.png": PNG},
                owner=f"Keeper of {title}", department=department,
            )  # fmt: skip
            office.carry_through(revision_id, f"{title} are new")
            later = office.open_revision(number, f"More {title}")
            office.save(later, text + f"\nMore {title}.\n", reason=f"Add {title}")
            office.carry_through(later, f"Add more {title}")
            draft = office.open_revision(number, f"Yet more {title}")
            office.save(draft, text + f"\nYet more {title}.\n", reason=f"Again {title}")
        catch_up(control)
    with control.reading() as session:
        today = control.today(session)
    app = create_app(control, {"TESTING": True, "WTF_CSRF_ENABLED": False})
    browsers: dict[str, FlaskClient] = {}
    for name, scope in {**SCOPES, "everything": "everything"}.items():
        auditor = administering.add_user(control, people["admin"], login=name, name=f"Au {name}", roles=["auditor"])
        choose_passwords(control, auditor)
        refused = app.test_client().post("/sign-in", data={"login": name, "password": PASSWORD})
        assert refused.status_code == 401, "whoever is not engaged sees nothing"
        auditing.engage(
            control, people["carla"], auditor, purpose="Audit", scope=[scope], begins_on=today,
            ends_on=today + timedelta(days=3),
        )  # fmt: skip
        browsers[name] = app.test_client()
        assert browsers[name].post("/sign-in", data={"login": name, "password": PASSWORD}).status_code == 303
    with control.reading() as session:
        codes = {(each.document.number, each.number): code_of(each.fingerprint, each.number)
                 for each in session.query(Revision)}  # fmt: skip
    late = clock.instant + timedelta(seconds=30)
    control._clock = lambda: late
    with pytest.MonkeyPatch.context() as patch:
        print_quickly(patch)
        yield World(app, control, browsers, {"comment_id": 1, "codes": codes})
    control.engine.dispose()


def words_of(data: bytes) -> str:
    """All that an answer holds, also inside a workbook or a pack."""
    if not data.startswith(b"PK\x03\x04"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return "\n".join(packed.namelist()) + "\n".join(words_of(packed.read(name)) for name in packed.namelist())


def reads_what_is_asked(view: FunctionType) -> bool:
    """Whether a page, or a function of the pages that it calls, looks at what stands behind the ? of its address."""
    used = (node for function in all_called(view) for node in ast.walk(ast.parse(source_of(function))))
    return any(isinstance(node, ast.Attribute) and node.attr in ASKED_IN for node in used)


@pytest.fixture(scope="module")
def whole(world: World) -> Callable[[str, str], int]:
    """What whoever is engaged for everything is answered, asked once for all."""

    @cache
    def status(method: str, address: str) -> int:
        return ask(world.browsers["everything"], method, address).status_code

    return status


@pytest.mark.drawn(more=2)
@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_pages_of_a_document_answer_as_for_everything_or_as_for_nothing(
    world: World, whole: Callable[[str, str], int], scope: str
) -> None:
    compared, auditor = 0, world.browsers[scope]
    for rule in rules_of(world.app).values():
        if "number" not in rule.arguments:
            continue
        method = method_of(rule)
        has_two = method == "GET" and rule.arguments & {"revision", "code"}
        for revision in (2, 3) if has_two else (2,):
            address = address_of(world, rule, IN[0], revision)
            inside = ask(auditor, method, address)
            if rule.endpoint not in ("revision_history.evidence", "disposing.show"):  # for who may read everything
                assert inside.status_code == whole(method, address), (rule.endpoint, revision)
            outside = ask(auditor, method, address_of(world, rule, OUT[0], revision))
            assert outside.status_code in (403, 404), (rule.endpoint, revision, outside.status_code)
            absent = ask(auditor, method, address_of(world, rule, ABSENT, revision))
            assert shape_of(outside, OUT[0]) == shape_of(absent, ABSENT), (rule.endpoint, revision)
            compared += 1
    assert compared > 80


@pytest.mark.drawn(more=2)
@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_no_list_export_or_search_tells_of_what_is_not_in_scope(world: World, scope: str) -> None:
    told_of, lists = Counter[str](), 0
    for rule in rules_of(world.app).values():
        if "number" in rule.arguments or method_of(rule) != "GET" or rule.endpoint in OPEN_ANYWAY:
            continue
        is_asked = reads_what_is_asked(cast("FunctionType", world.app.view_functions[rule.endpoint]))
        lists += is_asked
        for asked in ASKED if is_asked else ASKED_OF_OTHERS:
            for kind in ("csv", "xlsx") if "kind" in rule.arguments else ("",):
                address = address_of(world, rule, OUT[0], 2)
                address = re.sub(r"\.csv$", f".{kind}", address) if kind else address
                words = words_of(world.browsers[scope].get(f"{address}?{asked}").data)
                words = words.replace("q=unicorns", "").replace('value="unicorns"', "")  # what was asked is shown again
                if rule.endpoint != "copies.show" and "number=" not in asked:
                    assert OUT[0] not in words, (rule.endpoint, asked)
                assert OUT[1] not in words, (rule.endpoint, asked)
                told_of[asked] += IN[1] in words
    assert lists > 10
    assert min(told_of[asked] for asked in ("", "q=stable", "q=zebras&every=yes")) > 3, told_of
    assert told_of[ASKED_OF_OTHERS[0]], "the portal tells of what is in scope"


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_counts_facets_and_coverage_are_of_what_is_in_scope(world: World, scope: str) -> None:
    auditor = world.browsers[scope]
    listed = auditor.get("/documents.csv").text
    assert len(listed.strip().splitlines()) == 2
    assert re.search(r"\b1\b document|1 document", auditor.get("/documents").text)
    found = auditor.get("/search?q=stable").text
    assert "Procurement" not in found
    clause = auditor.get("/standards/iso-9001-2015/clauses/7.5").text
    assert "Unicorns" not in clause
    trail = auditor.get("/audit-log.csv").text if auditor.get("/audit-log.csv").status_code == 200 else ""
    assert OUT[0] not in trail
