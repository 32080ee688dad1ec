"""The web application: one document control, its pages, and what every answer carries."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect

from docctl.document_control import DocumentControl
from docctl.web.approval import approving, delegating, reassigning, reviewing
from docctl.web.documents import (
    comparison,
    described_facts,
    describing,
    documents,
    drafting,
    master_list,
    portal,
    previewing,
    publishing,
    registers,
    revision_history,
    saved_drafts,
    section_origins,
    withdrawing,
    writing_in_word,
)
from docctl.web.duties import reminder_rules, work_in_progress
from docctl.web.frame import (
    absence,
    answering,
    conversion_quota,
    errors,
    finding_people,
    formatting,
    layout,
    pieces,
    request_log,
    static_files,
    upload_quota,
)
from docctl.web.help import manual
from docctl.web.intake import adopting, importing
from docctl.web.issued_files import copies, issued_files, issuing, word_templates
from docctl.web.operations import losses, metrics, operations
from docctl.web.people import personnel, units, work_queue
from docctl.web.retention import disposing, people_records, retaining, retention_schedule
from docctl.web.rights import auditing, auditor_access
from docctl.web.search import search
from docctl.web.settings import administering, routes, types
from docctl.web.sign_in import known_browsers, own_account, recovering_access, second_factor, signing_in
from docctl.web.standards import clause_coverage
from docctl.web.trail import audit_log, witnessing

BLUEPRINTS = (
    signing_in.bp,
    recovering_access.bp,
    own_account.bp,
    second_factor.bp,
    portal.bp,
    search.bp,
    documents.bp,
    issued_files.bp,
    copies.bp,
    revision_history.bp,
    comparison.bp,
    section_origins.bp,
    master_list.bp,
    clause_coverage.bp,
    work_queue.bp,
    work_in_progress.bp,
    reminder_rules.bp,
    finding_people.bp,
    registers.bp,
    audit_log.bp,
    auditing.bp,
    drafting.bp,
    describing.bp,
    saved_drafts.bp,
    writing_in_word.bp,
    previewing.bp,
    reviewing.bp,
    approving.bp,
    delegating.bp,
    reassigning.bp,
    publishing.bp,
    issuing.bp,
    withdrawing.bp,
    retaining.bp,
    disposing.bp,
    retention_schedule.bp,
    people_records.bp,
    importing.bp,
    adopting.bp,
    administering.bp,
    personnel.bp,
    routes.bp,
    types.bp,
    units.bp,
    word_templates.bp,
    losses.bp,
    operations.bp,
    metrics.bp,
    witnessing.bp,
    manual.bp,
)
DEFAULTS: Mapping[str, Any] = {
    "ABSENT_BEAT_SECONDS": 0,
    "BASE_URL": "",
    "CONVERSION_PATIENCE_SECONDS": 0,
    "PRINTING_PATIENCE_SECONDS": 30,
    "LANGUAGES": ("en",),
    "MAX_CONTENT_LENGTH": 26 * 1024 * 1024,
    "MAX_FORM_PARTS": 5000,
    "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
    "METRICS_TOKEN": "",
    "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    "SESSION_IDLE_MINUTES": 600,
    "THREADS": 4,
    "TRUSTED_PROXIES": 0,
    "UPLOADS_AT_ONCE": 2,
    "UPLOADS_PER_MINUTE": 600,
    "UPLOAD_CONVERSION_PATIENCE_SECONDS": 60,
    "UPLOAD_PATIENCE_SECONDS": 0,
    "WTF_CSRF_TIME_LIMIT": None,
}


def create_app(control: DocumentControl, config: Mapping[str, Any]) -> Flask:
    """Build the pages around one document control; raise InvalidInputError where its secret key is too short."""
    app = Flask("docctl.web")
    app.config.from_mapping({**DEFAULTS, "SECRET_KEY": control.secret_key, **config})
    app.extensions["document_control"] = control
    request_log.init_app(app)
    absence.init_app(app)
    upload_quota.init_app(app)
    conversion_quota.init_app(app)
    answering.init_app(app)
    known_browsers.init_app(app)
    finding_people.init_app(app)
    signing_in.init_app(app)
    CSRFProtect(app)
    second_factor.init_app(app)
    formatting.init_app(app)
    layout.init_app(app)
    static_files.init_app(app)
    described_facts.init_app(app)
    auditor_access.init_app(app)
    manual.init_app(app)
    errors.init_app(app)
    pieces.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
