"""What is written to standard error: one line for each request and each event, as JSON or as text.

No line tells who asked, what was asked for, or with what program: no address of a client, no query, no user agent.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

LOG = logging.getLogger("plenary")
FORMS = ("auto", "json", "text", "none")
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
_encode = json.JSONEncoder(ensure_ascii=False).encode


def configure(form: str) -> None:
    """Have everything that Plenary and its HTTP server report go to standard error in one of the `FORMS`.

    By itself that is text on a terminal, and JSON for programs.
    """
    form = ("text" if sys.stderr.isatty() else "json") if form == "auto" else form
    handler: logging.Handler = logging.NullHandler() if form == "none" else logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    for logger, level in ((LOG, logging.INFO), (logging.getLogger("waitress"), logging.ERROR)):
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line names them


def request(about: dict[str, Any]) -> None:
    """One line for a request that has been answered."""
    if LOG.isEnabledFor(logging.INFO):
        record = logging.LogRecord(LOG.name, logging.INFO, "", 0, "request", None, None)  # LOG.info looks who called
        record.about = about
        LOG.handle(record)


class Json(logging.Formatter):
    """One JSON object a line; what an event is about stands beside its time and name."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        return _encode(_told(record) | getattr(record, "about", {}))


class Text(logging.Formatter):
    """The same for people: the time, the event, and what it is about."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end; a traceback takes more of them."""
        told = _told(record) | getattr(record, "about", {})
        traceback = told.pop("traceback", "")
        words = [str(told.pop("time")), *(f"{name}={value}" for name, value in told.items() if name != "event")]
        words.insert(1, str(told["event"]))
        return " ".join(words) + (f"\n{traceback}" if traceback else "")


def _told(record: logging.LogRecord) -> dict[str, Any]:
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    told: dict[str, Any] = {"time": time, "event": record.getMessage()}
    if record.levelno >= logging.WARNING:
        told["level"] = record.levelname.lower()
    if record.exc_info:
        told["traceback"] = logging.Formatter().formatException(record.exc_info)
        told["id"] = REQUEST_ID.get()
    return told
