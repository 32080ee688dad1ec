"""The catalogue of standards is read whole or refused with the file and row at fault."""

import re
import shutil
from pathlib import Path

import pytest

from docctl.adapters.standards_catalogue import load_catalogue
from docctl.domain.errors import CatalogueError

SHIPPED = Path(__file__).parents[2] / "docctl" / "standards"


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped catalogue that a test may spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "standards"))


def spoil(folder, name, old, new):
    """Replace the first occurrence of a text in one file of the catalogue."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_shipped_catalogue_keeps_every_rule():
    catalogue = load_catalogue(SHIPPED)
    assert {standard.code for standard in catalogue.standards} >= {
        "ISO 9001:2015",
        "ISO 9001:2026",
        "ISO 14001:2015",
        "ISO 14001:2026",
        "ISO/IEC 27001:2022",
        "ISO 45001:2018",
        "ISO 31000:2018",
        "ISO 26000:2010",
        "IATF 16949:2016",
    }
    assert catalogue.heading("iso-9001-2015", "7.5.3") == "Control of documented information"
    assert len(catalogue.controls("iso-27001-2022")) == 93


def test_notes_name_no_address_and_no_machine():
    notes = (SHIPPED / "NOTES.md").read_text(encoding="utf-8")
    assert not re.search(r"https?://|www\.|(?<![\w.])/(?:tmp|work|home|root|usr|etc)/", notes)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("iso-9001-2015.yaml", 'parent: "7.5"', 'parent: "7.6"', ["iso-9001-2015.yaml", "clause 7.5.1", "7.6"]),
        ("iso-9001-2015.yaml", 'id: "7.5.2"', 'id: "7.5.1"', ["clause 7.5.1", "appears 2 times"]),
        ("iso-9001-2015.yaml", 'title: "Leadership"', 'title: " Leadership"', ["clause 5", "title must be"]),
        ("iso-9001-2015.yaml", 'harmonized: "7.5"', 'harmonized: "7.9"', ["clause 7.5", "harmonized 7.9"]),
        ("iso-9001-2015.yaml", 'harmonized: "7.5"', 'harmonised: "7.5"', ["clause 7.5", "harmonised", "is missing"]),
        ("iso-9001-2015.yaml", 'harmonized: "7.2"', 'harmonized: "7.1"', ["7.1 is used by 2 clauses"]),
        ("iso-9001-2015.yaml", 'id: "7.5.3"', 'id: "7.5.٣"', ["clause 7.5.٣", "id must be a clause number"]),
        ("iso-9001-2015.yaml", "id: iso-9001-2015", "id: iso-9001", ["differs from the file name"]),
        ("iso-9001-2015.yaml", '"ISO 9001:2015"', '"ISO 9001"', ["code must be"]),
        ("iso-9001-2015.yaml", "kind: maintain", "kind: keep", ["documented information", "maintain or retain"]),
        ("iso-9001-2015.yaml", "mandatory: true", "mandatory: yes please", ["mandatory must be true"]),
        ("iso-9001-2015.yaml", 'clauses: ["4.1"', 'clauses: ["4.9"', ["Amd 1:2024", "4.9"]),
        ("iso-9001-2026.yaml", "confidence_note:", "confidence_nota:", ["confidence_nota"]),
        ("iso-9001-2026.yaml", "supersedes: iso-9001-2015", "supersedes: iso-9001-2008", ["iso-9001-2008"]),
        ("iso-9001-2026.yaml", 'published: "2026-09"', 'published: "2014-09"', ["not published earlier"]),
        ("iso-31000-2018.yaml", "certifiable: false", "certifiable: maybe", ["certifiable must be true or false"]),
        ("iso-27001-2022.yaml", 'id: "A.5.37"', 'id: "A.5.38"', ["clause A.5.37", "is missing"]),
        ("iso-27001-2022.yaml", 'id: "A.5.37"', 'id: "A.5.36"', ["clause A.5.36", "appears 2 times"]),
        ("iatf-16949-2016.yaml", 'inherits: "4.1"', 'inherits: "4.9"', ["clause 4.1", "inherits", "4.9"]),
        ("mappings.yaml", 'to_clause: "A.5.19"', 'to_clause: "A.5.99"', ["mappings.yaml", "pairs row 1", "A.5.99"]),
        ("mappings.yaml", "from: iso-9001-2015", "from: iso-9001-2009", ["pairs row 1", "iso-9001-2009"]),
        ("mappings.yaml", 'to_clause: "A.5.20"', 'to_clause: "A.5.19"', ["pairs row 2", "correspond already"]),
        ("mappings.yaml", "relation: equal, members", "relation: same, members", ["groups row 1", "equal or related"]),
        ("mappings.yaml", 'iso-9001-2015: ["4.1"]', 'iso-9001-2015: ["4.2"]', ["groups row 1", "does not carry"]),
        ("mappings.yaml", 'new: ["6.3"]', "new: []", ["transitions row 2", "6.3"]),
        ("mappings.yaml", '{from: "6.1.4", to: ["6.1.5"]', '{from: "6.1.4", to: ["6.1.9"]', ["6.1.4", "6.1.9"]),
        ("mappings.yaml", "default: same_id", "default: none", ["transitions row 1", "same_id"]),
        ("mappings.yaml", 'clause: "5.4", against', 'clause: "4.1", against', ["no_peer row 1", "does correspond"]),
    ],
)  # fmt: skip
def test_broken_row_is_refused_by_file_and_row(folder, name, old, new, words):
    spoil(folder, name, old, new)
    with pytest.raises(CatalogueError) as refusal:
        load_catalogue(folder)
    assert all(word in str(refusal.value) for word in [name, *words])


def test_guidance_standard_may_not_demand_documented_information(folder):
    row = '{clause: "4", kind: maintain, what: "Risk policy", mandatory: true}'
    spoil(folder, "iso-31000-2018.yaml", "documented_information: []", f"documented_information: [{row}]")
    with pytest.raises(CatalogueError, match="guidance standard"):
        load_catalogue(folder)


def test_clauses_out_of_document_order_are_refused(folder):
    path = folder / "iso-31000-2018.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [place for place, line in enumerate(lines) if line.startswith('  - {id: "6.')]
    lines[rows[0]], lines[rows[1]] = lines[rows[1]], lines[rows[0]]
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(CatalogueError, match="not in document order"):
        load_catalogue(folder)


def test_key_that_appears_twice_is_refused(folder):
    spoil(folder, "iso-9001-2015.yaml", "certifiable: true", "certifiable: true\ncertifiable: false")
    with pytest.raises(CatalogueError, match=r"iso-9001-2015\.yaml, line \d+: .*appears twice"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"- 1\n- 2\n",
        b"clauses: {",
        b"[" * 5000,
        b"!!python/object/apply:os.system [true]",
        b"clauses: [1, 2]",
        b"id: 2015-01-99",
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    ],
)
def test_file_that_is_no_standard_is_refused_by_name(folder, content):
    (folder / "iso-1-2000.yaml").write_bytes(content)
    with pytest.raises(CatalogueError, match=r"iso-1-2000\.yaml"):
        load_catalogue(folder)


@pytest.mark.parametrize("address", ["https://example.org/standard", "/home/someone/standards"])
def test_file_with_an_address_is_refused(folder, address):
    with (folder / "iso-9001-2015.yaml").open("a", encoding="utf-8") as file:
        file.write(f"# taken from {address}\n")
    with pytest.raises(CatalogueError, match=r"iso-9001-2015\.yaml.*address"):
        load_catalogue(folder)


@pytest.mark.parametrize("name", ["mappings", "harmonized-structure"])
def test_missing_file_is_named(folder, name):
    (folder / f"{name}.yaml").unlink()
    with pytest.raises(CatalogueError, match=rf"{name}\.yaml is missing"):
        load_catalogue(folder)


def test_missing_standard_is_noticed_where_it_is_named(folder):
    (folder / "iso-45001-2018.yaml").unlink()
    with pytest.raises(CatalogueError, match="unknown standard iso-45001-2018"):
        load_catalogue(folder)


def test_empty_folder_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="missing"):
        load_catalogue(tmp_path)
