"""Answers for programs: results as they come from the store; a status is sent only when the first bytes are here."""

from collections.abc import Iterator, Sequence
from itertools import chain

from flask import Response

from queries.sparql import inspect
from queries.store import Answer, formats
from queries.worker import FRAME
from server.served import Config, Served, served

TABLES = formats("SELECT")
RDF = formats("CONSTRUCT")
MAX_BYTES = "X-Plenary-Max-Bytes"
NOT_KEPT = ("Cache-Control", "no-store")
ENDINGS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}


def stream(
    sparql: str,
    media_type: str,
    *,
    sent_as: str = "",
    name: str = "",
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    limit: float | None = None,
) -> Response:
    """Run a query and pass its result on.

    What goes wrong before the first bytes is raised, and so answered with its own status; what goes wrong after them
    breaks the connection, so that no client takes a part for the whole.
    """
    here = served()
    limit = here.config.limit if limit is None else limit
    answer, body = begin(here, sparql, media_type, default_graphs, named_graphs, limit)
    response = Response(body, content_type=content_type(sent_as or media_type))
    response.call_on_close(answer.close)
    response.headers.extend(told(here.config, sparql))
    return named(response, name, media_type, "inline") if name else response


def begin(
    here: Served,
    sparql: str,
    media_type: str,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
    limit: float,
) -> tuple[Answer, bytes | Iterator[bytes]]:
    """An answer, to be closed, of which the first bytes are here, and its body: whole if it is short."""
    answer = here.store.stream(sparql, media_type, default_graphs, named_graphs, limit)
    try:
        chunks = iter(answer)
        return answer, _body(next(chunks, b""), chunks)
    except BaseException:
        answer.close()
        raise


def told(config: Config, sparql: str) -> list[tuple[str, str]]:
    """Headers that say how long a query's result may be, and that it is another one each time, where it is."""
    most = config.limits.max_bytes
    return [(MAX_BYTES, str(most))] * bool(most) + [NOT_KEPT] * (not inspect(sparql).steady)


def _body(first: bytes, chunks: Iterator[bytes]) -> bytes | Iterator[bytes]:
    """A short result whole, so that its length is known and the connection stays open; a longer one as it comes."""
    if len(first) >= FRAME:
        return chain([first], chunks)
    second = next(chunks, None)
    return first if second is None else chain([first, second], chunks)


def content_type(media_type: str) -> str:
    """A media type as a header gives it: text says its encoding."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def named(response: Response, name: str, media_type: str, how: str) -> Response:
    """Give a download a file name that holds the release and its date."""
    parts = ("plenary", name, f"release-{served().release}" if served().release else "", served().date)
    ending = ENDINGS[media_type]
    file = "-".join(filter(None, parts))
    response.headers["Content-Disposition"] = f'{how}; filename="{file}.{ending}"'
    return response
