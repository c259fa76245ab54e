"""`/report`: the report's tables and figures, regenerated from the graph, with query and evidence."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from ontology.errors import PlenaryError
from queries import saved
from queries.saved import BadParameter, SavedQuery
from queries.store import Rows
from server import errors
from server.answers import content_type
from server.chart import chart, faceted
from server.form import Form, read
from server.headers import allow_inline_styles
from server.negotiate import HTML
from server.report import BY_SLUG, ENTRIES, Choice, Entry
from server.report_page import Page, chosen, regenerated
from server.served import Served, served, text

page = Blueprint("report", __name__)


@page.get("/report")
def overview() -> str:
    """All tables and figures with their places in the report, and what the release holds of each."""
    held = _held(served())
    return render_template(
        "report.html", entries=[(e, saved.find(e.query), held[e.slug]) for e in ENTRIES], places=_places()
    )


@cache
def _held(served: Served) -> dict[str, tuple[int, int]]:
    """For each table or figure the number of rows or figures, and of points that can be drawn; read once a release."""
    return {entry.slug: _count(served.store.select(saved.find(entry.query).text)) for entry in ENTRIES}


def _count(found: Rows) -> tuple[int, int]:
    rows = [dict(zip(found.variables, row, strict=True)) for row in found.rows]
    stated = [row for row in rows if text(row.get("kind")) in ("", "figure")]
    return len(stated), sum(row.get("point") is not None for row in rows)


def _places() -> dict[str, dict[str, str]]:
    """By the printed name of a table or figure the headings it stands under, each with its first citation."""
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for row in served().run("report-places"):
        places[text(row["table"])].setdefault(text(row["section"]), text(row["citation"]))
    return places


@page.get("/report/<slug>")
def entry(slug: str) -> Response:
    """One table or figure; with parameters that differ from the report's own, the same measure for these."""
    found = BY_SLUG.get(slug)
    if found is None:
        raise NotFound
    form, own = _forms(found.choice)
    if form is None or own is None or (not form.error and form.address == own.address):
        return _render(found, saved.find(found.query), form, regenerated(found, served()))
    return _other(found, form)


def _forms(choice: Choice | None) -> tuple[Form | None, Form | None]:
    """The form as the request fills it, and as the report did; none where there is no choice."""
    sent = {name: values for name, values in request.args.to_dict(flat=False).items() if not name.startswith("_")}
    known = choice.own if choice else {}
    for name in sent:
        if name not in known:
            raise BadParameter(f"this page has no parameter {name!r}. It has: {', '.join(known) or 'none'}.")
    if choice is None:
        return None, None
    query = choice.find()
    report = {name: list(values) for name, values in choice.fixed.items()}
    report |= {name: [value] for name, value in choice.own.items()}
    return read(query, report | sent, served()), read(query, report, served())


def _other(entry: Entry, form: Form) -> Response:
    """What the release holds for other choices than the report's."""
    if form.error:
        return _render(entry, form.query, form, None, form.error)
    try:
        rows = served().store.select(form.sparql, limit=served().config.limit)
    except PlenaryError as problem:
        return _render(entry, form.query, form, None, problem)
    return _render(entry, form.query, form, chosen(rows, form.query.columns, served()))


def _render(
    entry: Entry, query: SavedQuery, form: Form | None, shown: Page | None, problem: PlenaryError | None = None
) -> Response:
    other = query.slug != entry.query
    fields = [f for f in form.fields if entry.choice and f.parameter.name in entry.choice.own] if form else []
    names = {f.parameter.name for f in fields}
    chosen_by = form.address if form and other and not problem else []
    spec = _chart(query, entry, shown)
    html = render_template(
        "report_entry.html",
        entry=entry,
        own=saved.find(entry.query),
        query=query,
        listed=query.slug in saved.catalogue(),
        body=saved.parse(query.slug, form.sparql if form and chosen_by else query.text).body,
        form=form,
        fields=fields,
        other=other,
        page=shown,
        problem=errors.problem(problem, errors.status(problem)) if problem else None,
        spec=spec,
        faceted=bool(spec and faceted(spec)),
        address=urlencode(chosen_by),
        permanent=urlencode([(name, value) for name, value in chosen_by if name in names]),
        places=_places()[entry.printed],
        around=_around(entry),
    )
    code = errors.status(problem) if problem else 200
    return allow_inline_styles(Response(html, code, content_type=content_type(HTML)))


def _chart(query: SavedQuery, entry: Entry, shown: Page | None) -> dict[str, Any] | None:
    """The chart of what is shown; None if there is nothing to draw."""
    spec = entry.chart if entry.chart and query.slug == entry.query else query.chart
    return chart(dict(spec), shown.found, query.title) if shown and spec and _drawable(spec, shown.found) else None


def _drawable(spec: Mapping[str, Any], found: Rows) -> bool:
    """Whether rows have what a chart draws: a point, or at least two moments on an axis of time, or anything."""
    across = spec["encoding"]["x"]
    name, least = ("point", 1) if "point" in found.variables else (across["field"], 1 + (across["type"] == "temporal"))
    if name not in found.variables:
        return bool(found.rows)  # the chart makes it from the others
    place = found.variables.index(name)
    return len({row[place] for row in found.rows if row[place] is not None}) >= least


def _around(entry: Entry) -> tuple[Entry | None, Entry | None]:
    """The entries before and after one."""
    place = ENTRIES.index(entry)
    return ENTRIES[place - 1] if place else None, ENTRIES[place + 1] if place + 1 < len(ENTRIES) else None
