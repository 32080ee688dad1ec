"""Documents on an older template: shown in the master list, issued again on request, with the earlier issue kept."""

import pytest
from click.testing import CliRunner

from docctl.actions.issued_files.exporting import WORD, issued_file
from docctl.actions.issued_files.rebuilding_issues import rebuild_issues
from docctl.actions.issued_files.reissuing import reissue_all
from docctl.actions.issued_files.templating import use_template
from docctl.cli import main
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotPermittedError
from docctl.domain.issued_files.rendition import Verdict
from docctl.followers.catching_up import catch_up
from docctl.registers.documents.master_list import MasterListFilters, master_list
from docctl.registers.integrity.verifying import verify
from tests.actions.issued_files.test_templating import POLICY, changed, footers, put_in_force
from tests.factories.held_up import in_hiding
from tests.factories.library import TEXT, Office


@pytest.fixture
def older(office: Office) -> Office:
    """A library whose two policies were issued before their type got another template."""
    for number in ("POL-001", "POL-002"):
        office.publish(number, f"Policy {number}")
    catch_up(office.control)
    put_in_force(office, changed("red"))
    use_template(office.control, office.people["carla"], "policy", "TPL-001")
    return office


def _listed(office: Office, login: str) -> list[str]:
    with office.control.reading() as session:
        found = master_list(office.control, session, office.person(login), MasterListFilters(older_template=True))
        return [row.number for row in found.rows if row.older_template]


def test_a_changed_template_reissues_nothing_and_the_master_list_shows_what_stands_on_the_one_before(
    older: Office,
) -> None:
    catch_up(older.control)
    first = older.revision(1)
    assert "Printed in red" not in footers(issued_file(older.control, first.id, None, WORD)[1])
    assert _listed(older, "carla") == ["POL-001", "POL-002"]
    assert _listed(older, "eve") == []
    with pytest.raises(NotPermittedError):
        list(reissue_all(older.control, older.people["alice"]))


def test_documents_are_issued_again_with_their_earlier_issue_kept_and_everything_verifies(older: Office) -> None:
    control = older.control
    seen: list[tuple[int, int]] = []
    done = list(reissue_all(control, older.people["carla"], progress=lambda *at: seen.append(at)))
    assert [(each.name, each.refusal) for each in done] == [("POL-001 revision 1", ""), ("POL-002 revision 1", "")]
    assert seen == [(1, 2), (2, 2)]
    catch_up(control)
    assert _listed(older, "carla") == []
    with control.reading() as session:
        revision = session.get_one(Revision, 1)
        tags = revision.issue_tags
    assert list(tags) == ["refs/tags/POL-001/1", "refs/tags/POL-001/1.2"]
    assert control.library.resolve(tags) == tags
    assert "Printed in red" in footers(issued_file(control, 1, None, WORD)[1])
    report = verify(control)
    assert report.exit_code == 0, report.findings
    assert {each.verdict for each in rebuild_issues(control)} == {Verdict.SAME}
    assert list(reissue_all(control, older.people["carla"])) == []


@pytest.mark.only_sqlite
def test_the_command_issues_again_what_is_left(older: Office) -> None:
    command = ["--data", str(older.control.data), "template", "reissue"]
    for said in ("2 issued again, 0 refused.", "0 issued again, 0 refused."):
        assert said in CliRunner().invoke(main, command).output


def test_a_template_in_which_the_files_would_say_something_else_leaves_the_earlier_issue(office: Office) -> None:
    made = office.publish(text=f"{TEXT}\nThe gate is open.[^1]\n\n[^1]: On weekdays.\n")
    catch_up(office.control)
    before = office.revision(made)
    put_in_force(office, in_hiding(POLICY, "footnote reference"))
    use_template(office.control, office.people["carla"], "policy", "TPL-001")
    (done,) = reissue_all(office.control, office.people["carla"])
    assert "do not say what its page says" in done.refusal
    assert done.refusal.endswith("The earlier issue stays.")
    after = office.revision(made)
    assert (after.issued_commit, after.issued_files) == (before.issued_commit, before.issued_files)
    catch_up(office.control)
    assert verify(office.control).exit_code == 0
