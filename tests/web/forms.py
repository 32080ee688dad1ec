"""What tests of pages read from a page before they send its form."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


def page_of(browser: FlaskClient, address: str) -> str:
    """The page at an address, which has to be there."""
    answer = browser.get(address)
    assert answer.status_code == 200, f"{answer.status_code} at {address}"
    return answer.get_data(as_text=True)


def hidden_fields(page: str) -> dict[str, str]:
    """What the forms of a page send without being asked."""
    return dict(FIELD.findall(page))


def send(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Send the form of a page with what its hidden fields say and what is filled in."""
    return browser.post(address, data={**hidden_fields(page_of(browser, address)), **fields})
