"""A person as they read and sign today."""

from dataclasses import dataclass

from docctl.domain.people.user import Role, User


@dataclass(frozen=True)
class Reader:
    """An account as it is today.

    With it stand what its auditor is engaged for, the absent people in whose place it may sign, and all names to which
    its department answers.
    """

    account: User
    audit_scope: frozenset[str] = frozenset()
    stands_in_for: tuple[User, ...] = ()
    departments: frozenset[str] = frozenset()

    @property
    def id(self) -> int:
        """The account's number."""
        return self.account.id

    @property
    def login(self) -> str:
        """The name by which the person signs in."""
        return self.account.login

    @property
    def subject(self) -> str:
        """How the audit trail names the account."""
        return self.account.subject

    @property
    def subjects(self) -> tuple[str, str]:
        """How the audit trail names the account, now and in events of earlier versions."""
        return self.account.subjects

    @property
    def name(self) -> str:
        """The printed name."""
        return self.account.name

    @property
    def email(self) -> str:
        """The mail address; nothing where there is none."""
        return self.account.email

    @property
    def person(self) -> str:
        """Who it is, whatever account they use."""
        return self.account.person

    @property
    def department(self) -> str:
        """The department the person belongs to."""
        return self.account.department

    @property
    def roles(self) -> list[str]:
        """What the person is trusted with."""
        return self.account.roles

    @property
    def disabled(self) -> bool:
        """Whether the account is closed."""
        return self.account.disabled

    @property
    def is_only_auditor(self) -> bool:
        """Say whether the person is here for audits alone, and not one of those whom documents are meant for."""
        return self.account.is_only_auditor

    @property
    def is_not_engaged(self) -> bool:
        """Say whether the person is here for audits alone, and has none today."""
        return self.is_only_auditor and not self.audit_scope

    @property
    def audience(self) -> frozenset[str]:
        """The groups of readers the person belongs to; who is here for audits alone belongs to none."""
        if self.is_only_auditor:
            return self.account.audience
        return self.account.audience | {f"department:{name}" for name in self.departments}

    @property
    def signs_for(self) -> frozenset[int]:
        """The accounts in whose name the person may sign: their own, and those of the absent."""
        return frozenset({self.id, *(absent.id for absent in self.stands_in_for)})

    def holds(self, *roles: Role | str) -> bool:
        """Say whether the person may act in any of the roles."""
        return self.account.holds(*roles)
