"""The list of registers, for those who look after them."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

SignedIn = Callable[[str], FlaskClient]


def test_registers_are_listed_for_controllers_and_auditors(signed_in: SignedIn) -> None:
    for login, status in {"audra": 200, "carla": 200, "eve": 403, "alice": 403}.items():
        browser = signed_in(login)
        assert browser.get("/registers").status_code == status
        assert ('href="/registers"' in browser.get("/").text) is (status == 200)


def test_every_register_and_every_table_can_be_opened(signed_in: SignedIn) -> None:
    audra = signed_in("audra")
    page = audra.get("/registers").text
    main = page[page.index("<main") : page.index("</main>")]
    places = {address.replace("&amp;", "&") for address in re.findall(r'href="([^"]+)"', main)}
    assert len(places) > 12
    for place in places:
        assert audra.get(place).status_code == 200, place
