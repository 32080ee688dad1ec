"""Runs migrations on the connection that the library hands over."""

from alembic import context

from docctl.domain import (  # noqa: F401
    access_request,
    adopted_revision,
    approval_route,
    audit_engagement,
    audit_trail,
    cross_reference,
    declaration,
    delegation,
    document,
    document_type,
    notice,
    organisation,
    retention,
    revision,
    saved_draft,
    second_factor,
    signature,
    user,
    web_session,
)
from docctl.domain.mapping import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    transactional_ddl=True,
    user_module_prefix="mapping.",
)
with context.begin_transaction():
    context.run_migrations()
