"""Search: what people may find, with the words found marked, and numbers and titles while they type."""

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from docctl.domain.documents.described_fields import Place, fields_at
from docctl.domain.search.entry import SearchHit, SearchResults
from docctl.domain.search.facts import facets
from docctl.registers.search import search
from docctl.web import control, person
from docctl.web.frame.asked import LONGEST_TEXT, asked_page, asked_text

bp = Blueprint("search", __name__)

MOST_CHOSEN = 10
PER_PAGE = 20
MOST_VALUES = 8


@bp.get("/search")
def find() -> str:
    """Find documents; every revision of them where the person may and wishes to."""
    query = asked_text("q", LONGEST_TEXT)
    sees_all = search.may_search_every_revision(person())
    every_revision = sees_all and asked_text("revisions") == "every"
    chosen = _chosen(every_revision)
    asked = bool(query or chosen)
    results = SearchResults()
    if asked:
        results = search.find(
            control(),
            person(),
            query,
            filters=chosen,
            every_revision=every_revision,
            page=asked_page(),
            per_page=PER_PAGE,
        )
    return render_template(
        "search/find.html",
        query=query,
        results=results,
        asked=asked,
        chosen=chosen,
        facets=_facets(results, chosen, every_revision),
        facet_names=facet_names(),
        sees_all=sees_all,
        every_revision=every_revision,
        address_of=address_of,
        per_page=PER_PAGE,
        most_values=MOST_VALUES,
        standard_codes={standard.id: standard.code for standard in control().catalogue.standards},
    )


@bp.get("/search/titles")
def titles() -> Response:
    """Give numbers and titles that begin as typed, of documents in force that the person may see."""
    found = search.titles_starting_with(control(), person(), asked_text("beginning", 100))
    return jsonify(
        [
            {"number": number, "title": title, "address": url_for("documents.show", number=number)}
            for number, title in found
        ]
    )


def address_of(hit: SearchHit) -> str:
    """Return the address at which a hit opens: its revision, at the section that holds the words."""
    anchor = hit.anchor or None
    if hit.state == "IN_FORCE":
        return url_for("documents.show", number=hit.number, _anchor=anchor)
    return url_for("documents.show_revision", number=hit.number, revision=hit.revision, _anchor=anchor)


def facet_names() -> dict[str, str]:
    """Return what the facets are called."""
    described = {field.name: _(field.label) for field in fields_at(Place.FACET)}
    return {"type": _("Type"), **described, "standard": _("Standard"), "state": _("State")}


def _chosen(every_revision: bool) -> dict[str, list[str]]:
    names = facets() if every_revision else tuple(name for name in facets() if name != "state")
    chosen = {name: [value[:200] for value in request.args.getlist(name) if value][:MOST_CHOSEN] for name in names}
    return {name: values for name, values in chosen.items() if values}


def _facets(
    results: SearchResults, chosen: dict[str, list[str]], every_revision: bool
) -> dict[str, list[tuple[str, int]]]:  # fmt: skip
    """Return the facets worth showing: those that would narrow the hits, among the hits themselves."""
    shown = {}
    for name in facets():
        values = list(results.facets.get(name, ()))
        if name not in chosen and len(values) > 1 and (name != "state" or every_revision):
            shown[name] = values
    return shown
