"""`/openapi.json`: the addresses for programs as OpenAPI 3.1, made from what is declared beside each view."""

import re
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from importlib.metadata import version

from flask import Flask

from queries import saved
from server.answers import RDF, TABLES
from server.api.declared import FORM, JSON, Argument, Operation
from server.api.schema import Schema, component, parts, schema
from server.api.shapes import Envelope, Problem, here
from server.errors import PROBLEM
from server.served import served
from server.show import kinds

COMMON = (400, 406, 414, 429, 431, 500, 502, 503, 504)
LICENCE = {"name": "Code Apache-2.0; curated data CC BY 4.0", "identifier": "Apache-2.0 AND CC-BY-4.0"}
ABOUT = """Everything that the pages of Plenary show, for programs.

Every answer names the release and what it covers; within a release an address always gives the same answer, and its
ETag spares the transfer. Parameters that take a thing take a name, Latin or Chinese, a short address such as
`organization/huawei`, or an address. An unknown parameter, an unknown name or a value out of bounds is an error that
says what would be right. Errors are problem documents (RFC 9457)."""
DIRECT = "application/sparql-query"
HEADERS = {
    "ETag": "The same for the same answer; sent back as If-None-Match it spares the transfer.",
    "X-Plenary-Release": "The number of the release that answers.",
}
TEXT, HTML, XML = ("text/plain",), "text/html", "application/xml"
QUERY = Argument("query", "A SPARQL 1.1 query.", most=0, required=True, example="ASK { ?s ?p ?o }")


def _graphs() -> list[str]:
    return sorted(served().store.graphs)


GRAPHS = tuple(
    Argument(f"{part}-graph-uri", f"A graph of the release, as {part} graph of the query.", choices=_graphs, many=True)
    for part in ("default", "named")
)


def _others() -> Iterator[tuple[str, str, Operation]]:
    """Path, method and operation of addresses that give no JSON of ours."""
    slug = Argument("slug", "The name of the saved query.", choices=lambda: list(saved.catalogue()))
    format_ = Argument("format", "The format of the rows.", choices=("json", "csv", "tsv"), example="csv")
    kind = Argument("kind", "The word for the thing's class.", choices=lambda: sorted(kinds()), example="organization")
    name = Argument("name", "The thing's name in its address; `.ttl`, `.nt`, `.rdf` or `.jsonld` behind it names the "
                    "format, else Accept does.", example="huawei.ttl")  # fmt: skip
    tables = ("application/sparql-results+json", "text/csv", "text/tab-separated-values")
    asked = Operation("sparql", "The SPARQL 1.1 Protocol, query only.", (*TABLES, *RDF, HTML, JSON, XML, *TEXT),
                      (QUERY, *GRAPHS), (413, 415))  # fmt: skip
    about = asked.about + "\nWithout a query it gives the service description, and the editor to a browser."
    yield "/sparql", "get", replace(asked, about=about, arguments=(replace(QUERY, required=False), *GRAPHS))
    yield "/sparql", "post", asked
    yield (
        "/id/{kind}/{name}",
        "get",
        Operation(
            "resolve_thing",
            "A thing's page, or its claims and their evidence as RDF.",
            (*RDF, HTML),
            (kind, name),
            (404,),
        ),
    )
    yield "/queries/{slug}.{format}", "get", Operation(
        "download_query", "The rows of a saved query as a file.\nIts parameters are those of `/api/queries/{slug}`.",
        tables, (slug, format_), (404,)
    )  # fmt: skip
    yield "/healthz", "get", Operation("healthz", "Whether the process answers.", TEXT)
    yield "/readyz", "get", Operation("readyz", "Whether the store answers too.", TEXT)
    yield "/metrics", "get", Operation("metrics", "Counters and gauges for Prometheus.", TEXT)


def document(app: Flask) -> Schema:
    """The whole description of the app that is asked."""
    of, operations = served(), list(_operations(app))
    answers = {operation.answer for _, _, operation in operations if isinstance(operation.answer, type)}
    shapes = set().union(*map(parts, answers), parts(Problem), parts(Envelope))
    codes = {code for _, _, operation in operations for code in (*COMMON, *operation.errors)}
    paths: dict[str, Schema] = {}
    for path, method, operation in sorted(operations, key=lambda one: one[:2]):
        paths.setdefault(path, {})[method] = _operation(path, method, operation)
    release = f"+release-{of.release}" if of.release else ""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": of.config.title,
            "version": version("plenary") + release,
            "description": f"{ABOUT}\n\n{of.scope}",
            "license": LICENCE,
        },
        "servers": [{"url": here("/")}],
        "paths": paths,
        "components": {
            "schemas": {
                shape.__name__: component(shape, *([Envelope] if shape in answers else []))
                for shape in sorted(shapes, key=lambda one: one.__name__)
            },
            "headers": {name: {"description": about, "schema": {"type": "string"}} for name, about in HEADERS.items()},
            "responses": {str(code): _problem(HTTPStatus(code)) for code in sorted(codes)},
        },
    }


def _operations(app: Flask) -> Iterator[tuple[str, str, Operation]]:
    """Path, method and operation of every address that is described."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        operation = vars(app.view_functions[rule.endpoint]).get("operation")
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if isinstance(operation, Operation) and operation.each:
            yield from ((path.replace("{slug}", slug), "get", _one(operation, slug)) for slug in saved.catalogue())
        elif isinstance(operation, Operation):
            yield from ((path, method.lower(), operation) for method in methods)
    known = app.url_map.bind("")
    for path, method, operation in _others():
        examples = {one.name: one.example or next(iter(one.listed), "") for one in operation.arguments}
        if known.test(path.format_map(examples), method.upper()):
            yield path, method, operation


def _one(operation: Operation, slug: str) -> Operation:
    """The operation of one saved query."""
    query, arguments = saved.find(slug), operation.each(slug) if operation.each else ()
    return replace(operation, name=f"query_{slug.replace('-', '_')}", about=f"{query.title}\n\n{query.description}",
                   arguments=arguments)  # fmt: skip


def _operation(path: str, method: str, operation: Operation) -> Schema:
    summary, _, about = operation.about.partition("\n")
    in_path = [argument for argument in operation.arguments if f"{{{argument.name}}}" in path]
    others = [argument for argument in operation.arguments if argument not in in_path]
    told: Schema = {
        "operationId": operation.name + ("" if method == "get" else f"_by_{method}"),
        "tags": [path.split("/")[2 if path.startswith("/api/") else 1]],
        "summary": " ".join(summary.split()).removesuffix("."),
        "description": about.strip(),
        "parameters": [_parameter(argument, "path") for argument in in_path],
        "responses": _responses(operation),
    }
    if method == "get":
        told["parameters"] += [_parameter(argument, "query") for argument in others]
    else:
        bodies: Schema = {FORM: {"schema": _form(others)}} | ({DIRECT: {}} if path == "/sparql" else {})
        told["requestBody"] = {"required": True, "content": bodies}
    return told


def _parameter(argument: Argument, place: str) -> Schema:
    required = place == "path" or argument.required
    told = {"name": argument.name, "in": place, "description": argument.about, "required": required}
    return told | {"schema": _values(argument)} | ({"example": _example(argument)} if argument.example else {})


def _example(argument: Argument) -> object:
    return [argument.example] if argument.many else argument.example


def _form(arguments: list[Argument]) -> Schema:
    required = [argument.name for argument in arguments if argument.required]
    properties = {argument.name: _values(argument) | {"description": argument.about} for argument in arguments}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _values(argument: Argument) -> Schema:
    """The schema of the values that an argument takes."""
    value: Schema = {"type": argument.type}
    if argument.type == "integer":
        value |= {"minimum": argument.least, "maximum": argument.most}
    elif listed := argument.listed:
        value |= {"enum": listed}
    else:
        pattern = f"^(?:{argument.pattern})$" if argument.pattern else r"\S" if argument.required else ""
        value |= ({"maxLength": argument.most} if argument.most else {}) | ({"pattern": pattern} if pattern else {})
    if argument.many:
        return {"type": "array", "items": value}
    return value | ({} if argument.default is None else {"default": argument.default})


def _responses(operation: Operation) -> Schema:
    types = operation.answer if isinstance(operation.answer, tuple) else (JSON,)
    body = schema(operation.answer) if isinstance(operation.answer, type) else {}
    content = {one: {"schema": body} if body else {} for one in types}
    found: Schema = {"200": {"description": "The answer.", "content": content}}
    if body:
        found["200"]["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
    found["304"] = {"description": "Nothing has changed since the ETag that was sent."}
    codes = sorted({*COMMON, *operation.errors})
    return found | {str(code): {"$ref": f"#/components/responses/{code}"} for code in codes}


def _problem(status: HTTPStatus) -> Schema:
    content = {PROBLEM: {"schema": schema(Problem)}}
    return {"description": status.description or status.phrase, "content": content}
