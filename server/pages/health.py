"""For operators: whether the process lives, and whether it can answer."""

from flask import Blueprint, Response

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
