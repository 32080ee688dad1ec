"""Followers: whatever is missing or behind is brought up to date from what the tables say."""

import shutil
import subprocess
from pathlib import Path

import pytest

from docctl.actions.documents import withdrawing
from docctl.document_control import DocumentControl
from docctl.domain.errors import LibraryMismatchError
from docctl.followers import git_refs, library_snapshot, renditions, search_index
from docctl.followers.catching_up import catch_up
from docctl.registers.search.search import find
from tests.factories.library import Office

pytestmark = pytest.mark.both_databases


def _git(control: DocumentControl, *arguments: str) -> str:
    command = ["git", "-C", str(control.library.folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _follow(control: DocumentControl) -> None:
    for follow in (git_refs.follow, library_snapshot.follow, search_index.follow):
        follow(control)


def test_a_clone_shows_the_set_in_force_and_every_history(office: Office, tmp_path: Path) -> None:
    office.publish("POL-001", "Quality policy", "# Purpose\n\nFirst.\n")
    _follow(office.control)
    office.revise("POL-001", "# Purpose\n\nSecond.\n")
    office.write("SOP-01", "Only a draft", type_name="procedure")
    _follow(office.control)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(office.control.library.folder), str(clone)], check=True)
    assert (clone / "documents" / "POL-001" / "content.md").read_text() == "# Purpose\n\nSecond.\n"
    assert not (clone / "documents" / "SOP-01").exists()
    assert "[POL-001](documents/POL-001/) | Quality policy | 2 |" in (clone / "README.md").read_text()

    def log(name: str) -> list[str]:
        run = subprocess.run(["git", "log", "--format=%s", name], cwd=clone, capture_output=True, text=True, check=True)
        return run.stdout.splitlines()

    assert log("origin/documents/POL-001") == ["Improve the wording", "Yearly review", "First draft"]
    assert len(log("documents/POL-001")) == 2
    ledger = subprocess.run(["git", "rev-list", "origin/ledger"], cwd=clone, capture_output=True, text=True, check=True)
    commits = ledger.stdout.split()
    signers = f"gpg.ssh.allowedSignersFile={clone / 'allowed_signers'}"
    subprocess.run(["git", "-c", signers, "verify-commit", *commits], cwd=clone, capture_output=True, check=True)
    with office.control.reading() as session:
        assert len(commits) == git_refs.read_watermark(session, git_refs.NAME)


def test_a_withdrawn_document_leaves_the_set_in_force(office: Office) -> None:
    office.publish("POL-001")
    _follow(office.control)
    assert "documents/POL-001/content.md" in _git(office.control, "ls-tree", "-r", "--name-only", "library")
    withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], "no longer needed")
    _follow(office.control)
    assert "documents" not in _git(office.control, "ls-tree", "-r", "--name-only", "library")


def test_following_again_changes_nothing(office: Office) -> None:
    office.publish("POL-001")
    _follow(office.control)
    before = office.control.library.refs()
    _follow(office.control)
    assert office.control.library.refs() == before


def test_a_reference_that_nobody_recorded_is_never_overwritten(office: Office) -> None:
    office.write("POL-001")
    _follow(office.control)
    tree = _git(office.control, "mktree", "--missing").strip()
    author = ["-c", "user.name=x", "-c", "user.email=x"]
    foreign = _git(office.control, *author, "commit-tree", "-m", "slipped in", tree).strip()
    _git(office.control, "update-ref", "refs/heads/documents/POL-001", foreign)
    office.write("POL-002")
    office.save(1, "# More\n")
    with pytest.raises(LibraryMismatchError, match="points to something nobody recorded"):
        git_refs.follow(office.control)
    assert _git(office.control, "rev-parse", "documents/POL-001").strip() == foreign


def test_a_deleted_search_index_is_built_again(office: Office) -> None:
    office.publish("POL-001", "Quality policy", "# Purpose\n\nWe weigh zebras.\n")
    _follow(office.control)
    shutil.rmtree(office.control.data / "index")
    search_index.follow(office.control)
    assert [hit.number for hit in find(office.control, office.person("eve"), "zebras").hits] == ["POL-001"]


def test_search_follows_what_is_in_force(office: Office) -> None:
    office.publish("POL-001", text="# Purpose\n\nOld zebras.\n")
    _follow(office.control)
    office.revise("POL-001", "# Purpose\n\nNew giraffes.\n")
    _follow(office.control)
    eve, carla = office.person("eve"), office.person("carla")
    assert find(office.control, eve, "zebras").total == 0
    assert [hit.revision for hit in find(office.control, eve, "giraffes").hits] == [2]
    assert [hit.revision for hit in find(office.control, carla, "zebras", every_revision=True).hits] == [1]


def test_a_restricted_word_is_found_by_its_department_only(office: Office) -> None:
    office.publish("POL-001", text="# Purpose\n\nSecret unicorns.\n", departments=("Quality",))
    _follow(office.control)
    assert find(office.control, office.person("alice"), "unicorns").total == 1
    hidden, nonsense = (find(office.control, office.person("eve"), word) for word in ("unicorns", "xqzwvy"))
    assert (hidden.total, hidden.facets, hidden.suggestion) == (0, nonsense.facets, nonsense.suggestion)


def test_without_issuing_all_but_the_issued_files_is_brought_up_to_date(office: Office) -> None:
    office.publish("POL-001", text="# Purpose\n\nWe weigh zebras.\n")
    assert catch_up(office.control, issuing=False) > 0
    assert find(office.control, office.person("eve"), "zebras").total == 1
    assert "documents/POL-001/content.md" in _git(office.control, "ls-tree", "-r", "--name-only", "library")
    assert office.revision(1).issued_files == []
    assert catch_up(office.control, issuing=False) == 0


def test_a_deleted_index_is_noticed_without_issuing_too(office: Office) -> None:
    office.publish("POL-001", text="# Purpose\n\nWe weigh zebras.\n")
    catch_up(office.control, issuing=False)
    shutil.rmtree(office.control.data / "index")
    assert catch_up(office.control, issuing=False) > 0
    assert find(office.control, office.person("eve"), "zebras").total == 1


def test_issuing_lets_the_other_followers_come_in_between(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    issued: list[int] = []
    monkeypatch.setattr(renditions, "ISSUED_TOGETHER", 2)
    monkeypatch.setattr(renditions, "issue", lambda _, revision_id: issued.append(revision_id))
    revisions = [office.publish(f"POL-00{number}") for number in (1, 2, 3)]
    assert renditions.follow(office.control) > 0
    assert sorted(issued) == revisions[:2]
    assert renditions.follow(office.control) > 0
    assert sorted(issued) == revisions
    assert renditions.follow(office.control) == 0


def test_an_issue_that_fails_is_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    revision = office.publish("POL-001")
    issued: list[int] = []

    def fail(_: DocumentControl, revision_id: int) -> None:
        raise OSError(f"no space left for {revision_id}")

    monkeypatch.setattr(renditions, "issue", fail)
    with pytest.raises(OSError, match="no space left"):
        renditions.follow(office.control)
    monkeypatch.setattr(renditions, "issue", lambda _, revision_id: issued.append(revision_id))
    renditions.follow(office.control)
    assert issued == [revision]
