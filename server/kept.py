"""Short answers of the endpoint, kept for whoever asks the same again: a release never changes, so they never age."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from server.answers import NOT_KEPT
from server.direct import plain

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Key = tuple[str, str, str]
Answer = tuple[str, list[tuple[str, str]], bytes]
LONGEST = 64 * 1024
MOST = 16 * 1024 * 1024
HEADERS = 2048  # bytes that an answer takes besides its body, about


class KeptAnswers:
    """A WSGI layer in front of an app that serves one release; the least used answers make room for new ones."""

    def __init__(self, app: "WSGIApplication", most: int = MOST) -> None:
        self._app, self._most = app, most
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._size, self._lock = 0, Lock()
        self.hits = self.misses = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from what is kept, or ask the app and keep a short result of a query."""
        key = _key(environ)
        if key is None:
            return self._app(environ, start_response)
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
                self.hits += 1
            else:
                self.misses += 1
        if not found:
            return self._ask(key, environ, start_response)
        status, headers, body = found
        start_response(status, list(headers))
        return [body]

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return self._size

    def _ask(self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], /, *error: object) -> object:
            said.append((status, headers))
            return start_response(status, headers, *error)  # type: ignore[arg-type]

        answer = self._app(environ, start)  # type: ignore[arg-type]
        if not said or not _short(*said[-1]):
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        self._keep(key, (said[-1][0], list(said[-1][1]), body))
        return [body]

    def _keep(self, key: Key, answer: Answer) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = answer
                self._size += _weight(key, answer)
            while self._size > self._most:
                self._size -= _weight(*self._kept.popitem(last=False))


def _weight(key: Key, answer: Answer) -> int:
    """Bytes of memory that a kept answer takes, about."""
    return sum(map(len, key)) + len(answer[2]) + HEADERS


def _key(environ: "WSGIEnvironment") -> Key | None:
    """What tells one query from another; None for what is no plain query in an address."""
    if not plain(environ):
        return None
    return environ["QUERY_STRING"], environ.get("HTTP_ACCEPT", ""), environ.get("wsgi.url_scheme", "http")


def _short(status: str, headers: list[tuple[str, str]]) -> bool:
    """Whether an answer is a whole, short result; pages are left out, since they name the host that was asked."""
    said = dict(headers)
    length = said.get("Content-Length", "")
    html = said.get("Content-Type", "").startswith("text/html")
    steady = NOT_KEPT not in headers
    return status.startswith("200") and steady and not html and length.isdigit() and int(length) <= LONGEST
