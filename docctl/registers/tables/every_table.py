"""The one list of registers that can be taken away; pages and commands have theirs from here."""

from collections.abc import Callable
from dataclasses import dataclass

from docctl.domain.people.user import Role
from docctl.registers.tables import of_documents, of_people, of_settings, of_trail
from docctl.registers.tables.table import Table


@dataclass(frozen=True)
class Register:
    """A register: what it shows, what makes its table, of what it has to be asked for, and whose it is first of all."""

    shows: str
    table: Callable[..., Table]
    of: str = ""
    kept_by: Role = Role.CONTROLLER


REGISTERS = {
    "master-list": Register("every document with its revision in force", of_documents.documents),
    "revision-history": Register("every revision of a document and its signatures", of_documents.history, "NUMBER"),
    "origins": Register("who changed which paragraph of a document", of_documents.origins, "NUMBER"),
    "standards": Register("the standards, and how far each is covered", of_documents.standards),
    "coverage": Register(
        "the clauses of a standard and the documents that cover them", of_documents.coverage, "STANDARD"
    ),
    "work-in-progress": Register("what waits for whom, since when and until when", of_people.work),
    "retention-schedule": Register("what has ended, and how long it is kept", of_trail.retention),
    "legal-holds": Register("what is on legal hold, and what was", of_trail.holds),
    "audit-log": Register("every event of the audit trail", of_trail.events),
    "witnesses": Register("who outside co-signs the audit trail, and how far", of_trail.witnesses),
    "accepted-losses": Register("what is lost for ever, and who accepted that", of_trail.losses),
    "auditor-access": Register("what auditors looked at", of_people.auditor_access),
    "audit-engagements": Register("who may audit what, and until when", of_people.audit_engagements),
    "delegations": Register("who signs in whose place", of_people.delegations),
    "units": Register("departments, sites, positions and groups with their earlier names", of_people.units),
    "memberships": Register("who belonged to which department, and when", of_people.memberships),
    "people": Register("every account with its roles", of_people.people, kept_by=Role.ADMINISTRATOR),
    "personnel": Register(
        "everybody who works here, with or without an account", of_people.personnel, kept_by=Role.ADMINISTRATOR
    ),
    "people-records": Register(
        "of whom records are kept, and until when", of_people.people_records, kept_by=Role.ADMINISTRATOR
    ),
    "notices": Register("notices that reached nobody", of_people.notices, kept_by=Role.ADMINISTRATOR),
    "document-types": Register("document types with their numbers, templates, routes", of_settings.types),
    "approval-routes": Register("who is asked to sign, step by step", of_settings.routes),
}
