"""Reading a repository that is not ours: nothing of it runs, and what it says arrives in any encoding."""

import os
import subprocess
from pathlib import Path

import pytest

from docctl.adapters import git_library as git
from docctl.domain.errors import DocctlError, InvalidInputError
from tests.factories.foreign_repository import ForeignRepository


@pytest.fixture
def repository(tmp_path: Path) -> ForeignRepository:
    """Somebody else's repository with one commit."""
    made = ForeignRepository(tmp_path / "theirs")
    made.write("aims.md", "# Aims\n\nOne.\n")
    made.commit("One", "2019-01-01")
    return made


def _arm(repository: ForeignRepository, marker: Path) -> None:
    """Plant in the repository everything that could run a program when somebody reads it."""
    planted = f"touch {marker}"
    folder = repository.folder / ".git"
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-index-change", "fsmonitor-watchman"):
        hook = folder / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{planted}\n")
        hook.chmod(0o755)
    (repository.folder / ".gitattributes").write_text("*.md filter=planted diff=planted text eol=crlf\n")
    (folder / "config").open("a").write(
        f'[core]\n\tfsmonitor = "{planted}"\n\tsshCommand = "{planted}"\n\tpager = "{planted}"\n'
        f'\thooksPath = hooks\n[filter "planted"]\n\tsmudge = "{planted}"\n\tclean = "{planted}"\n'
        f'[diff "planted"]\n\ttextconv = "{planted}"\n\tcommand = "{planted}"\n[diff]\n\texternal = "{planted}"\n'
        f'[uploadpack]\n\tpackObjectsHook = "{planted}; exec git pack-objects"\n[alias]\n\trev-list = "!{planted}"\n'
        f'[remote "origin"]\n\turl = "ext::{planted}"\n\tuploadpack = "{planted}"\n[protocol "ext"]\n\tallow = always\n'
    )


def test_nothing_planted_in_the_repository_runs_and_files_come_as_they_were_committed(
    repository: ForeignRepository, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    _arm(repository, marker)
    with git.opened_history(repository.folder, tmp_path) as history:
        (point,) = history.points(history.tip())
        (change,) = point.changes
        assert history.read(change.blob) == b"# Aims\n\nOne.\n"
        assert history.file_at(point.commit, "aims.md") == b"# Aims\n\nOne.\n"
        assert history.writers(point, "aims.md")[0].written.name == "Zoë Author"
    assert not marker.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["theirs"]


def test_names_authors_and_summaries_arrive_in_any_encoding(repository: ForeignRepository, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \n-rf.md")
    repository.write(name, "# Café\n")
    repository.git("config", "i18n.commitEncoding", "iso-8859-1")
    message = tmp_path / "message"
    message.write_bytes("Über die Gläser\n\nMore.".encode("latin-1"))
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--file", str(message), day="2020-02-02")
    with git.opened_history(repository.folder, tmp_path) as history:
        point = history.points(history.tip())[-1]
        assert [change.path for change in point.changes] == [name]
        commit = history.commit(point.commit)
        assert commit.summary == "Über die Gläser"
        assert f"{commit.written.at:%F %H:%M}" == "2020-02-02 08:00"
        assert history.writers(point, name) == [commit]
        assert history.file_at(point.commit, name) == "# Café\n".encode()
        assert history.file_at(point.commit, "../aims.md") == history.file_at(point.commit, "aims.md/x") == b""


def test_commits_with_impossible_people_and_times_are_read(repository: ForeignRepository, tmp_path: Path) -> None:
    tree = repository.git("rev-parse", "HEAD^{tree}")
    for line in (b"A <a> 99999999999999999 +0000", b"A <a> -5 +0000", b"no address at all", b"<> 0 +0000"):
        text = b"tree %s\nauthor %s\ncommitter %s\nencoding x-none\n\n\xff\xfe\n" % (tree.encode(), line, line)
        made = subprocess.run(
            ["git", "hash-object", "-t", "commit", "--literally", "-w", "--stdin"],
            input=text, cwd=repository.folder, check=True, capture_output=True,
        ).stdout.decode().strip()  # fmt: skip
        repository.git("update-ref", "refs/heads/odd", made)
        with git.opened_history(repository.folder, tmp_path) as history:
            commit = history.commit(history.tip("odd"))
            assert commit.written.at.year == 1970
            assert commit.summary


def test_a_bundle_and_a_bare_clone_are_read_like_the_repository(
    repository: ForeignRepository, tmp_path: Path
) -> None:  # fmt: skip
    bundle, bare = tmp_path / "all.bundle", tmp_path / "bare.git"
    repository.git("bundle", "create", "--quiet", str(bundle), "--all")
    repository.git("clone", "--quiet", "--bare", ".", str(bare))
    for source in (bundle, bare):
        with git.opened_history(source, tmp_path) as history:
            assert [point.commit for point in history.points(history.tip())] == [repository.git("rev-parse", "HEAD")]


def test_what_has_no_branch_to_adopt_says_so(repository: ForeignRepository, tmp_path: Path) -> None:
    refusal = pytest.raises(InvalidInputError, match="no branch “trunk”; it has main")
    with git.opened_history(repository.folder, tmp_path) as history, refusal:
        history.tip("trunk")
    empty = ForeignRepository(tmp_path / "empty")
    with git.opened_history(empty.folder, tmp_path) as history, pytest.raises(InvalidInputError, match="no commit"):
        history.tip()
    (tmp_path / "no.bundle").write_bytes(b"rubbish")
    for wrong in (tmp_path / "no.bundle", tmp_path):
        with pytest.raises(DocctlError, match="cannot be read"), git.opened_history(wrong, tmp_path):
            pytest.fail("what is no repository was opened")


def test_a_renamed_file_is_one_change_and_a_merge_names_those_who_wrote(
    repository: ForeignRepository, tmp_path: Path
) -> None:
    repository.git("checkout", "--quiet", "-b", "side")
    repository.git("mv", "aims.md", "goals.md")
    repository.commit("Rename", "2019-02-01", "Dora <d@x>")
    repository.write("goals.md", "# Aims\n\nTwo.\n")
    repository.commit("Two", "2019-02-02", "Emil <e@x>")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", "side", day="2019-03-01")
    with git.opened_history(repository.folder, tmp_path) as history:
        merge = history.points(history.tip())[-1]
        (change,) = merge.changes
        assert (change.kind, change.before, change.path) == ("R", "aims.md", "goals.md")
        assert [each.written.name for each in history.writers(merge, "goals.md")] == ["Dora", "Emil"]
