"""What comes from an endpoint: an answer as it arrives, and a watch that ends it whatever it waits for."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from ontology.errors import PlenaryError
from queries.cancel import CURRENT, Cancel, QueryCancelled
from queries.errors import QueryFailed, QueryTimeout

CHUNK = 64 * 1024
TOLD = 2000  # bytes that are read of an error


class Watch:
    """Shuts a connection at the time limit, or when the request that it serves is called off.

    A limit of the socket would not do: it begins anew with every byte, so that a slow drip never meets it.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._ends = time.monotonic() + limit
        self._late, self._request = Cancel(), CURRENT.get()
        self._connection: HTTPConnection | None = None
        self._timer = threading.Timer(limit, self._late.cancel)
        self._timer.daemon = True

    def hold(self, connection: HTTPConnection) -> None:
        """Begin to watch a connection that has been made; raises QueryCancelled if nobody waits any more."""
        self._connection, self._socket = connection, connection.sock
        self._late.hold(self._socket)
        if self._request:
            self._request.hold(self._socket)
        self._timer.interval = max(0.0, self._ends - time.monotonic())
        self._timer.start()

    def spent(self) -> float:
        """Seconds since the query was sent, to a tenth."""
        return round(self.limit - (self._ends - time.monotonic()), 1)

    def check(self) -> None:
        """Raise what the watch has ended the connection for, if it has."""
        if self._request and self._request.cancelled:
            raise QueryCancelled
        if self._late.cancelled or time.monotonic() >= self._ends:
            raise QueryTimeout(self.limit)

    def end(self) -> None:
        """Close the connection and forget it."""
        self._timer.cancel()
        if self._connection:
            self._late.release(self._socket)
            if self._request:
                self._request.release(self._socket)
            self._connection.close()


class Body:
    """The endpoint's answer: an iterator of its bytes, for which the time limit goes on."""

    def __init__(self, response: HTTPResponse, watch: Watch) -> None:
        self._response, self._watch = response, watch
        self.status, self.headers = response.status, response.headers
        self.media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            data = self._read()
        except PlenaryError:
            self.close()
            raise
        if not data:
            self.close()
            raise StopIteration
        return data

    def _read(self) -> bytes:
        try:
            data = self._response.read1(CHUNK, decode_content=True)
        except (OSError, HTTPException, HTTPError) as error:
            self._watch.check()
            raise QueryFailed("The endpoint's answer broke off before its end. Ask again.") from error
        if not data:
            self._watch.check()  # the end of what has been shut is no end
        return data

    def spent(self) -> float:
        """Seconds since the query was sent."""
        return self._watch.spent()

    def beginning(self) -> str:
        """What an error says, in one line: of a problem document its sentence, of a page for people nothing."""
        if self.media_type in ("text/html", "application/xhtml+xml"):
            return ""
        said = b""
        for data in self:
            said += data
            if len(said) >= TOLD:
                break
        text = said[:TOLD].decode("utf-8", "replace")
        if self.media_type == "application/problem+json":
            with suppress(ValueError, KeyError, TypeError):
                text = str(json.loads(text)["detail"])
        return " ".join(text.split())[:500]

    def __enter__(self) -> "Body":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave; what the endpoint does then is its own affair."""
        self._response.close()
        self._watch.end()
