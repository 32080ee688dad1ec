"""departments as units with names of their own, taken from the events that listed them"""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from docctl.domain.people.organisation import Organisation
from docctl.domain.people.unit import Unit, take_list
from docctl.domain.trail.events.settings import FIRST_DEPARTMENTS

revision = "0021"
down_revision = "0020"

LISTS = ("library:founded", "library:changed")


def upgrade() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("inherited", sa.JSON(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["units.id"], name=op.f("fk_units_merged_into_id_units"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )
    table = sa.table(
        "units", sa.column("kind"), sa.column("names", sa.JSON()), sa.column("inherited", sa.JSON()),
        sa.column("retired_on", sa.Date()),
    )  # fmt: skip
    for unit in _listed_so_far():
        row = {"kind": unit.kind, "names": unit.name_rows, "inherited": [], "retired_on": unit.retired_on}
        op.execute(table.insert().values(row))
    op.drop_column("organisation", "departments")


def _listed_so_far() -> list[Unit]:
    """Return the departments that events listed, in the order in which replaying numbers them."""
    events = sa.table("events", *(sa.column(name) for name in ("seq", "act", "text")))
    listing = sa.select(events.c.text).where(events.c.act.in_(LISTS)).order_by(events.c.seq)
    organisation, units = Organisation(time_zone="UTC"), list[Unit]()
    for (text,) in op.get_bind().execute(listing):
        said = json.loads(text)
        organisation.time_zone = said.get("time_zone") or organisation.time_zone
        names = said.get("departments", FIRST_DEPARTMENTS if said["action"] == LISTS[0] else None)
        if names is not None:
            day = organisation.day_of(datetime.fromisoformat(said["time"]))
            units += take_list([*units], names, day)
    return units
