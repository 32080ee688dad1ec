"""Administering: people choose their own passwords, nobody raises themselves, and one administrator always remains."""

import pytest
from sqlalchemy import select

from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering, setting_types
from docctl.actions.settings.setting_types import TypeSettings
from docctl.actions.sign_in import signing_in
from docctl.domain.approval.approval_route import ANY, APPROVE, RouteStep
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.errors import (
    InvalidInputError,
    InvalidNumberError,
    NotPermittedError,
    SignInRefusedError,
    WrongStateError,
)
from docctl.domain.people.user import User
from tests.factories.library import PASSWORD, Clock, Office

CHOSEN = "a sentence nobody guesses"


def _add(office: Office, login: str = "nora", **more: object) -> int:
    given = {"login": login, "name": "Nora New", "roles": ["author"], **more}
    return administering.add_user(office.control, office.people["admin"], **given)  # type: ignore[arg-type]


def _change(office: Office, by: str, login: str, roles: list[str]) -> None:
    who = office.person(login)
    administering.change_user(
        office.control, office.people[by], who.id, name=who.name, email="", department=who.department, roles=roles
    )


def test_a_new_person_signs_in_only_after_choosing_a_password(office: Office) -> None:
    nora = _add(office)
    with pytest.raises(SignInRefusedError):
        signing_in.sign_in(office.control, "nora", "")
    secret = administering.issue_link(office.control, office.people["admin"], nora)
    assert administering.choose_password(office.control, secret, CHOSEN) == "nora"
    assert signing_in.sign_in(office.control, " Nora ", CHOSEN)[0].id == nora


def test_a_link_works_once_and_not_for_ever(office: Office, clock: Clock) -> None:
    nora, admin = _add(office), office.people["admin"]
    secret = administering.issue_link(office.control, admin, nora)
    administering.choose_password(office.control, secret, CHOSEN)
    with pytest.raises(SignInRefusedError, match="used already or is too old"):
        administering.choose_password(office.control, secret, CHOSEN)
    late = administering.issue_link(office.control, admin, nora)
    clock.forward(hours=administering.LINK_HOURS + 1)
    with pytest.raises(SignInRefusedError):
        administering.choose_password(office.control, late, CHOSEN)


@pytest.mark.parametrize("secret", ["", "nonsense", "0" * 64])
def test_no_password_is_set_without_a_link(office: Office, secret: str) -> None:
    with pytest.raises(SignInRefusedError):
        administering.choose_password(office.control, secret, CHOSEN)


@pytest.mark.parametrize("password", ["short", "password123", "aaaaaaaaaaaaaaa", "x" * 1025])
def test_a_password_everybody_tries_is_refused(office: Office, password: str) -> None:
    secret = administering.issue_link(office.control, office.people["admin"], _add(office))
    with pytest.raises(InvalidInputError):
        administering.choose_password(office.control, secret, password)


def test_a_disabled_person_is_refused_like_a_wrong_password(office: Office) -> None:
    with pytest.raises(SignInRefusedError) as wrong:
        signing_in.sign_in(office.control, "eve", "not her password")
    administering.set_disabled(office.control, office.people["admin"], office.people["eve"], True)
    with pytest.raises(SignInRefusedError) as disabled:
        signing_in.sign_in(office.control, "eve", PASSWORD)
    assert str(wrong.value) == str(disabled.value)


def test_nobody_gives_themselves_a_role_under_no_account(office: Office) -> None:
    with pytest.raises(NotPermittedError, match="Nobody gives themselves a role"):
        _change(office, "admin", "admin", ["administrator", "approver"])
    second = _add(office, "admin2", person="admin", roles=[])
    with pytest.raises(NotPermittedError):
        administering.change_user(
            office.control, office.people["admin"], second, name="A", email="", department="", roles=["approver"]
        )


def test_the_last_administrator_stays(office: Office) -> None:
    with pytest.raises(WrongStateError, match="last administrator"):
        _change(office, "admin", "admin", [])
    with pytest.raises(WrongStateError):
        administering.set_disabled(office.control, office.people["admin"], office.people["admin"], True)
    assert office.person("admin").roles == ["administrator", "reader"]


@pytest.mark.parametrize("login", ["carla", "alice", "audra", "eve"])
def test_only_an_administrator_looks_after_people(office: Office, login: str) -> None:
    with pytest.raises(NotPermittedError):
        administering.add_user(office.control, office.people[login], login="x1", name="X", roles=[])
    with pytest.raises(NotPermittedError):
        _change(office, login, "eve", ["approver"])


@pytest.mark.parametrize(
    "wrong", [{"login": "eve"}, {"login": ""}, {"login": "a b"}, {"login": "änne"}, {"name": " "}, {"roles": ["king"]}]
)
def test_a_person_without_a_usable_login_name_or_role_is_refused(office: Office, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        _add(office, **wrong)  # type: ignore[arg-type]


def test_a_type_is_added_and_changed_by_a_controller_only(office: Office) -> None:
    settings = TypeSettings("Guideline", "GL-##", "policy.docx", "Approval only", 6, is_default=True)
    with pytest.raises(NotPermittedError):
        setting_types.set_type(office.control, office.people["admin"], settings)
    setting_types.set_type(office.control, office.people["carla"], settings)
    with office.control.reading() as session:
        kinds = {kind.name: kind for kind in session.scalars(select(DocumentType))}
    assert kinds["guideline"].number_pattern == "GL-##"
    assert [name for name, kind in kinds.items() if kind.is_default] == ["guideline"]


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (TypeSettings("x", "X", "policy.docx", "Approval only"), InvalidNumberError),
        (TypeSettings("x", "../##", "policy.docx", "Approval only"), InvalidNumberError),
        (TypeSettings("x", "X-##", "../secret_key", "Approval only"), InvalidInputError),
        (TypeSettings("x", "X-##", "policy.docx", "no such route"), InvalidInputError),
        (TypeSettings(" ", "X-##", "policy.docx", "Approval only"), InvalidInputError),
    ],
)
def test_a_type_that_could_not_work_is_refused(office: Office, settings: TypeSettings, error: type[Exception]) -> None:
    with pytest.raises(error):
        setting_types.set_type(office.control, office.people["carla"], settings)


def test_routes_are_set_by_a_controller_only(office: Office) -> None:
    with pytest.raises(NotPermittedError):
        laying_routes.set_route(
            office.control, office.people["ann"], "Mine", [RouteStep(APPROVE, "ok", ANY, roles=("approver",))]
        )


def test_the_library_is_founded_once_and_in_a_real_time_zone(office: Office) -> None:
    with pytest.raises(WrongStateError):
        administering.found_library(office.control, "Again")
    with pytest.raises(InvalidInputError, match="no time zone"):
        administering.found_library(office.control, "Again", "Mars/Olympus")
    with office.control.reading() as session:
        assert len(session.scalars(select(User)).all()) == 7
