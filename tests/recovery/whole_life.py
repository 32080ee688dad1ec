"""A library in which everything happened at least once that rebuilding has to bring back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from docctl.actions.approval import delegating, reviewing
from docctl.actions.documents import drafting, withdrawing
from docctl.actions.duties import reminding, ruling_reminders
from docctl.actions.duties.reminding_by_rule import remind_due
from docctl.actions.intake import adopting_past, importing, sources_of_a_past
from docctl.actions.intake.importing import Adoption, ReadFile
from docctl.actions.intake.recording_past import Terms
from docctl.actions.issued_files import issuing, publishing, reissuing, templating
from docctl.actions.people import keeping_people, leaving, organising
from docctl.actions.retention import disposing, retaining
from docctl.actions.rights import auditing, laying_routes
from docctl.actions.settings import administering, retiring, setting_types
from docctl.actions.sign_in import identifying_signer, setting_up_factor
from docctl.actions.trail import rotating_keys, witnessing
from docctl.domain.approval.approval_route import APPROVE, REVIEW, ApprovalRoute, RouteStep
from docctl.domain.documents.document_metadata import CitedClause, Classification, DocumentMetadata
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import HeadRefusedError, StaleDraftError
from docctl.domain.notices.letter import MailServer
from docctl.domain.people.duty import Duty
from docctl.domain.people.person import PersonalData
from docctl.domain.people.reminder_rules import ReminderRules
from docctl.domain.people.unit import UnitKind
from docctl.domain.people.user import User
from docctl.domain.people.working_calendar import WorkingCalendar
from docctl.domain.retention.retention import DISPOSE, KEEP, LegalHold, Rule
from docctl.domain.rights.audit_engagement import AuditEngagement
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Event
from docctl.followers.catching_up import catch_up
from docctl.witness.folder import WitnessFolder
from tests.checks.faults import crew
from tests.factories.held_up import SHAPELESS, broken_template, let_all_stand
from tests.factories.library import PASSWORD, TEXT, Clock, Office, choose_passwords
from tests.factories.witnesses import NAME, neighbour_of, served

CLAUSE = ("iso-9001-2015", "5.2")


def administer(office: Office) -> None:
    """The organisation, its people, types and routes change."""
    control, admin, carla = office.control, office.people["admin"], office.people["carla"]
    administering.change_organisation(
        control, carla, name="City of Weights", time_zone="UTC", standards=["iso-9001-2015"]
    )  # fmt: skip
    law = organising.add_unit(control, carla, "Legal")
    nia = administering.add_user(control, admin, login="nia", name="Nia", roles=["author"], email="nia@weights.example")
    administering.change_user(
        control, admin, nia, name="Nia New", email="new@weights.example", department="Legal", roles=["reviewer"]
    )
    organising.rename_unit(control, admin, law, "Law and Contracts")
    rights = organising.add_unit(control, admin, "Rights")
    organising.merge_units(control, carla, law, rights, "One office for both")
    organising.split_unit(control, carla, rights, "Archive", "Two rooms", members=[nia])
    for head in (1, 2, None, 2):
        organising.name_head(control, carla, rights, head)
    organising.retire_unit(control, carla, organising.add_unit(control, carla, "Cellar"), "Never came to be")
    sites = [organising.add_unit(control, carla, name, UnitKind.SITE) for name in ("Legal", "Depot")]
    organising.rename_unit(control, carla, sites[0], "Town Hall")
    organising.merge_units(control, carla, *sites, "One place for all")
    keep_people(office)
    setting_up_factor.ask_of_roles(control, admin, ["administrator", "controller"])
    administering.set_disabled(control, admin, nia, True)
    administering.set_disabled(control, admin, nia, False)
    administering.set_disabled(control, admin, office.people["audra"], True)
    steps = (
        RouteStep(REVIEW, "I have read this.", people=(office.people["rob"],)),
        RouteStep(APPROVE, "I approve this.", roles=("approver",)),
    )
    laying_routes.set_route(control, carla, "Two pairs of eyes", steps)
    laying_routes.set_route(control, carla, "Two pairs of eyes", steps[::-1])
    for months in (6, 18):
        settings = setting_types.TypeSettings(
            "notice", "NOT-###", "policy.docx", "Two pairs of eyes", months, is_default=True
        )
        setting_types.set_type(control, carla, settings)
    rename_and_retire(office, steps)


def keep_people(office: Office) -> None:
    """People without an account are added, changed and ended; one gets an account, another stays after all."""
    control, admin = office.control, office.people["admin"]
    with control.reading() as session:
        today = control.today(session)
    hans = keeping_people.add_person(
        control, admin, PersonalData("Hans", "4711", "hans@weights.example", "de", started_on=today)
    )
    grete = keeping_people.add_person(control, admin, PersonalData("Grete", supervisor=hans))
    keeping_people.change_person(
        control, admin, grete, PersonalData("Grete New", "4712", "g@weights.example", "en", hans)
    )
    for number in (hans, grete):
        keeping_people.end_person(control, admin, number, today, "Retires")
    keeping_people.take_back_end(control, admin, grete, "Stays after all")
    administering.add_user(control, admin, login="grete", name="Grete", roles=[], person=f"person:{grete}")


def rename_and_retire(office: Office, steps: tuple[RouteStep, ...]) -> None:
    """Types and routes get other names and their old ones again; some are retired, and one is offered again."""
    control, carla = office.control, office.people["carla"]
    laying_routes.set_route(control, carla, "Spare", steps)
    with control.reading() as session:
        routes = {route.name: route.id for route in session.scalars(select(ApprovalRoute))}
    for name in ("announcement", "notice"):
        retiring.rename_type(control, carla, office.type_id("notice" if name != "notice" else "announcement"), name)
    former_name_of_another = setting_types.TypeSettings("announcement", "SPA-##", "policy.docx", "Approval only")
    setting_types.set_type(control, carla, former_name_of_another)
    for name in ("Four eyes", "Two pairs of eyes"):
        retiring.rename_route(control, carla, routes["Two pairs of eyes"], name)
    for retire in (retiring.retire_type, retiring.reinstate_type, retiring.retire_type):
        retire(control, carla, office.type_id("announcement"))
    for retire in (retiring.retire_route, retiring.reinstate_route, retiring.retire_route):
        retire(control, carla, routes["Spare"])


def write(office: Office) -> None:
    """Drafts are saved over each other, set aside, restored, taken to Word, given back, and given up."""
    control, alice = office.control, office.people["alice"]
    described = DocumentMetadata(
        title="Über Ziele",
        classification=Classification.RESTRICTED,
        departments=("Quality",),
        people=(office.people["eve"],),
        keywords=("aims",),
        clauses=(CitedClause(*CLAUSE, "Purpose"),),
    )
    revision_id = office.write("POL-101", text=f"{TEXT}See POL-102 and SOP-09.\n", clauses=[CLAUSE])
    shown = office.revision(revision_id).fingerprint
    office.save(revision_id, f"{TEXT}![](assets/a.png)", metadata=described)
    with pytest.raises(StaleDraftError):
        drafting.save_draft(
            control, revision_id, office.people["carla"], reason="Mine", based_on=shown, text=WrittenText("Other")
        )
    drafting.restore_draft(control, revision_id, alice, 1)
    drafting.take_for_editing(control, revision_id, alice)
    given_up = office.write("POL-102", author="carla")
    drafting.take_for_editing(control, given_up, office.people["carla"])
    drafting.give_back(control, given_up, office.people["carla"])
    drafting.discard(control, given_up, office.people["carla"], "Not needed")


def sign(office: Office) -> None:
    """A revision is remarked on, sent back, recalled, signed again, planned, and brought into force early."""
    control, rob = office.control, office.people["rob"]
    revision_id = office.write("POL-103", text=TEXT)
    office.submit(revision_id)
    for section in ("Purpose", "Scope"):
        reviewing.comment(control, revision_id, rob, f"Say more.\nAbout {section}.", section)
    remark = reviewed_comments(office, revision_id)[0]
    reviewing.close_comment(control, revision_id, rob, remark)
    shown = office.revision(revision_id).fingerprint
    reviewing.request_changes(control, revision_id, rob, "Unclear", shown=shown)
    office.submit(revision_id)
    reviewing.review(control, revision_id, rob, shown=shown, credentials=Credentials(PASSWORD), comment="Well put")
    reviewing.recall(control, revision_id, office.people["alice"], "A word is missing")
    office.save(revision_id, f"{TEXT}A word.\n")
    ahead = control.now().date() + timedelta(days=30)
    office.carry_through(revision_id, effective=ahead)
    publishing.publish_now(control, revision_id, office.people["carla"])
    office.carry_through(office.write("POL-104"), effective=ahead)
    asked = office.write("POL-105")
    office.submit(asked)
    remind(office, asked)


def remind(office: Office, revision_id: int) -> None:
    """Whoever is asked about a revision and has a mail address is reminded of it."""
    office.control.mail_server = MailServer("mail.weights.example", 25, "docs@weights.example")
    with office.control.reading() as session:
        duties = list(session.scalars(select(Duty.id).where(Duty.revision_id == revision_id)))
    assert reminding.remind(office.control, office.people["carla"], duties) == 1
    office.control.mail_server = None


def remind_by_rule(office: Office, clock: Clock) -> None:
    """What is overdue is told by rule to those who owe it, and to a document controller."""
    control, carla = office.control, office.people["carla"]
    with control.reading() as session:
        user = session.get_one(User, carla)
    administering.change_user(
        control, office.people["admin"], carla, name=user.name, email="carla@weights.example",
        department=user.department, roles=user.roles,
    )  # fmt: skip
    asked = office.write("POL-116")
    office.submit(asked, effective=clock.instant.date() + timedelta(days=2))
    ruling_reminders.rule_reminders(control, carla, ReminderRules(1, 2, 1, WorkingCalendar((1, 2, 3, 4, 5, 6, 7))))
    clock.forward(days=10)
    control.mail_server = MailServer("mail.weights.example", 25, "docs@weights.example")
    assert remind_due(control) >= 1
    control.mail_server = None


def reviewed_comments(office: Office, revision_id: int) -> list[int]:
    """Return the ids of the remarks on a revision."""
    with office.control.reading() as session:
        revision = session.get_one(drafting.Revision, revision_id)
        return [comment.id for comment in revision.comments]


def publish(office: Office) -> None:
    """Revisions come into force, are superseded, withdrawn, adopted and imported."""
    office.publish("POL-106", assets={"assets/a.png": b"no picture, but bytes"})
    office.revise("POL-106", f"{TEXT}More.\n")
    office.publish("POL-107")
    withdrawing.withdraw(office.control, office.document_id("POL-107"), office.people["carla"], "Gone")
    described = DocumentMetadata(title="Adopted", owner="Head of Quality")
    text = WrittenText(TEXT, losses=("A drawing was left out.",))
    read = ReadFile("POL-108.md", "POL-108", "Adopted", "policy", described, text, "From elsewhere", "0" * 64)
    importing.import_document(office.control, office.people["carla"], read, adoption=Adoption(evidence="minutes"))
    office.revise("POL-108", f"{TEXT}Anew.\n")


def adopt(office: Office) -> None:
    """A past comes in: a document with earlier revisions, and one that was withdrawn long ago."""
    folder = office.control.data.with_name("past")
    folder.mkdir()
    rows = ["number;title;revision;effective date;withdrawn;author;approved by;file"]
    for number, label, day, end, file in (
        ("POL-110", "A", "2019-03-04", "", "a.md"),
        ("POL-110", "B", "2020-03-04", "", "b.md"),
        ("POL-113", "7", "2018-01-02", "2021-06-30", "c.md"),
    ):
        (folder / file).write_text(f"{TEXT}Revision {label}.\n")
        rows.append(f"{number};Old aims;{label};{day};{end};Zoë Author;Old Chief;{file}")
    register = folder / "register.csv"
    register.write_bytes("\n".join(rows).encode("cp1252"))
    past = sources_of_a_past.of_register(office.control, register, folder)
    verdicts = adopting_past.adopt_past(office.control, office.people["carla"], past, Terms("binder 12"))
    assert [verdict.status for verdict in verdicts] == ["adopted", "adopted"]
    office.revise("POL-110", f"{TEXT}Anew.\n")


def rotate(office: Office) -> None:
    """The ledger gets another key."""
    rotating_keys.rotate_key(office.control, "Yearly change")


def dispose_of(office: Office, clock: Clock) -> None:
    """Documents are held, kept for their time, and one is disposed of for good."""
    control, admin, carla = office.control, office.people["admin"], office.people["carla"]
    dora = administering.add_user(control, admin, login="dora", name="Dora Second", roles=["controller"])
    choose_passwords(control, dora)
    identifying_signer.declare(control, dora)
    kind, rule = office.type_id("policy"), Rule(12, DISPOSE, "Archives Act, section 4")
    retaining.set_rule(control, carla, kind, Rule(0, KEEP, "Custom"), also_ended=True)
    for number in ("POL-301", "POL-302"):
        first = office.write(number, text=f"{SHAPELESS}See POL-106.\n", clauses=[CLAUSE])
        let_all_stand(office, first)
        office.carry_through(first)
        office.revise(number, f"{TEXT}Once more.\n")
        withdrawing.withdraw(control, office.document_id(number), carla, "Over")
    retaining.set_rule(control, carla, kind, rule, also_ended=True)
    office.revise("POL-106", f"{TEXT}Once more.\n")
    retaining.place_hold(control, office.document_id("POL-301"), carla, "Lawsuit", "Case 7")
    clock.forward(days=800)
    with control.reading() as session:
        hold = session.scalars(select(LegalHold.id)).one()
    retaining.lift_hold(control, hold, carla, "Settled")
    kept = disposing.propose_disposal(control, office.document_id("POL-301"), carla, "Its time is up")
    disposing.decline_disposal(control, kept, dora, "Still of use")
    gone = disposing.propose_disposal(control, office.document_id("POL-302"), carla, "Its time is up")
    disposing.authorise_disposal(control, gone, dora, credentials=Credentials(PASSWORD))


def audit(office: Office) -> None:
    """An audit engagement is changed, and another is opened and ended."""
    control, carla, audra = office.control, office.people["carla"], office.people["audra"]
    with control.reading() as session:
        today, engagement = control.today(session), session.scalars(select(AuditEngagement)).one()
    auditing.change_engagement(
        control, carla, engagement.id, purpose="Stage 2", scope=("everything",), begins_on=today,
        ends_on=today + timedelta(days=3650),
    )  # fmt: skip
    other = auditing.engage(
        control, carla, audra, purpose="Surveillance", scope=("everything",), begins_on=today,
        ends_on=today + timedelta(days=5),
    )  # fmt: skip
    auditing.end_engagement(control, carla, other, "The audit is finished")


def be_absent(office: Office) -> None:
    """Somebody signs in the place of an absent person, until the delegation is revoked."""
    control, ann = office.control, office.people["ann"]
    written = office.write("POL-109")
    office.submit(written)
    office.review(written)
    dan = administering.add_user(control, office.people["admin"], login="dan", name="Dan", roles=["approver"])
    choose_passwords(control, dan)
    identifying_signer.declare(control, dan)
    with control.reading() as session:
        today = control.today(session)
    delegation = delegating.name_delegate(
        control, ann, absent_id=ann, delegate_id=dan, from_day=today, until_day=today, reason="holiday"
    )
    office.people["dan"] = dan
    office.approve(written, "dan")
    delegating.revoke_delegation(control, ann, delegation)


def leave(office: Office) -> None:
    """Somebody leaves, and another person takes over what waits for them."""
    control, admin = office.control, office.people["admin"]
    waiting = office.write("POL-111")
    office.submit(waiting)
    pia = administering.add_user(
        control, admin, login="pia", name="Pia", roles=["approver", "author", "reviewer", "controller"]
    )
    leaving.reassign(
        control, waiting, office.people["carla"], instead_of_id=office.people["rob"], successor_id=pia, reason="Ill"
    )
    lea = administering.add_user(control, admin, login="lea", name="Lea", roles=["author"])
    office.people["lea"] = lea
    office.write("POL-112", author="lea")
    administering.set_disabled(control, admin, lea, True, successor_id=pia)


def change_templates(office: Office) -> None:
    """A template is put under control and to use, and what stood on the one before is issued again."""
    control, carla = office.control, office.people["carla"]
    office.publish("PLN-101", "A plan", type_name="plan")
    catch_up(control)
    data = (control.templates / "form.docx").read_bytes()
    checked = templating.check_template("form.docx", data)
    office.carry_through(templating.take_template(control, carla, "House style", checked))
    templating.use_template(control, carla, "plan", "TPL-001")
    assert not [each for each in reissuing.reissue_all(control, carla) if each.refusal]


def hold_up(office: Office) -> None:
    """A difference is let stand, an issue fails and is found sound again, and another one stays held up."""
    control, carla = office.control, office.people["carla"]
    ahead = control.now().date() + timedelta(days=30)
    standing = office.write("POL-114", text=SHAPELESS)
    let_all_stand(office, standing)
    for revision_id in (standing, office.write("POL-115")):
        office.carry_through(revision_id, effective=ahead)
        with broken_template(office):
            assert not issuing.issue_again(control, revision_id, carla).is_sound
    assert issuing.issue_again(control, standing, carla).is_sound


def be_witnessed(office: Office) -> None:
    """One witness does not know the library and refuses; another one co-signs, and is dismissed."""
    control, admin = office.control, office.people["admin"]
    stranger = WitnessFolder.create(control.data.parent / "stranger", "witness.elsewhere.example")
    with served(stranger) as address:
        number = witnessing.register_witness(control, admin, str(stranger.key), address)
        with pytest.raises(HeadRefusedError):
            witnessing.ask_witness(control, number)
    neighbour_of(office, control.data.parent / "witness").meet(office)
    witnessing.dismiss_witness(control, admin, NAME, "They close their office")


LIFE: tuple[Callable[[Office], None], ...] = (
    audit,
    administer,
    write,
    rotate,
    sign,
    publish,
    adopt,
    be_absent,
    leave,
    change_templates,
    hold_up,
    be_witnessed,
)


def live(office: Office, clock: Clock) -> set[str]:
    """Let everything happen, and the followers catch up; return every act that was recorded."""
    for moment in LIFE:
        moment(office)
    remind_by_rule(office, clock)
    crew.recover(office.control.data).control.engine.dispose()
    dispose_of(office, clock)
    crew.recover(office.control.data).control.engine.dispose()
    with office.control.reading() as session:
        return set(session.scalars(select(Event.act)))
