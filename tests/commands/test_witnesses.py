"""The recipes of the manual for library and witness, run line by line as they stand there; what the commands refuse."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docctl.cli import main
from docctl.followers import git_refs, library_snapshot
from docctl.witness.folder import WitnessFolder
from tests.factories.library import HOME, Office
from tests.factories.stranger import VERIFIER
from tests.factories.witnesses import served

SECTION = (HOME / "docs" / "auditing.md").read_text().partition("## Witnesses")[2].partition("\n## ")[0]
BLOCKS = [block.strip().splitlines() for block in re.findall(r"```\n(.*?)```", SECTION, re.S)]
NAME = "witness.alderbrook.example"


class Town:
    """Two towns with one command line each: the library here, the witness next door."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder, self.known = office, folder, dict[str, str]()

    def run(self, line: str) -> Result:
        """Run a line of the manual; what the shell would do with its end is done here."""
        line, _, _ = line.partition("  #")
        line, _, into = line.partition(" > ")
        words = [self.filled(word) for word in shlex.split(line)]
        assert words[0] == "docctl"
        is_witness = words[1] == "witness"
        found = CliRunner().invoke(
            main, [*([] if is_witness else ["--data", str(self.office.control.data)]), *words[1:]]
        )
        if into:
            (self.folder / into.strip()).write_text(found.stdout)
        return found

    def done(self, line: str) -> str:
        """Run a line that has to succeed; return what it prints."""
        found = self.run(line)
        assert found.exit_code == 0, (line, found.output)
        return found.output

    def filled(self, word: str) -> str:
        """Return a word as the shell would give it, with its files here."""
        for name, value in self.known.items():
            word = word.replace(f"${name}", value)
        word = word.replace("/srv/witness", str(self.folder / "witness"))
        is_file = re.fullmatch(r"(?:proof(?:/event-000012\.\S+)?|\w+\.txt)", word)
        return str(self.folder / word) if is_file else word


@pytest.fixture
def town(office: Office, tmp_path: Path) -> Town:
    """A library with a document, before anybody knows it."""
    office.write()
    return Town(office, tmp_path)


def follow(office: Office) -> None:
    """Let references catch up."""
    git_refs.follow(office.control)
    library_snapshot.follow(office.control)


def test_the_recipes_of_the_manual_are_these() -> None:
    assert [len(block) for block in BLOCKS] == [3, 2, 3, 2, 1, 3]
    assert all(
        line.startswith(("docctl ", "python3 -I -S verify_library.py --proof ")) for block in BLOCKS for line in block
    )


def test_two_towns_follow_the_manual_with_files(town: Town) -> None:
    (init, add, _), (register, witnesses), exchange, compare, (go_on,), (prove, check, elsewhere) = BLOCKS
    town.known["WITNESS_KEY"] = town.done(init).split()[-1]
    assert "No witness outside has co-signed anything yet" in town.done(witnesses)
    town.done(re.sub(r" --address \S+", "", register))
    town.known["LIBRARY_KEY"] = town.done(witnesses).split()[-1]
    town.done(add)
    for line in exchange:
        told = town.done(line)
    assert f"were co-signed by {NAME}" in told
    follow(town.office)
    for line in compare:
        told = town.done(line)
    assert f"were co-signed by {NAME}" in told
    town.done(prove)
    assert town.done(check).startswith("proven: event 12 of ")
    words = [town.filled(word) for word in shlex.split(elsewhere.replace("verify_library.py", str(VERIFIER)))]
    checked = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout.startswith("proven: event 12 of ")) == (0, True), checked.stdout
    town.done("docctl record-break 'A snapshot of the machine was put back'")
    town.done(exchange[0])
    refused = town.run(exchange[1])
    assert (refused.exit_code != 0, "after a break" in refused.output) == (True, True)
    assert "unknown: " in town.done("docctl witness libraries --state /srv/witness")
    assert "goes on as docctl.invalid/" in town.done(go_on)
    for line in exchange:
        told = town.done(line)
    assert "The history broke at event" in told
    assert "after a break" in town.done("docctl witness libraries --state /srv/witness")
    listed = json.loads(town.done("docctl witness libraries --state /srv/witness --json"))
    assert [bool(each["follows"]) for each in listed["watched"]].count(True) == 1


def test_two_towns_follow_the_manual_with_a_network(town: Town) -> None:
    (init, add, _), (register, witnesses), (ask, *_), *_ = BLOCKS
    town.known["WITNESS_KEY"] = town.done(init).split()[-1]
    with served(WitnessFolder.open(town.folder / "witness")) as address:
        town.done(register.replace("https://witness.alderbrook.example", address))
        town.known["LIBRARY_KEY"] = town.done(witnesses).split()[-1]
        at_once = ask.partition(" --to ")[0]
        refused = town.run(at_once)
        assert (refused.exit_code != 0, "does not know this library" in refused.output) == (True, True)
        town.done(add)
        assert f"were co-signed by {NAME}" in town.done(at_once)
    rows = json.loads(town.done("docctl witnesses --json"))
    assert rows["witnesses"][0]["up_to"] > 0
    assert rows["says"][0].startswith("Events 1 to ")
    assert town.run(at_once).exit_code != 0
    town.done(f"docctl dismiss-witness {NAME} 'They close their office'")
    assert "dismissed" in town.done(witnesses)


def test_a_lost_answer_is_asked_for_again_from_where_the_witness_is(town: Town) -> None:
    (init, add, _), (register, witnesses), exchange, *_ = BLOCKS
    town.known["WITNESS_KEY"] = town.done(init).split()[-1]
    town.done(re.sub(r" --address \S+", "", register))
    town.known["LIBRARY_KEY"] = town.done(witnesses).split()[-1]
    town.done(add)
    town.done(exchange[0])
    town.done(exchange[1])
    town.office.write("POL-002")
    town.done(exchange[0])
    refused = town.run(exchange[1])
    [old] = re.findall(r"--old (\d+)", refused.output)
    town.done(f"{exchange[0]} --old {old}")
    for line in exchange[1:]:
        town.done(line)


def test_options_that_do_not_fit_are_wrong_usage(town: Town) -> None:
    (init, *_), (register, _), *_ = BLOCKS
    town.known["WITNESS_KEY"] = town.done(init).split()[-1]
    town.done(re.sub(r" --address \S+", "", register))
    assert town.run(f"docctl ask-witness {NAME} --old 3").exit_code == 64
    refused = town.run(f"docctl ask-witness {NAME}")
    assert (refused.exit_code != 0, "has no address" in refused.output) == (True, True)
    assert "There is no witness" in town.run("docctl ask-witness nobody.example").output
    assert town.done("docctl witness key --state /srv/witness").strip() == town.known["WITNESS_KEY"]


def test_doctor_says_who_cosigned_and_how_long_ago(town: Town) -> None:
    (init, add, _), (register, witnesses), exchange, *_ = BLOCKS
    assert "No witness outside" in town.run("docctl doctor").output
    town.known["WITNESS_KEY"] = town.done(init).split()[-1]
    town.done(re.sub(r" --address \S+", "", register))
    town.known["LIBRARY_KEY"] = town.done(witnesses).split()[-1]
    town.done(add)
    for line in exchange:
        town.done(line)
    assert re.search(rf"ok +witness +Events 1 to \d+ were co-signed by {NAME}", town.run("docctl doctor").output)
