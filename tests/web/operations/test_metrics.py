"""Metrics: figures for a machine with the token, and for nobody else."""

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from docctl.document_control import DocumentControl
from docctl.followers.catching_up import catch_up
from tests.factories.library import Office

TOKEN = "a token of thirty-two signs or so"


def figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """The figures by name and label."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.content_type.partition(";")[0]) == (200, "text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


@pytest.fixture
def watched(client: FlaskClient) -> FlaskClient:
    """A machine that watches a library whose settings have a token."""
    client.application.config["METRICS_TOKEN"] = TOKEN
    return client


def test_figures_follow_what_happens(office: Office, watched: FlaskClient) -> None:
    office.publish("POL-001")
    before = figures(watched)
    assert before["docctl_revisions", "IN_FORCE"] == 1
    assert before["docctl_follower_behind_events", "git_refs"] > 0
    assert before["docctl_disk_free_bytes",] > before["docctl_disk_floor_bytes",]
    assert ("docctl_last_seconds", "backup") not in before
    catch_up(office.control, issuing=False)
    office.control.disk.floor_mb = 1 << 30
    after = figures(watched)
    assert after["docctl_follower_behind_events", "git_refs"] == 0
    assert (before["docctl_in_the_way", "disk"], after["docctl_in_the_way", "disk"]) == (0, 1)
    assert not [value for name in after for value in name if "POL" in value]


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer ünï"])
def test_without_the_token_there_is_no_such_page(watched: FlaskClient, shown: str) -> None:
    assert watched.get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_without_a_token_in_the_settings_nothing_is_shown(client: FlaskClient) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_statements_do_not_grow_with_the_library(
    office: Office, watched: FlaskClient, control: DocumentControl
) -> None:
    counts = []
    for turn in range(2):
        office.publish(f"POL-{turn:03}")
        said: list[str] = []
        note = lambda _1, _2, statement, *_, said=said: said.append(statement)  # noqa: E731
        event.listen(control.engine, "before_cursor_execute", note)
        figures(watched)
        event.remove(control.engine, "before_cursor_execute", note)
        counts.append(len(said))
    assert counts[0] == counts[1] < 20
