"""A hundred people who sign one document within a minute, each through the pages of a library that is being served.

``python -m tests.checks.benchmarks.burst_of_signers [--people N] [--seconds N] [--database KIND]``
"""

import argparse
import http.cookiejar
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from sqlalchemy import func, select

from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.domain.approval.approval_route import APPROVE, REVIEW, RouteStep
from docctl.domain.approval.signature import Signature
from docctl.domain.documents.document_type import DocumentType
from docctl.registers.integrity import verifying
from tests.factories.databases import DATABASES, address_of, new_database, server_room
from tests.factories.library import PASSWORD, Office, choose_passwords, found_library, people_of

HOME = Path(__file__).resolve().parents[3]
NUMBER, REVISION = "POL-001", 1


class _Fields(HTMLParser):
    """The fields of the form that asks for a password, with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of the one that is open."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and given.get("name"):
            self.forms[-1][given["name"]] = given.get("value", "")

    @classmethod
    def of(cls, page: str) -> dict[str, str]:
        """Return the fields of the form in which a password is asked."""
        reader = cls()
        reader.feed(page)
        return next(form for form in reader.forms if "password" in form)


@dataclass
class Signed:
    """How long it took one person, and what went wrong."""

    seconds: float = 0.0
    trouble: str = ""


def sign(address: str, login: str, wait: float) -> Signed:
    """Sign in, read, and sign as one person, some time after everybody began."""
    time.sleep(wait)
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser, done = urllib.request.build_opener(cookies), Signed()
    browser.addheaders = [("Referer", address)]

    def page(path: str, fields: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        with browser.open(address + path, data, timeout=60) as answer:
            return str(answer.read().decode())

    place = f"/documents/{NUMBER}/revisions/{REVISION}/review"
    try:
        page("/sign-in", {**_Fields.of(page("/sign-in")), "login": login, "password": PASSWORD})
        shown = re.search(r'name="shown" value="(\w+)"', page(place))
        form = _Fields.of(page(f"{place}/sign?shown={shown[1] if shown else ''}"))
        began = time.monotonic()
        page(place, {**form, "login": login, "password": PASSWORD})
        done.seconds = time.monotonic() - began
    except (OSError, StopIteration) as trouble:
        done.trouble = f"{login}: {trouble!r}"
    return done


def build(data: Path, people: int) -> list[str]:
    """Build a library in which so many people are asked to review one document; return their logins."""
    control = found_library(data)
    ids = people_of(control)
    logins = [f"signer{number:03}" for number in range(people)]
    for login in logins:
        name = f"Signer {login[-3:]}"
        added = administering.add_user(control, ids["admin"], login=login, name=name, roles=["reviewer"])
        choose_passwords(control, added)
    with control.reading() as session:
        policy = session.scalars(select(DocumentType).where(DocumentType.name == "policy")).one()
        route = policy.approval_route.name
    steps = (
        RouteStep(REVIEW, "I have read and understood it", str(people), roles=("reviewer",)),
        RouteStep(APPROVE, "I approve it", "any", roles=("approver",)),
    )
    laying_routes.set_route(control, ids["carla"], route, steps)
    office = Office(control, people_of(control))
    office.submit(office.write(NUMBER))
    control.engine.dispose()
    return logins


def measure(data: Path, url: str, logins: list[str], seconds: int, seed: int) -> bool:
    """Serve the library, let everybody sign, and print what came of it; say whether there was no error."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "docctl", "--data", str(data), "serve", "--port", str(port)]
    environment = os.environ | {
        "DOCCTL_DATABASE_URL": url,
        "DOCCTL_DISK_FLOOR_MB": "1",
        "DOCCTL_DISK_FLOOR_PERCENT": "0",
    }
    server = subprocess.Popen(command, cwd=HOME, env=environment, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    chance = random.Random(seed)
    try:
        _wait_for(address)
        with ThreadPoolExecutor(len(logins)) as everybody:
            waits = [chance.uniform(0, seconds) for _ in logins]
            ended = list(everybody.map(lambda each: sign(address, *each), zip(logins, waits, strict=True)))
    finally:
        server.terminate()
        server.wait(timeout=60)
    troubles = [each.trouble for each in ended if each.trouble]
    took = [each.seconds * 1000 for each in ended if not each.trouble]
    control = DocumentControl.open(data, url)
    with control.reading() as session:
        signatures = session.scalar(select(func.count(Signature.id))) or 0
    report = verifying.verify(control)
    p95 = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else 0.0
    print(f"  {signatures} of {len(logins)} signatures within {seconds} s; errors {len(troubles)}")
    median, slowest = statistics.median(took or [0]), max(took or [0])
    print(f"  a signature: median {median:.0f} ms, p95 {p95:.0f} ms, slowest {slowest:.0f} ms")
    print(f"  {report.summary}")
    for trouble in troubles[:5]:
        print(f"  {trouble}")
    return not troubles and signatures == len(logins) and report.exit_code != verifying.TAMPERED


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
        except (OSError, urllib.error.URLError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def main() -> int:
    """Measure on each database; the exit is 0 where nobody met an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", choices=DATABASES, action="append")
    options = parser.parse_args()
    good = True
    for kind in options.database or DATABASES:
        with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder, server_room() as room:
            data = Path(folder) / "data"
            new_database(data, kind, room)
            url = address_of(data)
            print(f"\n{kind}: {options.people} people sign one document, two workers of the server")
            good &= measure(data, url, build(data, options.people), options.seconds, options.seed)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
