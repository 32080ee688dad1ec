"""Runs migrations on the connection that the library hands over."""

from alembic import context

from docctl.domain.approval import approval_route, declaration, delegation, signature  # noqa: F401
from docctl.domain.documents import adopted_revision, cross_reference, document, document_type, revision, saved_draft  # noqa: F401
from docctl.domain.mapping import Record
from docctl.domain.notices import notice  # noqa: F401
from docctl.domain.people import organisation, user  # noqa: F401
from docctl.domain.retention import retention  # noqa: F401
from docctl.domain.rights import audit_engagement  # noqa: F401
from docctl.domain.sign_in import access_request, second_factor, web_session  # noqa: F401
from docctl.domain.trail import audit_trail  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    transactional_ddl=True,
    user_module_prefix="mapping.",
)
with context.begin_transaction():
    context.run_migrations()
