"""The peer that `bench.peers` measures against: a Flask view around pyoxigraph, behind waitress, in one process.

`python -m bench.bare DUMP PORT` serves it: no limits, no headers, no workers, no logs.
"""

import sys

import waitress
from flask import Flask, Response, request
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

JSON = "application/sparql-results+json"


def main(dump: str, port: str) -> None:
    sys.setswitchinterval(0.0002)  # as the full server does
    store = Store()
    store.bulk_load(path=dump, format=RdfFormat.N_QUADS)
    app = Flask(__name__)

    @app.get("/sparql")
    def sparql() -> Response:
        found = store.query(request.args["query"], use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return Response(found.serialize(format=QueryResultsFormat.JSON), content_type=JSON)

    waitress.serve(app, host="127.0.0.1", port=int(port), threads=16)


if __name__ == "__main__":
    main(*sys.argv[1:])
