"""The tables of people: accounts, absences, engagements of auditors and what these looked at."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.described_fields import msgid
from docctl.domain.people.reader import Reader
from docctl.domain.people.unit import UnitKind
from docctl.domain.sign_in.second_factor import SecondFactor
from docctl.registers.approval.signer import all_delegations
from docctl.registers.duties.work_in_progress import ALL_WORK, WorkFilters, work_in_progress
from docctl.registers.operations.operations import undelivered
from docctl.registers.people.memberships import memberships as all_memberships
from docctl.registers.people.personnel import personnel as all_personnel
from docctl.registers.people.units import units as all_units
from docctl.registers.retention import people_records as records_of_people
from docctl.registers.rights.audit_engagements import engagements, looks
from docctl.registers.settings.administration import account, everybody
from docctl.registers.sign_in.own_account import running_sessions
from docctl.registers.tables.table import Table, yes_or_no

PEOPLE = (
    msgid("Login"), msgid("Name"), msgid("Mail"), msgid("Department"), msgid("Roles"), msgid("Person"),
    msgid("Disabled"), msgid("Added (UTC)"), msgid("Second factor since (UTC)"),
)  # fmt: skip
PERSONNEL = (
    msgid("Number"), msgid("Name"), msgid("Personnel number"), msgid("Mail"), msgid("Language"), msgid("Supervisor"),
    msgid("First day"), msgid("Last day"), msgid("Accounts"),
)  # fmt: skip
WORK = (
    msgid("Document"), msgid("Title"), msgid("Type"), msgid("Revision"), msgid("State"), msgid("What"),
    msgid("Meaning"), msgid("Rule"), msgid("Waits for"), msgid("Stands in"), msgid("Since (UTC)"), msgid("Due"),
    msgid("Reminded (UTC)"), msgid("Escalated (UTC)"), msgid("Overdue"), msgid("Stuck"),
)  # fmt: skip
UNITS = (
    msgid("Kind"), msgid("Name"), msgid("Earlier names"), msgid("Since"), msgid("People"), msgid("Documents"),
    msgid("Also reads"), msgid("Retired on"), msgid("Merged into"), msgid("Head"),
)  # fmt: skip
MEMBERSHIPS = (
    msgid("Department"), msgid("Name"), msgid("Login"), msgid("From"), msgid("Until"),
)  # fmt: skip
SESSIONS = (
    msgid("Login"), msgid("Since (UTC)"), msgid("Seen (UTC)"), msgid("Address"), msgid("Browser"),
)  # fmt: skip
DELEGATIONS = (
    msgid("Delegation"), msgid("Absent"), msgid("Signs in their place"), msgid("From"), msgid("Until"),
    msgid("Reason"), msgid("Named by"), msgid("Named (UTC)"), msgid("Revoked (UTC)"),
)  # fmt: skip
ENGAGEMENTS = (
    msgid("Engagement"), msgid("Auditor"), msgid("Login"), msgid("Purpose"), msgid("May look at"), msgid("From"),
    msgid("Until"), msgid("Ended (UTC)"), msgid("Stage"),
)  # fmt: skip
RECORDS = (
    msgid("Name"), msgid("Login"), msgid("Disabled"), msgid("Records"), msgid("To be disposed of from"),
)  # fmt: skip
NOTICES = (
    msgid("Notice"), msgid("To"), msgid("Queued (UTC)"), msgid("Attempts"), msgid("Trouble"), msgid("Given up (UTC)"),
)  # fmt: skip
LOOKS = (
    msgid("Time (UTC)"), msgid("Auditor"), msgid("Page"), msgid("Document"), msgid("Revision"), msgid("Asked"),
    msgid("In the audit trail"),
)  # fmt: skip


def people(_: DocumentControl, session: Session, person: Reader) -> Table:
    """Return every account with its roles; never a password."""
    since = {row.user_id: row.confirmed_at for row in session.scalars(select(SecondFactor))}
    rows = [
        (
            user.login,
            user.name,
            user.email,
            user.department,
            ", ".join(sorted(user.roles)),
            user.person,
            yes_or_no(user.disabled),
            user.created_at,
            since.get(user.id),
        )
        for user in everybody(session, person)
    ]
    return Table("people", msgid("People"), PEOPLE, rows)


def personnel(_: DocumentControl, session: Session, person: Reader, text: str = "") -> Table:
    """Return everybody with or without an account, or those whom words find."""
    rows = [
        (
            each.id,
            each.name,
            each.personnel_number,
            each.email,
            each.language,
            each.supervisor,
            each.started_on,
            each.ended_on,
            ", ".join(account.login for account in each.accounts),
        )
        for each in all_personnel(session, person, text).rows
    ]
    return Table("personnel", msgid("Personnel"), PERSONNEL, rows)


def units(_: DocumentControl, session: Session, person: Reader, kind: UnitKind | None = None) -> Table:
    """Return every unit, or those of a kind, with earlier names; documents are those in force that they may read."""
    rows = [
        (
            each.kind,
            each.name,
            ", ".join(each.earlier_names),
            each.names[0].from_day,
            each.people,
            each.documents,
            ", ".join(each.inherited),
            each.retired_on,
            each.merged_into,
            each.head,
        )
        for wanted in ([kind] if kind is not None else UnitKind)
        for each in all_units(session, person, wanted)
    ]
    return Table("units", msgid("Departments, sites, positions and groups"), UNITS, rows)


def memberships(control: DocumentControl, session: Session, person: Reader) -> Table:
    """Return who belonged to which department from when until when, under the name it bore at the end of that."""
    today = control.today(session)
    rows = [
        (each.department_on(each.until_day or today), each.name, each.login, each.from_day, each.until_day)
        for each in all_memberships(control, session, person)
    ]
    return Table("memberships", msgid("Who belonged where"), MEMBERSHIPS, rows)


def sessions(
    control: DocumentControl, session: Session, person: Reader, idle: timedelta, login: str = ""
) -> Table:  # fmt: skip
    """Return who is signed in now, or where one person is; a session ends when nobody is seen for the idle time."""
    chosen = [account(session, person, login)] if login else everybody(session, person)
    rows = [
        (user.login, each.created_at, each.last_seen_at, each.address, each.browser)
        for user in chosen
        for each in running_sessions(session, user, control.now(), idle)
    ]
    return Table("sessions", msgid("Sessions"), SESSIONS, rows)


def delegations(_: DocumentControl, session: Session, person: Reader) -> Table:
    """Return who signs in whose place, from when until when."""
    rows = [
        (
            each.id,
            each.absent.name,
            each.delegate.name,
            each.from_day,
            each.until_day,
            each.reason,
            each.named_by,
            each.named_at,
            each.revoked_at,
        )
        for each in all_delegations(session, person)
    ]
    return Table("delegations", msgid("Delegations"), DELEGATIONS, rows)


def audit_engagements(control: DocumentControl, session: Session, person: Reader) -> Table:
    """Return who may audit what, from when until when."""
    rows = [
        (
            each.id,
            each.auditor,
            each.login,
            each.purpose,
            ", ".join(sorted(each.scope)),
            each.begins_on,
            each.ends_on,
            each.ended_at,
            each.stage,
        )
        for each in engagements(control, session, person)
    ]
    return Table("audit-engagements", msgid("Audit engagements"), ENGAGEMENTS, rows)


def notices(_: DocumentControl, session: Session, person: Reader) -> Table:
    """Return the notices that reached nobody yet, the newest first, and what is in the way; never what they say."""
    rows = [
        (
            each.id,
            each.user.login if each.user is not None else each.address,
            each.queued_at,
            each.attempts,
            each.trouble,
            each.given_up_at,
        )
        for each in undelivered(session, person)
    ]
    return Table("notices", msgid("Notices that did not arrive"), NOTICES, rows)


def auditor_access(_: DocumentControl, session: Session, person: Reader, auditor: str = "") -> Table:
    """Return what auditors looked at, or one of them."""
    rows = [
        (
            each.seen_at,
            each.auditor,
            each.what,
            each.document,
            each.revision,
            each.asked,
            "yes" if each.is_in_trail else "within a minute",
        )
        for each in looks(session, person, auditor)
    ]
    return Table("auditor-access", msgid("What auditors looked at"), LOOKS, rows)


def people_records(control: DocumentControl, session: Session, person: Reader) -> Table:
    """Return of whom records are kept, and from when on they are to be disposed of."""
    rows = [
        (each.name, each.login, yes_or_no(each.disabled), each.records, each.due)
        for each in records_of_people.people_records(control, session, person)
    ]
    return Table("people-records", msgid("Records of people"), RECORDS, rows)


def work(control: DocumentControl, session: Session, person: Reader, filters: WorkFilters = ALL_WORK) -> Table:
    """Return what waits for whom, what is stuck first, then what is due first."""
    rows = [
        (
            each.number,
            each.title,
            each.document_type,
            each.revision,
            each.state,
            each.kind.replace("_", " "),
            each.why,
            each.rule,
            "; ".join(each.waits_for),
            "; ".join(each.delegates),
            each.since,
            each.due,
            each.reminded_at,
            each.escalated_at,
            yes_or_no(each.is_overdue),
            yes_or_no(each.is_stuck),
        )
        for each in work_in_progress(control, session, person, filters).rows
    ]
    return Table("work-in-progress", msgid("Work in progress"), WORK, rows)
