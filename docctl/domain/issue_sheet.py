"""What an issued document states about itself on its pages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ApprovalLine:
    """One signature as printed: who, in which role, with which meaning, and when with its time zone."""

    printed_name: str
    role: str
    meaning: str
    signed_at: str


@dataclass(frozen=True)
class HistoryLine:
    """One revision as printed in the revision history."""

    revision: str
    effective_date: str
    summary: str
    approved_by: str


@dataclass(frozen=True)
class ClauseLine:
    """One clause of a standard that the document covers."""

    standard: str
    clause: str
    title: str


@dataclass(frozen=True)
class IssueSheet:
    """Everything the pages of one issued revision say besides its text; dates are already written out."""

    organisation: str
    number: str
    title: str
    document_type: str
    revision: str
    status: str
    effective_date: str
    owner: str
    department: str
    classification: str
    language: str
    approvals: tuple[ApprovalLine, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    clauses: tuple[ClauseLine, ...] = ()
    chain_head: str = ""
    seq: int = 0
    issued_at: str = ""
    mark: str = ""
