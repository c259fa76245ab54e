"""`/queries`: the catalogue of saved queries, and each with its form, table, chart and text."""

import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from ontology import iris
from ontology.errors import PlenaryError
from queries import saved
from queries.saved import Parameter, SavedQuery
from queries.search import fold
from queries.sparql import inspect
from queries.store import Rows
from server import beside, errors
from server.answers import content_type, named, stream
from server.chart import chart, faceted
from server.compared import ARGUMENT, Compared, asked, comparable, compare
from server.form import Form, read
from server.headers import allow_inline_styles
from server.negotiate import HTML, best
from server.readable import Drawn, common, readable
from server.served import served, text
from server.table import Table, table, to_csv

TABLES = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPHS = {"ttl": "text/turtle"}
BESIDE = {"csv": "text/csv"}
page = Blueprint("queries", __name__)


@dataclass(frozen=True)
class Result:
    """What running a query gave, for its page: a table, text where it is none, or several rules side by side."""

    rows: Rows | None
    table: Table | None
    text: str
    milliseconds: int
    compared: Compared | None = None


@page.get("/queries", defaults={"suffix": ""})
@page.get("/queries.<any(json):suffix>")
def catalogue(suffix: str) -> Response:
    """All saved queries, or those that have the words `q` and the tag `tag`."""
    words, tag = request.args.get("q", "").strip()[:200], request.args.get("tag", "")
    every = offered()
    found = [query for query in every if fits(query, words, tag)]
    if suffix or best(request.headers.get("Accept", ""), (HTML, "application/json")) == "application/json":
        return jsonify([_entry(query) for query in found])
    tags = sorted(Counter(tag for query in every for tag in query.tags).items())
    html = render_template("queries.html", found=found, tags=tags, q=words, tag=tag, total=len(every))
    return Response(html, content_type=content_type(HTML))


def offered() -> list[SavedQuery]:
    """The saved queries that this release has something to say to: without those of sources that it has not."""
    sources = [address.removeprefix(iris.GRAPHS) for address in served().store.graphs]
    return [query for query in saved.catalogue().values() if query.is_offered(sources)]


def fits(query: SavedQuery, words: str, tag: str) -> bool:
    """Whether a query has all the words, and the tag if one is given."""
    said = fold(" ".join((query.slug, query.title, query.description, *query.tags, *query.answers)))
    return (not tag or tag in query.tags) and all(word in said for word in fold(words).split())


def _entry(query: SavedQuery) -> dict[str, object]:
    return {
        "slug": query.slug,
        "title": query.title,
        "description": query.description,
        "tags": query.tags,
        "answers": query.answers,
        "parameters": [{"name": p.name, "type": p.type, "label": p.label, "of": p.of} for p in query.parameters],
        "columns": query.columns,
    }


@page.get("/queries/<name>")
def query(name: str) -> Response:
    """One saved query with the parameters of the request, as a page or as data."""
    slug, dot, suffix = name.partition(".")
    found = saved.find(slug)
    rules = asked(found, request.args.getlist(ARGUMENT))
    offered = BESIDE if rules else TABLES if inspect(found.text).form in ("SELECT", "ASK") else GRAPHS
    accept = request.headers.get("Accept", "")
    wanted = offered.get(suffix) if dot else best(accept, (*offered.values(), HTML))
    if not wanted:
        raise errors.NotOffered("." + suffix if dot else accept, (*offered.values(), HTML))
    form = read(found, request.args.to_dict(flat=False), served())
    return _page(form, rules) if wanted == HTML else _data(form, rules, wanted, download=bool(dot))


def _data(form: Form, rules: Parameter | None, media_type: str, *, download: bool) -> Response:
    if form.error:
        raise form.error
    name = form.query.slug
    if rules:
        body, name = beside.to_csv(compare(form, rules, served()).beside), name + "-side-by-side"
        response = Response(body, content_type=content_type(media_type))
    elif media_type == "text/csv":
        rows = served().store.select(form.sparql, limit=served().config.limit)
        response = Response(to_csv(rows), content_type=content_type(media_type))
    else:
        response = stream(form.sparql, media_type)
    return named(response, name, media_type, "attachment" if download else "inline")


def _page(form: Form, rules: Parameter | None) -> Response:
    result, error = None, form.error
    if not error:
        try:
            result = _compared(form, rules) if rules else _run(form)
        except PlenaryError as problem:
            error = problem
    drawn = _drawn(form.query, result.rows) if result and result.rows and result.rows.rows else None
    html = render_template(
        "query.html",
        query=form.query,
        form=form,
        result=result,
        problem=errors.problem(error, errors.status(error)) if error else None,
        drawn=drawn,
        address=urlencode(form.address),
        rules=(rule := comparable(form.query)),
        compare=_compare(form, rule),
        beside=rules,
        most=_most(),
        network=bool(result and result.rows and _joined(result.rows)),
        open=urlencode({"query": "" if form.error else _body(form.sparql)}),
    )
    return allow_inline_styles(Response(html, errors.status(error) if error else 200, content_type=content_type(HTML)))


def _compare(form: Form, rule: Parameter | None) -> str:
    """The part of an address that has all rules side by side, with the other parameters as they are."""
    if rule is None:
        return ""
    return urlencode([*(one for one in form.address if one[0] != rule.name), (ARGUMENT, rule.name)])


def _drawn(query: SavedQuery, rows: Rows) -> Drawn | None:
    if not query.chart:
        return None
    spec, told = readable(chart(query.chart, rows, query.title))
    return Drawn(spec, faceted(spec), told, common(table(rows, query.columns)))


def _joined(rows: Rows) -> bool:
    """Whether at least two of the things in a result are joined to others in the network."""
    index = served().network.index
    return len({text(term) for row in rows.rows for term in row if text(term) in index}) > 1


def _most() -> int | None:
    """How many rows the page shows."""
    return None if request.args.get("_rows") == "all" else served().config.max_rows_shown


def _compared(form: Form, rules: Parameter) -> Result:
    began = time.perf_counter()
    found = compare(form, rules, served())
    return Result(None, None, "", _since(began), found)


def _run(form: Form) -> Result:
    began = time.perf_counter()
    if inspect(form.sparql).form != "SELECT":
        with served().store.stream(form.sparql, "text/turtle", limit=served().config.limit) as answer:
            said = b"".join(answer).decode()
        return Result(None, None, said, _since(began))
    rows = served().store.select(form.sparql, limit=served().config.limit)
    took = _since(began)
    return Result(rows, table(rows, form.query.columns, _most()), "", took)


def _since(began: float) -> int:
    return max(1, round(1000 * (time.perf_counter() - began)))


def _body(sparql: str) -> str:
    """A query without its header."""
    return "\n".join(line for line in sparql.splitlines() if not line.startswith("#+")).strip() + "\n"
