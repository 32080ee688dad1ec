"""The pages of a library, and a browser for each of its people."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docctl.app import create_app
from docctl.document_control import DocumentControl
from tests.factories.library import PASSWORD

SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def app(control: DocumentControl) -> Flask:
    """The application over a library of this test's own; forms need no CSRF token unless a test turns it on."""
    return create_app(control, {"TESTING": True, "WTF_CSRF_ENABLED": False})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """Give a browser in which the person of that login is signed in: admin, carla, alice, rob, ann, eve, audra."""

    def sign_in(login: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303
        return browser

    return sign_in
