"""For operators: whether the process lives, whether it can answer, and what it has done."""

from collections.abc import Iterator

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from server.kept import KeptAnswers
from server.served import served

page = Blueprint("health", __name__)


@page.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@page.get("/readyz")
def ready() -> Response:
    """The store answers too; an error of the store is answered as such."""
    count = len(served().run("sources"))
    return Response(f"ok: {served().name}, {count} sources\n", content_type="text/plain; charset=utf-8")


@page.get("/metrics")
def metrics() -> Response:
    """Counts, times and the state of this moment, as Prometheus reads them."""
    return Response(served().config.metrics.text(_gauges()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _gauges() -> Iterator[tuple[str, str, dict[str, str], float]]:
    release = served().store.release
    if release:
        labels = {"number": str(release.number), "built": served().date, "digest": release.digest}
        yield "plenary_release_info", "The release that is served.", labels, 1
        yield "plenary_release_statements", "Statements of the release.", {}, release.statements
    kept = current_app.extensions.get("kept")
    if isinstance(kept, KeptAnswers):
        yield "plenary_kept_hits", "Requests answered from kept answers, of this release.", {}, kept.hits
        yield "plenary_kept_misses", "Requests that a kept answer could have met.", {}, kept.misses
        yield "plenary_kept_bytes", "Bytes of kept answers.", {}, kept.size
    state: dict[str, float] = getattr(served().store, "state", dict)()
    for name, value in state.items():
        yield f"plenary_store_{name}", f"Queries and processes of the store: {name}.", {}, value
