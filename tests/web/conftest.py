"""A library with one person for each role, and a browser for each of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docctl.actions import administering
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.user import Role

HOME = Path(__file__).resolve().parents[2]
PASSWORD = "a horse that staples batteries"
PEOPLE = {role.value: role.value.capitalize() + " Person" for role in Role}


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentControl]:
    """A library of its own for these tests, with a login named as each role."""
    data = tmp_path_factory.mktemp("web") / "data"
    control = DocumentControl.found(data, f"sqlite:///{data}/docctl.db", HOME)
    administering.found_library(control, "Ministry of Weights", time_zone="Europe/Vienna")
    administrator = None
    for login, name in PEOPLE.items():
        roles = {login, Role.ADMINISTRATOR.value} if administrator is None else {login}
        user_id = administering.add_user(control, administrator, login=login, name=name, roles=roles)
        administrator = administrator or user_id
        administering.choose_password(control, administering.issue_link(control, administrator, user_id), PASSWORD)
    yield control
    control.engine.dispose()


@pytest.fixture
def password() -> str:
    """The password of every person in the library."""
    return PASSWORD


@pytest.fixture
def app(library: DocumentControl) -> Flask:
    """The application over that library; forms need no CSRF token unless a test turns it on."""
    return create_app(library, {"SECRET_KEY": "only for tests", "TESTING": True, "WTF_CSRF_ENABLED": False})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Give a browser in which the person of that login is signed in."""

    def sign_in(login: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303
        return browser

    return sign_in
