"""A SPARQL endpoint in this process, which has whatever release a test puts into it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Store

from ontology.releases import Release
from queries import published


class Endpoint(ThreadingHTTPServer):
    """Answers SELECT queries; `held` may be replaced at any time."""

    held: Store

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    def take(self, release: Release) -> None:
        """Hold what `plenary publish` would bring."""
        store, graph = Store(), NamedNode(published.ADDRESS)
        store.bulk_load(path=str(release.dump), format=RdfFormat.N_QUADS)
        store.extend(
            Quad(triple.subject, triple.predicate, triple.object, graph) for triple in published.describe(release)
        )
        self.held = store


class Answer(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        graphs = {
            key: [NamedNode(name) for name in form[field]]
            for key, field in (("default_graph", "default-graph-uri"), ("named_graphs", "named-graph-uri"))
            if field in form
        }
        found = self.server.held.query(form["query"][0], **graphs)  # type: ignore[arg-type]
        assert isinstance(found, QuerySolutions)
        data = found.serialize(format=QueryResultsFormat.JSON) or b""
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running(release: Release) -> Iterator[Endpoint]:
    """An endpoint that has this release at first."""
    with Endpoint(("127.0.0.1", 0), Answer) as server:
        server.take(release)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()
