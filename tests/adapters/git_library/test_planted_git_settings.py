"""Settings and hooks that somebody planted in the library's repository run nothing, whatever docctl does with it."""

import subprocess
from pathlib import Path

import pytest

from docctl import tools
from docctl.adapters import git_library as git
from docctl.domain.errors import DocctlError, MirrorError
from docctl.followers.catching_up import catch_up
from docctl.followers.checkpoints import Witnesses, follow
from docctl.recovery.backing_up import back_up
from docctl.registers.integrity.verifying import verify
from docctl.registers.operations.operations import KNOWN_GIT_SETTINGS
from tests.factories.library import Office

HOOKS = (
    "pre-push", "post-checkout", "reference-transaction", "pre-auto-gc", "post-rewrite", "pre-commit", "update",
    "pre-receive", "post-receive", "post-update", "fsmonitor-watchman", "post-index-change",
)  # fmt: skip


@pytest.fixture
def ran(office: Office, tmp_path: Path) -> Path:
    """The file that anything planted would leave; every setting of Git that names a program names one."""
    left, program, repository = tmp_path / "ran", tmp_path / "planted", office.control.library.folder
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {left}\n')
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    for folder in (hooks, repository / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            (folder / hook).unlink(missing_ok=True)
            (folder / hook).symlink_to(program)
    (repository / "info").mkdir(exist_ok=True)
    (repository / "info" / "attributes").write_text("* filter=planted diff=planted merge=planted\n")
    mirror = tmp_path / "mirror.git"
    for name, value in {
        "core.hooksPath": hooks,
        "core.alternateRefsCommand": program,
        "core.askPass": program,
        "core.editor": program,
        "core.fsmonitor": program,
        "core.gitProxy": program,
        "core.pager": program,
        "core.sshCommand": program,
        "credential.helper": program,
        "diff.external": program,
        "diff.planted.textconv": program,
        "filter.planted.clean": program,
        "filter.planted.process": program,
        "filter.planted.smudge": program,
        "gpg.program": program,
        "gpg.ssh.program": program,
        "merge.planted.driver": program,
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "push.gpgSign": "if-asked",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{program} %S",
        "remote.source.uploadpack": program,
        f"remote.{mirror}.receivepack": program,
        f"remote.{mirror}.uploadpack": program,
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
        **{f"alias.{word}": f"!{program}" for word in ("cat-file", "update-ref", "push", "bundle", "fetch")},
    }.items():
        subprocess.run(["git", "config", "--file", repository / "config", name, str(value)], check=True)
    return left


def test_nothing_planted_in_the_repository_runs(office: Office, ran: Path, tmp_path: Path) -> None:
    control = office.control
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "mirror.git"], check=True)
    office.publish()
    office.revise("POL-001", "# Purpose\n\nAnother text.\n")
    catch_up(control)
    follow(control, Witnesses(mirror=str(tmp_path / "mirror.git")))
    assert git.refs_of(control.library, tmp_path / "mirror.git")
    back_up(control, tmp_path / "backup")
    verify(control)
    git.fetch_what_is_there(control.library, tmp_path / "mirror.git", ["refs/heads/ledger:refs/fetched/ledger"])
    assert not ran.exists(), ran.read_text()


def test_stock_git_without_that_care_runs_what_is_planted(office: Office, ran: Path) -> None:
    catch_up(office.control)
    assert not ran.exists(), ran.read_text()
    subprocess.run(
        ["git", "-C", office.control.library.folder, "update-ref", "refs/x", "refs/heads/ledger"], check=True
    )
    assert ran.exists()


def test_an_object_that_is_missing_is_asked_for_nowhere(office: Office, ran: Path) -> None:
    with pytest.raises(DocctlError):
        office.control.library.read("1" * 40)
    assert git.missing(office.control.library, ["1" * 40]) == {"1" * 40}
    assert not ran.exists(), ran.read_text()


def test_a_mirror_renamed_to_a_command_by_the_repository_is_not_run(office: Office, ran: Path, tmp_path: Path) -> None:
    config = office.control.library.folder / "config"
    address = str(tmp_path / "elsewhere.git")
    for name in ("insteadOf", "pushInsteadOf"):
        renamed = f"url.ext::{tmp_path / 'planted'} .{name}"
        subprocess.run(["git", "config", "--file", config, renamed, address], check=True)
    with pytest.raises(MirrorError, match="not allowed"):
        git.push(office.control.library.folder, address)
    assert not ran.exists(), ran.read_text()


def test_doctor_names_what_is_planted(office: Office, ran: Path) -> None:
    settings = set(tools.host.git_settings(office.control.library.folder))
    assert {"core.sshcommand", "protocol.ext.allow", "filter.planted.clean"} <= settings - KNOWN_GIT_SETTINGS
    assert not ran.exists()
