"""Wrong passwords and codes at every page and command that takes one: counted together, recorded, slowed down."""

import ast
import inspect
import re
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import cast

import click
import pytest
from click.testing import CliRunner
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from docctl.actions.documents import withdrawing
from docctl.actions.retention import disposing, retaining
from docctl.actions.sign_in import setting_up_factor, signing_in
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.approval.declaration import DECLARATION_VERSION
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import SignInThrottledError
from docctl.domain.operations.accepted_losses import LOSSES_NOTE, Loss, losses_as_text
from docctl.domain.retention.retention import Rule
from docctl.domain.sign_in.commitments import commitment_to
from docctl.domain.sign_in.second_factor import SecondFactor
from docctl.domain.sign_in.web_session import SignInAttempts, WebSession, attempt_ids
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.sign_in import SecondFactorRemoved, SecondFactorSetUp
from docctl.web.frame.errors import answer, sentence_of
from tests.factories.library import PASSWORD, Clock, Office, open_library
from tests.web.conftest import SignedIn

SECRET_FIELD = re.compile(r"(\w+[_-])?(pass(word|phrase|code|wd)?|pw|pin|code|otp|token|secret)s?([_-]\w+)?", re.I)
NO_SECRETS = {"csrf_token", "SECRET_KEY"}
SECRET_IN_ADDRESS = {"secret", "password", "pin", "token", "otp"}
HERE, WRONG = "127.0.0.1", "a wrong password"
ONE = "/documents/POL-001/revisions/1"
ANOTHER = "/documents/POL-002/revisions/1"
BOTH = {"password": WRONG, "code": "000000"}
LOST = Loss("I3", "POL-003", "A file of POL-003 is lost.", ("a" * 40,))


def sign(at: FlaskClient, address: str, **given: str) -> TestResponse:
    """Send the signature dialog for what is shown now."""
    control: DocumentControl = at.application.extensions["document_control"]
    number = address.split("/")[2]
    with control.reading() as session:
        found = session.scalars(select(Revision).join(Document).where(Document.canonical == number)).one()
        shown = found.fingerprint
    return at.post(address, data={"password": WRONG, "shown": shown, **given})


# Whoever is signed in as carla and gives what is wrong; the session is theirs and stays the same.
SIGNED_IN: dict[str, Callable[[FlaskClient], TestResponse]] = {
    "approving.approve": lambda at: sign(at, f"{ONE}/approve"),
    "reviewing.review": lambda at: sign(at, f"{ANOTHER}/review"),
    "disposing.authorise": lambda at: at.post("/documents/POL-003/disposal/authorise", data={"password": WRONG}),
    "losses.accept": lambda at: at.post(
        "/administration/losses", data={"password": WRONG, "loss": LOST.identity, "reason": "No copy has it"}
    ),
    "second_factor.confirm": lambda at: at.post("/second-factor/confirm", data=BOTH),
    "second_factor.renew_codes": lambda at: at.post("/second-factor/codes", data=BOTH),
    "second_factor.remove": lambda at: at.post("/second-factor/remove", data=BOTH),
}
DECLARING = {
    "approving.approve": f"{ONE}/approve",
    "reviewing.review": f"{ANOTHER}/review",
    "disposing.authorise": "/documents/POL-003/disposal/authorise",
}
NOT_SIGNED_IN = {"signing_in.sign_in_with_password", "signing_in.give_code", "signing_in.set_password"}
COMMANDS = {"accept-loss", "rotate-key"}
# What makes passwords up for an example, and takes none.
MAKE_UP = {"demo"}
ASKS_HIDDEN = {"hide_input", "getpass", "password_option"}


@cache
def _known(function: FunctionType) -> tuple[frozenset[str], frozenset[FunctionType]]:
    """The fields that a function reads from what was sent, and the functions of the pages that it names."""
    tree = ast.parse(source_of(function))
    fields: set[str] = set()
    named: set[FunctionType] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Subscript):
            given = node.args if isinstance(node, ast.Call) else [node.slice]
            fields |= {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
        found: object = None
        if isinstance(node, ast.Name):
            found = function.__globals__.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = function.__globals__.get(node.value.id)
            found = getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
        if isinstance(found, FunctionType) and found.__module__.startswith(("docctl.web", "docctl.commands", __name__)):
            named.add(found)
        elif isinstance(found, FunctionType) and found.__module__.startswith("docctl.actions"):
            # The secret of one's own session is not typed by anybody.
            fields |= {name for name in inspect.signature(found).parameters if is_secret(name) and name != "secret"}
    return frozenset(fields), frozenset(named)


def source_of(function: FunctionType) -> str:
    """The text of a function, from its own margin."""
    lines = inspect.getsource(function).splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] for line in lines)


def all_called(view: FunctionType) -> set[FunctionType]:
    """A page or a command, and the functions of pages or commands that it calls."""
    seen: set[FunctionType] = set()
    ahead = [inspect.unwrap(view)]
    while ahead:
        if (function := ahead.pop()) not in seen:
            seen.add(function)
            ahead += [inspect.unwrap(each) for each in _known(function)[1]]
    return seen


def fields_read_by(view: FunctionType) -> set[str]:
    """All fields that a page reads, also by the functions it calls."""
    return {field for function in all_called(view) for field in _known(function)[0]}


def is_secret(field: str) -> bool:
    """Whether a field is called like a password, a PIN, a code or the secret of a link."""
    return SECRET_FIELD.fullmatch(field) is not None and field not in NO_SECRETS


def routes_that_take_a_secret(app: Flask) -> set[str]:
    """Every route that is sent something and reads a password, a PIN, a code or the secret of a link."""
    found = set()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            read = fields_read_by(app.view_functions[rule.endpoint])
            if any(map(is_secret, read)) or rule.arguments & SECRET_IN_ADDRESS:
                found.add(rule.endpoint)
    return found


def commands_that_take_a_secret(group: click.Group = main) -> set[str]:
    """Every command, in whatever group, that asks for a secret or is given one."""
    found = set()
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= {f"{name} {each}" for each in commands_that_take_a_secret(command)}
        options = {param.name or "" for param in command.params}
        hidden = any(isinstance(param, click.Option) and param.hide_input for param in command.params)
        callback = command.callback
        read = fields_read_by(callback) | _sources_of(callback) if isinstance(callback, FunctionType) else set()
        if hidden or any(map(is_secret, options | read)) or ASKS_HIDDEN & read:
            found.add(name)
    return found


def _sources_of(callback: FunctionType) -> set[str]:
    """All names that a command and the functions it calls use."""
    return {node.arg or "" if isinstance(node, ast.keyword) else node.id if isinstance(node, ast.Name) else node.attr
            for function in all_called(callback) for node in ast.walk(ast.parse(source_of(function)))
            if isinstance(node, ast.keyword | ast.Name | ast.Attribute)} & ASKS_HIDDEN  # fmt: skip


@pytest.fixture
def carla(office: Office, clock: Clock) -> int:
    """Carla, who may do everything: a revision waits for her approval, one for her review, and a disposal."""
    control, people = office.control, office.people
    retaining.set_rule(
        control, people["carla"], office.type_id("policy"), Rule(12, "dispose", "Archives Act"), also_ended=False
    )
    office.publish("POL-003")
    withdrawing.withdraw(control, office.document_id("POL-003"), people["carla"], "Not needed")
    clock.forward(days=400)
    disposing.propose_disposal(control, office.document_id("POL-003"), people["carla"], "Its time is up")
    office.give_roles("carla", "approver", "controller", "reviewer")
    for number in ("POL-001", "POL-002"):
        revision_id = office.write(number)
        office.submit(revision_id)
        if number == "POL-001":
            office.review(revision_id)
    (control.data / LOSSES_NOTE).write_text(losses_as_text([LOST], control.data))
    return people["carla"]


def give_device(control: DocumentControl, person_id: int, *, confirmed: bool = True) -> None:
    """Give somebody a device, confirmed or only begun."""
    seed = "0" * 40
    with control.deciding(person_id) as decision:
        confirmed_at = control.now() if confirmed else None
        decision.session.merge(SecondFactor(user_id=person_id, seed=seed, last_step=0, confirmed_at=confirmed_at))
        if confirmed:
            told = SecondFactorSetUp(device=commitment_to(seed), codes=commitment_to(""))
            decision.record(told, decision.person.subject)


def take_device(control: DocumentControl, person_id: int) -> None:
    """Take somebody's device away again, where there is one."""
    with control.deciding(person_id) as decision:
        login = decision.person.login
        if decision.session.execute(delete(SecondFactor)).rowcount:
            decision.record(SecondFactorRemoved(by=login), decision.person.subject)


def counted(control: DocumentControl, login: str, kind: str = "login") -> float:
    """How often what was given for a login was wrong."""
    with control.reading() as session:
        row = session.get(SignInAttempts, attempt_ids(login, HERE)[kind])
        return row.refused if row is not None else 0


def acts(control: DocumentControl) -> list[str]:
    """What happened, in order."""
    with control.reading() as session:
        return list(session.scalars(select(Event.act).order_by(Event.seq)))


def is_signed_in(browser: FlaskClient) -> bool:
    """Whether the browser is let in."""
    return browser.get("/account").status_code == 200


def test_every_route_and_command_that_takes_a_secret_is_tried_here(app: Flask) -> None:
    assert routes_that_take_a_secret(app) == set(SIGNED_IN) | NOT_SIGNED_IN
    assert commands_that_take_a_secret() == COMMANDS | MAKE_UP


def test_a_new_route_or_command_that_takes_a_secret_would_be_missed_here() -> None:
    app = Flask("another")

    @app.post("/unlock")
    def by_field() -> str:
        return request.form["old_pin"]

    @app.post("/vouch")
    def by_action() -> str:
        signing_in.sign_in(cast("DocumentControl", None), request.form["a"], request.form["b"])
        return ""

    @app.post("/open/<secret>")
    def by_address(secret: str) -> str:
        return secret

    @app.post("/search")
    def by_none_of_them() -> str:
        return request.form["number"]

    assert routes_that_take_a_secret(app) == {"by_field", "by_action", "by_address"}

    @click.group()
    def group() -> None: ...

    @group.command("unlock")
    def unlock() -> None:
        ask_hidden()

    @group.command("list")
    def list_all() -> None:
        click.echo("all")

    assert commands_that_take_a_secret(click.Group("top", {"keys": group})) == {"keys unlock"}


def ask_hidden() -> str:
    """Ask for a word that is not shown."""
    return str(click.prompt("PIN", hide_input=True))


def test_where_strangers_guess_the_owner_signs_in_with_a_browser_they_know(
    app: Flask, control: DocumentControl, clock: Clock
) -> None:
    control._clock = lambda: clock.instant
    hers, wrong = app.test_client(), {"login": "eve", "password": WRONG}
    assert hers.post("/sign-in", data={"login": "Eve", "password": PASSWORD}).status_code == 303
    hers.post("/sign-out")
    stranger = app.test_client()
    answers = [stranger.post("/sign-in", data=wrong) for _ in range(8)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert stranger.post("/sign-in", data={"login": "eve", "password": PASSWORD}).status_code == 429
    forged = app.test_client()
    cookie = hers.get_cookie("docctl-known")
    assert cookie is not None
    assert cookie.http_only
    assert "eve" not in cookie.decoded_value
    forged.set_cookie("docctl-known", cookie.value.replace(".", ".AA", 1))
    assert forged.post("/sign-in", data={"login": "eve", "password": PASSWORD}).status_code == 429
    assert hers.post("/sign-in", data={"login": "eve", "password": PASSWORD}).status_code == 303
    hers.post("/sign-out")
    copied = app.test_client()
    copied.set_cookie("docctl-known", cookie.value)
    assert copied.post("/sign-in", data=wrong).status_code == 401, "it counts apart, and buys no more than five"
    rob = {"login": "rob", "password": WRONG}
    assert [stranger.post("/sign-in", data=rob).status_code for _ in range(8)][-1] == 429
    assert hers.post("/sign-in", data={"login": "rob", "password": PASSWORD}).status_code == 429, "not known for rob"


def test_guesses_where_one_is_signed_in_are_bound_by_the_session_and_not_by_those_of_others(
    app: Flask, control: DocumentControl, carla: int, signed_in: SignedIn
) -> None:
    at_work, stranger = signed_in("carla"), app.test_client()
    for _ in range(12):
        stranger.post("/sign-in", data={"login": "carla", "password": WRONG})
    assert sign(at_work, f"{ONE}/approve", password=PASSWORD).status_code in (303, 422)
    assert is_signed_in(at_work)


@pytest.mark.parametrize(("seconds", "words"), [(1, "again in 1 second."), (30, "again in 30 seconds.")])
def test_pages_say_how_long_to_wait(app: Flask, seconds: int, words: str) -> None:
    with app.test_request_context("/"):
        assert sentence_of(SignInThrottledError(seconds)).endswith(words)
        assert words in str(answer(SignInThrottledError(seconds))[0])  # type: ignore[index]


def test_wrong_secrets_are_counted_together_wherever_they_are_given(
    app: Flask, control: DocumentControl, carla: int, signed_in: SignedIn, clock: Clock
) -> None:
    control._clock = lambda: clock.instant  # one instant, in which nothing is forgotten
    tried = 0
    for endpoint, give in SIGNED_IN.items():
        browser = signed_in("carla")
        if endpoint.startswith("second_factor"):
            give_device(control, carla, confirmed=endpoint != "second_factor.confirm")
        assert give(browser).status_code in (401, 422), endpoint
        take_device(control, carla)
        tried += 1
        assert counted(control, "carla") == tried, endpoint
    for address in DECLARING.values():
        answer = sign(signed_in("carla"), address, declaration=DECLARATION_VERSION)
        assert answer.status_code == 401, address
        tried += 1
        assert counted(control, "carla") == tried, address
    assert app.test_client().post("/sign-in", data={"login": "carla", "password": WRONG}).status_code == 401
    give_device(control, carla)
    waiting = app.test_client()
    assert waiting.post("/sign-in", data={"login": "carla", "password": PASSWORD}).location.startswith("/sign-in/code")
    assert waiting.post("/sign-in/code", data={"code": "000000"}).status_code == 401
    assert counted(control, "carla") == tried + 2
    form = {"password": "a horse that staples", "password_again": "a horse that staples"}
    assert app.test_client().post("/choose-password/guessed", data=form).status_code == 401
    assert counted(control, "", "address") == tried + 3
    happened = acts(control)
    assert happened.count(Act.SIGNING_REFUSED) == 6
    assert happened.count(Act.SECOND_FACTOR_REFUSED) == 3
    assert happened.count(Act.USER_SIGN_IN_REFUSED) == 2  # of carla, and of a link; the third waits for its minute


@pytest.mark.parametrize("endpoint", sorted(SIGNED_IN))
def test_the_fifth_wrong_secret_ends_the_session_that_gave_it_and_no_other(
    control: DocumentControl, carla: int, signed_in: SignedIn, endpoint: str
) -> None:
    guessing, elsewhere = signed_in("carla"), signed_in("carla")
    if endpoint.startswith("second_factor"):
        give_device(control, carla, confirmed=endpoint != "second_factor.confirm")
    statuses = [SIGNED_IN[endpoint](guessing).status_code for _ in range(5)]
    assert set(statuses[:4]) <= {401, 422}
    assert statuses[4] == 401
    assert not is_signed_in(guessing)
    assert is_signed_in(elsewhere)
    assert acts(control).count(Act.USER_SESSION_ENDED) == 1
    assert acts(control).count(Act.SECURITY_ALERT) == 1


@pytest.mark.parametrize("address", sorted(DECLARING.values()))
def test_the_declaration_is_no_way_round(
    control: DocumentControl, carla: int, signed_in: SignedIn, address: str
) -> None:
    guessing = signed_in("carla")
    answers = [sign(guessing, address, declaration=DECLARATION_VERSION) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert not is_signed_in(guessing)


def test_different_places_count_together_in_one_session(
    control: DocumentControl, carla: int, signed_in: SignedIn
) -> None:
    guessing = signed_in("carla")
    for endpoint in ("approving.approve", "reviewing.review", "disposing.authorise", "approving.approve"):
        assert SIGNED_IN[endpoint](guessing).status_code == 401
    assert is_signed_in(guessing)
    sign(guessing, DECLARING["approving.approve"], declaration=DECLARATION_VERSION)
    assert not is_signed_in(guessing)


def test_whoever_guessed_while_signed_in_has_to_wait_before_signing_in_again(
    app: Flask, control: DocumentControl, carla: int, signed_in: SignedIn
) -> None:
    guessing = signed_in("carla")
    for _ in range(5):
        SIGNED_IN["approving.approve"](guessing)
    again = [app.test_client().post("/sign-in", data={"login": "carla", "password": WRONG}) for _ in range(4)]
    assert {answer.status_code for answer in again} == {401, 429}
    right = app.test_client().post("/sign-in", data={"login": "carla", "password": PASSWORD})
    assert right.status_code == 429, "what is right is not looked at either"
    assert Act.USER_SIGN_IN_THROTTLED in acts(control)


def test_strangers_who_guess_elsewhere_throw_nobody_out_and_keep_nobody_from_signing(
    control: DocumentControl, office: Office, carla: int, signed_in: SignedIn
) -> None:
    at_work = signed_in("carla")
    for number in range(40):
        with pytest.raises(signing_in.SignInRefusedError):
            signing_in.sign_in(control, "carla", WRONG, f"203.0.113.{number}")
    assert is_signed_in(at_work)
    assert sign(at_work, f"{ONE}/approve", password=PASSWORD).status_code == 303


def test_links_are_slowed_down_for_the_address_that_guesses(app: Flask, control: DocumentControl) -> None:
    form = {"password": "a horse that staples", "password_again": "a horse that staples"}
    browser = app.test_client()
    answers = [browser.post(f"/choose-password/guessed{turn}", data=form).status_code for turn in range(20)]
    assert answers[:5] == [401] * 5
    assert 429 in answers


def test_a_waiting_session_is_ended_by_the_fifth_wrong_code(app: Flask, control: DocumentControl, carla: int) -> None:
    give_device(control, carla)
    browser = app.test_client()
    browser.post("/sign-in", data={"login": "carla", "password": PASSWORD})
    for _ in range(5):
        assert browser.post("/sign-in/code", data={"code": "000000"}).status_code == 401
    assert browser.get("/sign-in/code").status_code == 302
    with control.reading() as session:
        assert not session.scalars(select(WebSession).where(WebSession.user_id == carla)).all()


def test_guesses_at_a_lost_key_are_counted_and_told_once_there_is_a_key_again(office: Office, clock: Clock) -> None:
    data = office.control.data
    kept = (data / "keys" / "ledger_key").read_bytes()
    (data / "keys" / "ledger_key").unlink()
    command = ["--data", str(data), "rotate-key", "--lost", "--as", "admin"]
    outcomes = [CliRunner().invoke(main, command, input=f"guess {turn}\n") for turn in range(7)]
    assert all(outcome.exit_code for outcome in outcomes)
    assert "are wrong" in outcomes[0].stderr
    assert "too many refused attempts" in outcomes[-1].stderr
    (data / "keys" / "ledger_key").write_bytes(kept)
    again = open_library(data, clock)
    clock.forward(minutes=2)
    signing_in.sign_in(again, "eve", PASSWORD)
    with again.reading() as session:
        told = session.scalars(select(Event).where(Event.act == Act.USER_SIGN_IN_REFUSED)).one()
        assert (told.subject, told.plain_values["attempts"]) == ("account:1", 6)


def test_guesses_at_the_command_that_accepts_a_loss_count_with_those_at_pages(
    control: DocumentControl, carla: int, signed_in: SignedIn
) -> None:
    command = ["--data", str(control.data), "accept-loss", LOST.identity, "--reason", "No copy has it", "--as", "carla"]
    outcomes = [CliRunner().invoke(main, command, input=f"guess {turn}\n") for turn in range(9)]
    assert all(outcome.exit_code for outcome in outcomes)
    assert "not your password" in outcomes[0].stderr
    assert counted(control, "carla") > 1
    assert Act.LOSS_ACCEPTED not in acts(control)
    assert Act.USER_SIGN_IN_REFUSED in acts(control)


def test_a_known_password_does_not_buy_more_guesses_at_the_code(
    control: DocumentControl, carla: int, signed_in: SignedIn
) -> None:
    browser = signed_in("carla")
    give_device(control, carla)
    for _ in range(4):
        setting = browser.post("/second-factor/remove", data={"password": PASSWORD, "code": "000000"})
        assert setting.status_code == 422
        sign(browser, f"{ONE}/approve", password=PASSWORD, declaration=DECLARATION_VERSION, shown="another")
    browser.post("/second-factor/remove", data={"password": PASSWORD, "code": "000000"})
    assert not is_signed_in(browser)
    with pytest.raises(setting_up_factor.WrongStateError):
        setting_up_factor.begin(control, carla)
