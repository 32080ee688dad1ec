"""What pages can, commands can: each action of a page has its command, or a reason why it has none."""

import click
import pytest
from flask import Flask

from docctl.cli import main
from tests.web.conftest import app

__all__ = ["app"]
OWN_SECRET = "it takes the person's own password, code or link, which is typed at a browser"
OWN_SESSION = "it is about the browser that asks"
SIGNING = "a signature takes the signer's own password"
AUTHORS = "authors write, describe and submit in the browser, in their own name"
REVIEWERS = "reviewers remark on what they read in the browser, in their own name"
BY_COMMANDS = {
    "administering.add_person": "add-user",
    "routes.add": "set-route",
    "administering.change_organisation": "set-organisation",
    "administering.change_person": "change-user",
    "administering.give_link": "link",
    "administering.set_disabled": "disable",
    "routes.change": "set-route",
    "routes.rename": "route rename",
    "routes.retire": "route retire",
    "types.change": "set-type",
    "types.rename": "type rename",
    "types.retire": "type retire",
    "adopting.add_file": "adopt",
    "adopting.adopt": "adopt",
    "adopting.begin": "adopt",
    "adopting.look": "adopt",
    "auditing.end": "end-engagement",
    "auditing.engage": "engage",
    "auditing.save": "change-engagement",
    "delegating.name_delegate_of": "name-delegate",
    "delegating.name_delegate": "name-delegate",
    "delegating.revoke": "revoke-delegation",
    "disposing.decline": "decline-disposal",
    "disposing.propose": "propose-disposal",
    "importing.add_file": "import",
    "importing.begin": "import",
    "importing.carry_out": "import",
    "issuing.issue_again": "issue",
    "issuing.let_stand": "let-stand",
    "issuing.send_back": "send-back",
    "losses.accept": "accept-loss",
    "operations.confirm_clock": "confirm-clock",
    "operations.send_again": "mail again",
    "own_account.end_sessions_of": "end-sessions",
    "people_records.dispose": "dispose-records",
    "people_records.dispose_of_record": "dispose-record",
    "people_records.keep": "keep-records",
    "personnel.add": "people add",
    "personnel.change": "people change",
    "personnel.dispose": "people dispose-records",
    "personnel.end": "people end",
    "personnel.take_back_end": "people take-back-end",
    "publishing.publish": "publish",
    "reassigning.reassign": "reassign",
    "reminder_rules.change": "set-reminders",
    "retaining.lift_hold": "lift-hold",
    "retaining.place_hold": "hold",
    "retaining.set_rule": "set-retention",
    "second_factor.ask_of_roles": "ask-second-factor",
    "second_factor.take_away": "lost-device",
    "units.add": "units add",
    "units.merge": "units merge",
    "units.name_head": "units head",
    "units.rename": "units rename",
    "units.retire": "units retire",
    "units.split": "units split",
    "withdrawing.withdraw": "withdraw",
    "work_in_progress.remind": "remind",
    "witnessing.dismiss": "dismiss-witness",
    "witnessing.record_break": "record-break",
    "witnessing.register": "register-witness",
    "word_templates.reissue": "template reissue",
    "word_templates.upload": "template adopt",
    "word_templates.use": "template use",
}
BY_PAGES_ALONE = {
    "approving.approve": SIGNING,
    "describing.save_clauses": AUTHORS,
    "describing.save_metadata": AUTHORS,
    "disposing.authorise": SIGNING,
    "drafting.add_picture": AUTHORS,
    "drafting.create": AUTHORS,
    "drafting.discard": AUTHORS,
    "drafting.open_revision": AUTHORS,
    "drafting.save": AUTHORS,
    "own_account.end_others": OWN_SESSION,
    "own_account.end_session": OWN_SESSION,
    "recovering_access.ask_for_link": OWN_SECRET,
    "reviewing.close_comment": REVIEWERS,
    "reviewing.comment": REVIEWERS,
    "reviewing.recall": AUTHORS,
    "reviewing.request_changes": REVIEWERS,
    "reviewing.review": SIGNING,
    "reviewing.settle": AUTHORS,
    "reviewing.submit": AUTHORS,
    "saved_drafts.restore": AUTHORS,
    "second_factor.begin": OWN_SECRET,
    "second_factor.confirm": OWN_SECRET,
    "second_factor.remove": OWN_SECRET,
    "second_factor.renew_codes": OWN_SECRET,
    "signing_in.give_code": OWN_SECRET,
    "signing_in.set_password": OWN_SECRET,
    "signing_in.sign_in_with_password": OWN_SECRET,
    "signing_in.sign_out": OWN_SESSION,
    "signing_in.stay": OWN_SESSION,
    "writing_in_word.give_back": AUTHORS,
    "writing_in_word.save": AUTHORS,
    "writing_in_word.take": AUTHORS,
    "writing_in_word.upload": AUTHORS,
}


def test_every_action_of_a_page_has_a_command_or_a_reason_for_none(app: Flask) -> None:
    actions = {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods and "POST" in rule.methods}
    assert len(actions) > 60
    assert sorted(actions) == sorted([*BY_COMMANDS, *BY_PAGES_ALONE])


@pytest.mark.parametrize("name", sorted(set(BY_COMMANDS.values())))
def test_the_command_of_an_action_is_there(name: str) -> None:
    found: click.Command = main
    for word in name.split():
        assert isinstance(found, click.Group)
        found = found.commands[word]
    assert found.help
