"""The pages of a library, and a browser for each of its people."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.sign_in.web_session import WebSession
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
    """Give a browser in which the person is signed in, and has signed before: admin, carla, alice and the others."""

    def sign_in(login: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303
        with app.extensions["document_control"].remembering() as session:
            session.execute(update(WebSession).values(signed_at=WebSession.created_at))
        return browser

    return sign_in
