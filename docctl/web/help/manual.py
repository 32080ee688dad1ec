"""Help: the chapters of the manual, what of them speaks of something, and the chapter that belongs to a page."""

from flask import Blueprint, Flask, abort, render_template, request, url_for

from docctl.registers.help import manual
from docctl.web.frame.asked import asked_text

bp = Blueprint("manual", __name__)

CHAPTER_OF = {
    "administering": "administering",
    "adopting": "controlling#s-bringing-in-a-past",
    "approving": "controlling#s-reviewing-and-approving",
    "audit_log": "auditing",
    "auditing": "auditing",
    "clause_coverage": "auditing",
    "comparison": "auditing",
    "describing": "controlling#s-writing-a-draft",
    "disposing": "controlling#s-retention-and-disposal",
    "drafting": "controlling#s-writing-a-draft",
    "importing": "controlling#s-bringing-in-what-there-is",
    "issuing": "controlling#s-issued-files",
    "known_browsers": "administering#s-guessing",
    "operations": "operating",
    "previewing": "controlling#s-issued-files",
    "publishing": "controlling#s-coming-into-force",
    "reassigning": "controlling#s-reviewing-and-approving",
    "reminder_rules": "controlling#s-reminders",
    "registers": "auditing",
    "retaining": "controlling#s-retention-and-disposal",
    "retention_schedule": "controlling#s-retention-and-disposal",
    "reviewing": "controlling#s-reviewing-and-approving",
    "revision_history": "auditing",
    "saved_drafts": "controlling#s-writing-a-draft",
    "section_origins": "auditing",
    "witnessing": "auditing#s-witnesses",
    "withdrawing": "controlling#s-withdrawing",
    "work_in_progress": "controlling#s-work-in-progress",
    "word_templates": "controlling#s-writing-a-draft",
    "writing_in_word": "controlling#s-working-in-word",
}
"""The chapter for the pages of each blueprint; for all others the one on finding and reading."""


@bp.get("/help")
def overview() -> str:
    """Show the chapters of the manual, and the sections that speak of what was asked."""
    asked = asked_text("q")
    return render_template(
        "help/overview.html", chapters=manual.chapters(), asked=asked, passages=manual.find_help(asked)
    )


@bp.get("/help/<path:name_of_chapter>")
def chapter(name_of_chapter: str) -> str:
    """Show a chapter of the manual."""
    shown = manual.chapters().get(name_of_chapter) or abort(404)
    return render_template("help/chapter.html", chapter=shown, html=manual.text_of(shown, address_of))


def address_of(name: str, anchor: str) -> str:
    """Return where a chapter, and a section of it, is read."""
    return url_for("manual.chapter", name_of_chapter=name, _anchor=anchor or None)


def help_for_page() -> str:
    """Return the address of the help that belongs to the page shown."""
    name, _, anchor = CHAPTER_OF.get((request.endpoint or "").partition(".")[0], "reading").partition("#")
    return address_of(name, anchor)


def init_app(app: Flask) -> None:
    """Let every page link to the help that belongs to it."""
    app.jinja_env.globals["help_for_page"] = help_for_page
