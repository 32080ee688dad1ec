"""The index of an exported library: a page for people, and how to check all of it without docctl."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any
from urllib.parse import quote

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1b1b1b; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top; }}
thead th {{ background: #eef2f7; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Exported on {made_at} by {exported_by} from docctl {program}, up to event {seq} of the audit trail.
{count} documents. <a href="README.txt">How to check it</a> · <a href="index.json">the same as JSON</a> ·
<a href="audit-trail.jsonl">the audit trail</a></p>
<h2>Documents</h2>
<table>
<thead><tr><th scope="col">Number</th><th scope="col">Title</th><th scope="col">Type</th><th scope="col">Revision</th>
<th scope="col">State</th><th scope="col">In force from</th><th scope="col">Signed by</th><th scope="col">Files</th>
</tr></thead>
<tbody>
{documents}
</tbody>
</table>
<h2>Registers</h2>
<ul>
{registers}
</ul>
{left_out}</body>
</html>
"""
_RECIPE = """The document library of {organisation}
Exported on {made_at} from docctl {program}, up to event {seq} of its audit trail.

index.html           what is here, for people; index.json the same for programs, with the SHA-256 of every file
documents/           a folder for each document, and in it one for each revision that was ever in force: its text with
                     pictures (Markdown), the Word file that its author wrote, the Word file and PDF that were issued,
                     and its signatures; history.csv tells all revisions. Drafts are not here
registers/           the registers as CSV in UTF-8
audit-trail.jsonl    every event, a JSON object a line: as it was recorded, and its place in the chain of hashes
records.jsonl        what events say of people apart from the ledger, as JSON; its event holds the SHA-256 of each line
ledger.bundle        the ledger as a Git repository: one commit signed by the library for each event
allowed_signers      the keys that signed, each with its time; compare them with a copy kept elsewhere
SHA256SUMS           the fingerprint of every file, signed in SHA256SUMS.sig

To check it, with coreutils, OpenSSH, Git and Python, in this folder:

    sha256sum --check --strict --quiet SHA256SUMS
    ssh-keygen -Y verify -f allowed_signers -I ledger@docctl.invalid -n docctl-checkpoint \\
      -O verify-time={signed_at} -s SHA256SUMS.sig < SHA256SUMS
    git clone --quiet --mirror ledger.bundle "${{TMPDIR:-/tmp}}/ledger.git"
    git -C "${{TMPDIR:-/tmp}}/ledger.git" fsck --full
    git -C "${{TMPDIR:-/tmp}}/ledger.git" -c gpg.ssh.allowedSignersFile="$PWD/allowed_signers" \\
      verify-commit {ledger_commit}
    python3 -c '
    import hashlib, json
    chain, head = bytes(32), json.load(open("index.json"))["head"]["chain"]
    for line in open("audit-trail.jsonl", "rb"):
        links = json.loads(line)
        text = line[len(b"{{\\"event\\":"):line.rindex(b",\\"salt\\":")]
        leaf = hashlib.sha256(b"\\0" + bytes.fromhex(links["salt"]) + text).digest()
        chain = hashlib.sha256(b"\\1" + chain + leaf).digest()
        assert links["chain"] == chain.hex(), links["event"]["seq"]
    assert chain.hex() == head
    print("every event is linked up to", head)
    '

Each command ends with 0. The head of the chain is printed on issued PDFs, and others keep
it in checkpoints.
"""


def as_page(index: dict[str, Any]) -> str:
    """Return the index as a page that any browser shows."""
    left_out = "".join(f"<li>{escape(each)}</li>\n" for each in index["left_out"])
    return _PAGE.format(
        title=escape(f"The document library of {index['organisation']}"),
        made_at=escape(index["made_at"]),
        exported_by=escape(index["exported_by"]),
        program=escape(index["program"]),
        seq=index["head"]["seq"],
        count=len(index["documents"]),
        documents="\n".join(row for each in index["documents"] for row in _rows(each)),
        registers="\n".join(
            f"<li>{_link(each['file'], each['register'])}: {escape(each['shows'])}</li>" for each in index["registers"]
        ),
        left_out=f"<h2>Left out</h2>\n<ul>\n{left_out}</ul>\n" if left_out else "",
    )


def recipe(index: dict[str, Any]) -> str:
    """Return what is where, and the commands that check it."""
    made_at = index["made_at"]
    signed_at = "".join(letter for letter in made_at[:19] if letter.isdigit()) + "Z"
    return _RECIPE.format(
        organisation=index["organisation"],
        made_at=made_at,
        program=index["program"],
        seq=index["head"]["seq"],
        ledger_commit=index["head"]["ledger_commit"],
        signed_at=signed_at,
    )


def _rows(document: dict[str, Any]) -> Iterator[str]:
    known = (document["number"], document["title"], document["type"])
    if not document["revisions"]:
        said = "Disposed of" if "disposed_of" in document else "Never in force"
        yield _row([*map(escape, known), "", said, "", "", ""])
    for each in document["revisions"]:
        issued = "" if each["is_issued"] else ", no Word file and PDF issued"
        state = each["state"].replace("_", " ").lower() + issued
        signed_by = escape(", ".join(each["signed_by"]) or each["adopted_evidence"])
        cells = [str(each["revision"]), escape(state), escape(each["effective_date"]), signed_by, _links(each["files"])]
        yield _row([escape(known[0]), escape(each["title"]), escape(known[2]), *cells])


def _row(cells: Iterable[str]) -> str:
    first, *others = cells
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'


def _links(files: Iterable[str]) -> str:
    shown = (each for each in files if "/assets/" not in each)
    return "<br>".join(_link(each, each.rpartition("/")[2]) for each in shown)


def _link(file: str, name: str) -> str:
    return f'<a href="{quote(file)}">{escape(name)}</a>'
