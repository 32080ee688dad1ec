"""Who is let in where: a row for each page, a word for each kind of document, a letter for each of COLUMNS.

y let in (shown, done, or refused for what was sent), s asked to sign in, n told that the roles do not allow it,
- told that there is nothing, in the same words as for a document that does not exist.

The people of the columns came after the documents were written, so they hold their role and nothing else; the writer
wrote all of them, and the one asked is the reviewer whom they asked to sign. Whoever only reads sees what was issued:
never a draft, a remark, or a preview of the document that came of them.
"""

COLUMNS = (
    "anonymous", "disabled", "reader", "author", "reviewer", "approver", "controller", "auditor", "administrator",
    "writer", "asked",
)  # fmt: skip
LET_IN = dict.fromkeys((200, 302, 303, 400, 409, 415, 422), "y")
REFUSED = {401: "s", 403: "n", 404: "-", 429: "s"}
DOCUMENTS = {
    "in force": ("POL-001", 2),
    "superseded": ("POL-001", 1),
    "draft": ("POL-002", 1),
    "in review": ("POL-003", 1),
    "restricted": ("POL-004", 1),
    "restricted draft": ("POL-005", 1),
}
OPEN = frozenset(
    {
        "copies.show",
        "signing_in.sign_in",
        "signing_in.sign_in_with_password",
        "signing_in.ask_code",
        "signing_in.give_code",
        "signing_in.choose_password",
        "signing_in.set_password",
        "signing_in.sign_out",
        "signing_in.time_left",
        "recovering_access.ask",
        "recovering_access.ask_for_link",
        "static",
        "healthz",
        "metrics.show",
        "readyz",
    }
)
# What everybody does with their own account, auditors too, and with nothing else.
OWN_ACCOUNT = frozenset(
    {
        "own_account.end_session",
        "own_account.end_others",
        "signing_in.stay",
        "second_factor.begin",
        "second_factor.confirm",
        "second_factor.remove",
        "second_factor.renew_codes",
    }
)
PAGES = """
administering.add_person            ssnnnnnnynn
routes.add                          ssnnnnynnnn
administering.change_organisation   ssnnnnynnnn
administering.change_person         ssnnnnnnynn
administering.give_link             ssnnnnnnynn
administering.new_person            ssnnnnnnynn
routes.new                          ssnnnnynnnn
administering.organisation_page     ssnnnnynnnn
administering.overview              ssnnnnynynn
administering.people                ssnnnnnnynn
administering.person_page           ssnnnnnnynn
routes.show                         ssnnnnynnnn
routes.overview                     ssnnnnynnnn
administering.set_disabled          ssnnnnnnynn
routes.change                       ssnnnnynnnn
types.change                        ssnnnnynnnn
types.rename                        ssnnnnynnnn
types.retire                        ssnnnnynnnn
routes.rename                       ssnnnnynnnn
routes.retire                       ssnnnnynnnn
types.show                          ssnnnnynnnn
types.overview                      ssnnnnynnnn
personnel.add                       ssnnnnnnynn
personnel.change                    ssnnnnnnynn
personnel.dispose                   ssnnnnnnynn
personnel.end                       ssnnnnnnynn
personnel.new                       ssnnnnnnynn
personnel.one                       ssnnnnnnynn
personnel.show                      ssnnnnnnynn
personnel.take_away                 ssnnnnnnynn
personnel.take_back_end             ssnnnnnnynn
units.add                           ssnnnnynynn
units.merge                         ssnnnnynynn
units.name_head                     ssnnnnynynn
units.one                           ssnnnnynynn
units.rename                        ssnnnnynynn
units.retire                        ssnnnnynynn
units.show                          ssnnnnynynn
units.split                         ssnnnnynynn
units.take_people_away              ssnnnnynynn
units.take_away                     ssnnnnynynn
audit_log.show                      ssnnnnyyynn
audit_log.take_away                 ssnnnnyyynn
auditing.access                     ssnnnnynynn
auditing.new                        ssnnnnynynn
auditing.engage                     ssnnnnynynn
auditing.show                       ssnnnnynynn
auditing.take_away                  ssnnnnynynn
auditing.change                     ssnnnnynynn
auditing.end                        ssnnnnynynn
auditing.save                       ssnnnnynynn
clause_coverage.clause              ssyyyyyyyyy
clause_coverage.standard            ssyyyyyyyyy
clause_coverage.standards           ssyyyyyyyyy
clause_coverage.take_away           ssyyyyyyyyy
clause_coverage.take_away_standards ssyyyyyyyyy
delegating.absence_of               ssnnnnnnynn
delegating.everybody                ssnnnnyyynn
delegating.my_absence               ssyyyyyyyyy
delegating.take_away                ssnnnnyyynn
delegating.name_delegate            ssyyyyyyyyy
delegating.name_delegate_of         ssnnnnnnynn
delegating.revoke                   ss---------
drafting.create                     ssn-nn-nn-n
drafting.drafts                     ssnynnynnyn
drafting.new_document               ssnynnynnyn
finding_people.find                 ssnynnynnyn
healthz                             yyyyyyyyyyy
adopting.add_file                   ssnnnnynnnn
adopting.adopt                      ssnnnn-nnnn
adopting.begin                      ssnnnnynnnn
adopting.look                       ssnnnn-nnnn
adopting.report_file                ssnnnn-nnnn
adopting.show                       ssnnnn-nnnn
adopting.start                      ssnnnnynnnn
importing.add_file                  ssnnnnynnnn
importing.begin                     ssnnnnynnnn
importing.carry_out                 ssnnnn-nnnn
importing.confirm                   ssnnnn-nnnn
importing.report                    ssnnnn-nnnn
importing.report_file               ssnnnn-nnnn
importing.start                     ssnnnnynnnn
metrics.show                        -----------
manual.chapter                      ssyyyyyyyyy
manual.overview                     ssyyyyyyyyy
master_list.show                    ssyyyyyyyyy
master_list.take_away               ssyyyyyyyyy
own_account.end_others              ssyyyyyyyyy
own_account.end_session             ssyyyyyyyyy
own_account.end_sessions_of         ssnnnnnnynn
own_account.show                    ssyyyyyyyyy
people_records.dispose              ssnnnnnn-nn
people_records.dispose_of_record    ssnnnnynnnn
people_records.keep                 ssnnnnnnynn
people_records.record               ssnnnnynnnn
people_records.show                 ssnnnnnnynn
people_records.take_away            ssnnnnnnynn
portal.home                         ssyyyyyyyyy
readyz                              yyyyyyyyyyy
losses.accept                       ssnnnnynynn
losses.show                         ssnnnnynynn
losses.take_away                    ssnnnnyyynn
operations.confirm_clock            ssnnnnnnynn
operations.send_again               ssnnnnnnynn
operations.show                     ssnnnnnnynn
recovering_access.ask               yyyyyyyyyyy
recovering_access.ask_for_link      yyyyyyyyyyy
reminder_rules.change               ssnnnnynnnn
reminder_rules.show                 ssnnnnynnnn
registers.overview                  ssnnnnyyynn
retaining.rule                      ssnnnnynnnn
retaining.set_rule                  ssnnnnynnnn
retention_schedule.show             ssnnnnyynnn
retention_schedule.take_away        ssnnnnyynnn
search.find                         ssyyyyyyyyy
search.titles                       ssyyyyyyyyy
second_factor.ask_of_roles          ssnnnnnnynn
second_factor.begin                 ssyyyyyyyyy
second_factor.confirm               ssyyyyyyyyy
second_factor.remove                ssyyyyyyyyy
second_factor.renew_codes           ssyyyyyyyyy
second_factor.show                  ssyyyyyyyyy
second_factor.take_away             ssnnnnnnynn
signing_in.ask_code                 sssssssssss
signing_in.choose_password          yyyyyyyyyyy
signing_in.give_code                sssssssssss
signing_in.set_password             yyyyyyyyyyy
signing_in.sign_in                  yyyyyyyyyyy
signing_in.sign_in_with_password    sssssssssss
signing_in.sign_out                 yyyyyyyyyyy
signing_in.stay                     ssyyyyyyyyy
signing_in.time_left                yyyyyyyyyyy
static                              yyyyyyyyyyy
witnessing.dismiss                  ssnnnnnnynn
witnessing.proof                    ssnnnnyy-nn
witnessing.record_break             ssnnnnnnynn
witnessing.register                 ssnnnnnnynn
witnessing.show                     ssnnnnyyynn
witnessing.take_away                ssnnnnyyynn
word_templates.reissue              ssnnnnynnnn
word_templates.sample               ssnnnnynnnn
word_templates.show                 ssnnnnynnnn
word_templates.upload               ssnnnnynnnn
word_templates.use                  ssnnnn-nnnn
work_in_progress.remind             ssnnnnynnnn
work_in_progress.show               ssnnnnynnnn
work_in_progress.take_away          ssnnnnynnnn
work_queue.my_tasks                 ssyyyyyyyyy
"""
PAGES_OF_DOCUMENTS = """
                            in force    superseded  draft       in review   restricted  its draft
approving.approve           ss----yn-yy ss----yn-yy ss-y--yn-y- ss----yn-ny ss----yn-yy ss----yn-y-
approving.ask_to_approve    ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
comparison.show             ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
comparison.word             ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
comparison.pdf              ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
copies.show                 yyyyyyyyyyy yyyyyyyyyyy yyyyyyyyyyy yyyyyyyyyyy ss----yy-yy ss----yy-y-
describing.clauses          ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
describing.metadata         ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
describing.save_clauses     ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
describing.save_metadata    ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
disposing.authorise         ssnnnnynnnn .           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
disposing.decline           ssnnnnynnnn .           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
disposing.propose           ssnnnnynnnn .           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
disposing.show              ssnnnnyynnn .           ssnnnnyynnn ssnnnnyynnn ssnnnnyynnn ssnnnnyynnn
documents.picture           ssyyyyyyyyy ssyyyyyyyyy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
documents.show              ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
documents.show_revision     ssyyyyyyyyy ssyyyyyyyyy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
drafting.add_picture        ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
drafting.ask_to_discard     ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
drafting.ask_to_revise      ssnynnynnyn .           ssn-nn-nn-n ssn-nn-nn-n ssn-nnynnyn ssn-nn-nn-n
drafting.asset              ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
drafting.discard            ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
drafting.open_revision      ssnynnynnyn .           ssn-nn-nn-n ssn-nn-nn-n ssn-nnynnyn ssn-nn-nn-n
drafting.save               ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
drafting.write              ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
issuing.files               ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
issuing.issue_again         ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
issuing.let_stand           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
issuing.send_back           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
issued_files.pdf            ssyyyyyyyyy ssyyyyyyyyy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
issued_files.word           ssyyyyyyyyy ssyyyyyyyyy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
previewing.preview          ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
previewing.preview_file     ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
publishing.publish          ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
publishing.show             ssyyyyyyyyy ssyyyyyyyyy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
retaining.holds             ssnnnnynnnn .           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
retaining.lift_hold         ssnnnn-nnnn .           ssnnnn-nnnn ssnnnn-nnnn ssnnnn-nnnn ssnnnn-nnnn
retaining.place_hold        ssnnnnynnnn .           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
reassigning.ask             ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
reassigning.reassign        ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
reviewing.ask_for_changes   ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
reviewing.ask_to_recall     ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
reviewing.ask_to_review     ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
reviewing.ask_to_submit     ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
reviewing.close_comment     ss-----n--- ss-----n--- ss-----n--- ss----yn-yy ss-----n--- ss-----n---
reviewing.comment           ss----yn-yy ss----yn-yy ss-y--yn-y- ss----yn-yy ss----yn-yy ss----yn-y-
reviewing.read              ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
reviewing.recall            ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
reviewing.request_changes   ss----yn-yy ss----yn-yy ss-y--yn-y- ss----yn-yy ss----yn-yy ss----yn-y-
reviewing.review            ss----yn-yy ss----yn-yy ss-y--yn-y- ss----yn-ny ss----yn-yy ss----yn-y-
reviewing.settle            ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
reviewing.submit            ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
revision_history.evidence   ssnnnnyynnn .           ssnnnnyynnn ssnnnnyynnn ssnnnnyynnn ssnnnnyynnn
revision_history.show       ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
revision_history.take_away  ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
saved_drafts.asset          ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
saved_drafts.kept           ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
saved_drafts.read           ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
saved_drafts.restore        ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
saved_drafts.saved          ss----yy-yy ss----yy-yy ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
withdrawing.ask_to_withdraw ssnnnnynnnn .           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
withdrawing.withdraw        ssnnnnynnnn .           ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn ssnnnnynnnn
section_origins.show        ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
section_origins.take_away   ssyyyyyyyyy .           ss-y--yy-y- ss----yy-yy ss----yy-yy ss----yy-y-
writing_in_word.file        ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
writing_in_word.give_back   ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
writing_in_word.save        ssn-nn-nn-n ssn-nn-nn-n ssn-nn-nn-n ssn-nn-nn-n ssn-nn-nn-n ssn-nn-nn-n
writing_in_word.take        ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
writing_in_word.upload      ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
writing_in_word.word        ssn-nnynnyn ssn-nnynnyn ssnynnynnyn ssn-nnynnyn ssn-nnynnyn ssn-nnynnyn
"""


def expectations() -> dict[str, dict[str, str]]:
    """The tables: for each page and kind of document, the letters of the columns."""
    pages = (line.split() for line in PAGES.strip().splitlines())
    expected = {endpoint: {"any": letters} for endpoint, letters in pages}
    for line in PAGES_OF_DOCUMENTS.strip().splitlines()[1:]:
        endpoint, *cells = line.split()
        expected[endpoint] = {kind: cell for kind, cell in zip(DOCUMENTS, cells, strict=True) if cell != "."}
    return expected
