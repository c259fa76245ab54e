"""The HTTP server: waitress, which besides notices clients that leave, and ends with what it has begun.

Waitress was measured beside granian and gunicorn (docs/operating.md). One thread speaks with all clients, so that slow
ones hold up nobody; a request and its answer, streamed ones included, have one of `threads` to themselves, which
keeps a connection for a moment after.
"""

import errno
import select
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from types import FrameType
from typing import TYPE_CHECKING

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import build_http_date
from werkzeug.exceptions import default_exceptions

from ontology.errors import PlenaryError
from queries.cancel import CURRENT, Cancel
from server.leaving import Watch
from server.strict import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

CONNECTIONS = 800
BUFFER = 1024 * 1024  # bytes of one answer that wait for its client, before its thread does
HEADERS = 64 * 1024
IDLE = 60  # seconds that a connection may stay silent, or a client not take what is ready for it
LINGER = 2.0
MOMENT = 2  # milliseconds
HERE = threading.local()
UNREAD = {"command": "GET", "path": "/", "query": "", "request_uri": "/", "url_scheme": "http"}
REASONS = {
    errno.EADDRINUSE: "port {port} on {host} is in use; stop what listens there, or choose another with --port",
    errno.EACCES: "port {port} may not be used by this user; choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "{host} is no address of this machine; choose another with --host",
}


_date = lru_cache(maxsize=4)(build_http_date)


class CannotServe(PlenaryError):
    """The server cannot begin to listen."""


class Task(WSGITask):
    """One request; while it is answered its queries can be called off, should the client leave."""

    channel: "Channel"
    close_on_finish: bool
    wrote_header: bool
    response_headers: list[tuple[str, str]]

    def service(self) -> None:
        """Answer the request, from its environment to the last byte handed over."""
        cancel = Cancel()
        before = CURRENT.set(cancel)
        try:
            self.channel.server.watch.begin(self.channel.socket, cancel)
            super().service()
        finally:
            self.channel.server.watch.end(cancel)
            CURRENT.reset(before)

    def execute(self) -> None:
        """Have the app answer; what it finds late, such as that the time is up, breaks the connection in silence."""
        whole = False
        try:
            super().execute()
            whole = True
        except PlenaryError as error:
            raise ConnectionAbortedError from error
        finally:
            if self.wrote_header and not (whole or self.chunked_response or self.request.command == "HEAD"):
                self._reset()

    def _reset(self) -> None:
        """Have the connection end in a reset: without chunks, its end would be taken for that of the answer."""
        with suppress(OSError):  # the client may have left
            self.channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def start(self) -> None:
        """Begin; a server that is ending keeps no connection open."""
        super().start()
        if self.channel.server.ending:
            self.set_close_on_finish()

    def build_response_header(self) -> bytes:
        """The head of the answer; here a connection outlives an answer of unknown length, and one without a body."""
        headers, asked = self.response_headers, self.request.headers.get("CONNECTION", "").lower()
        said = {name.lower() for name, _ in headers}
        if not self.has_body:
            headers[:] = [(name, value) for name, value in headers if name.lower() != "content-length"]
        elif "content-length" not in said and self.content_length is not None:
            headers.append(("Content-Length", str(self.content_length)))
        self.chunked_response = self.has_body and self.content_length is None and self.version == "1.1"
        if self.chunked_response:
            headers.append(("Transfer-Encoding", "chunked"))
        lasts = self.has_body and self.content_length is not None and asked == "keep-alive"
        if (self.version == "1.0" and not lasts) or asked == "close":
            self.set_close_on_finish()
        elif self.version == "1.0" and not self.close_on_finish:
            headers.append(("Connection", "Keep-Alive"))
        headers.append(("Server", self.channel.server.adj.ident))
        if "date" not in said:
            headers.append(("Date", _date(int(self.start_time))))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"HTTP/{self.version} {self.status}\r\n{lines}\r\n".encode("latin-1")

    def write(self, data: bytes) -> None:
        """Send a part of the body, the first one with the head; an answer to HEAD has none, so no last chunk either."""
        if self.request.command == "HEAD":
            super().write(b"")
            self.chunked_response = False
            return
        if data and not self.wrote_header and self.has_body:
            self.channel.head, self.wrote_header = self.build_response_header(), True
        super().write(data)


class Refusal(Task):
    """A request that could not be read: the app is told why, as an error to raise, and answers with all its manners."""

    def get_environment(self) -> "WSGIEnvironment":
        """An environment that holds no more of the request than the form in which its client wants answers."""
        error, accept = self.request.error, self.request.headers.get("ACCEPT", "")
        for name, value in UNREAD.items():
            setattr(self.request, name, getattr(self.request, name, value))
        self.request.headers, self.request.body_rcv = {"ACCEPT": accept}, None
        self.channel.lingers_until = time.time() + LINGER
        self.set_close_on_finish()
        environ: WSGIEnvironment = super().get_environment()
        return environ | {"QUERY_STRING": "", "plenary.refused": default_exceptions[error.code](error.body)}


class Channel(HTTPChannel):
    """One connection. After a refusal what the client still sends is read for a moment, else it never sees why."""

    server: "Server"
    parser_class, task_class, error_task_class = Request, Task, Refusal
    lingers_until, lingering = 0.0, False
    held = False
    head = b""  # of an answer, to be sent with what comes next

    def write_soon(self, data: bytes) -> int:
        """Send at once, as far as the client takes it and nothing is before it; what is left waits in memory."""
        data, self.head, sent = self.head + data, b"", 0
        with self.outbuf_lock:
            if self.connected and not self.total_outbufs_len:
                sent, _ = self._flush_exception(partial(self.send, data), do_close=False)
        if sent < len(data):
            super().write_soon(data[sent:])
        elif sent:
            self.last_activity = time.time()
        return len(data)

    def service(self) -> None:
        """Answer a request, and those that follow at once, before the main thread gets the connection back.

        Going to and fro between two threads would take longer than a short answer does.
        """
        self.held = True
        HERE.channel = self
        super().service()
        while self.connected and not self.server.task_dispatcher.queue and (self.requests or self._comes()):
            if self.requests:
                super().service()
            else:
                self.handle_read()
        self.held, HERE.channel = False, None
        if self.connected and self.requests:
            self.server.add_task(self)
        elif self.connected:
            self.server.pull_trigger()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to be answered, sent or closed."""
        busy = self.requests or self.total_outbufs_len or self.will_close or self.close_when_flushed
        return self.connected and not busy and not self.server.ending

    def _comes(self) -> bool:
        """Whether the client sends something in a moment; that it has left is for the main thread."""
        client = self.socket  # the main thread, when it ends, takes it away meanwhile
        if client is None or not self.quiet:
            return False
        poll = select.poll()
        try:
            poll.register(client, select.POLLIN | select.POLLRDHUP)
            return [events for _, events in poll.poll(MOMENT)] == [select.POLLIN]
        except (OSError, ValueError):  # ValueError: closed, hence without a number
            return False

    def readable(self) -> bool:
        """Whether to read: the next request, or what nobody will look at."""
        return self.lingering or (not self.held and bool(super().readable()))

    def writable(self) -> bool:
        """Whether there is something to send, or to close."""
        return not self.lingering and bool(super().writable())

    def handle_write(self) -> None:
        """Send what is ready; a refusal, once sent, ends only our half of the connection."""
        if self.lingers_until and self.close_when_flushed:
            self._flush_exception(self._flush_some)
            if not (self.total_outbufs_len or self.will_close):
                self.lingering = True
                with suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_write()

    def handle_read(self) -> None:
        """Read; what comes after a refusal is thrown away."""
        if not self.lingering:
            super().handle_read()
        elif not self.recv(BUFFER) or time.time() > self.lingers_until:
            self.handle_close()


class Server(TcpWSGIServer):
    """Listens at one address, until told to end."""

    channel_class = Channel

    def __init__(self, app: "WSGIApplication", host: str, port: int, threads: int, longest_body: int) -> None:
        listener = _bind(host, port)
        settings = Adjustments(
            sockets=[listener],
            threads=threads,
            ident="Plenary",
            asyncore_use_poll=True,
            cleanup_interval=5,
            channel_timeout=IDLE,
            connection_limit=CONNECTIONS,
            outbuf_high_watermark=BUFFER,
            outbuf_overflow=2 * BUFFER + 65536,  # never a file
            inbuf_overflow=2 * longest_body,
            max_request_body_size=2 * longest_body,  # with what frames the chunks; the app counts what is in them
            max_request_header_size=HEADERS,
            clear_untrusted_proxy_headers=False,  # what a proxy may say is the app's business
            log_socket_errors=False,
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        about = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(app, {}, True, listener, dispatcher, settings, about, bind_socket=False)
        self.watch, self.ending = Watch(), False

    def run(self, grace: float) -> None:
        """Serve until SIGTERM or Ctrl-C; what runs then is called off after `grace` seconds. For the main thread."""
        signals = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._loop(lambda: not self.ending)
            self.accepting = False
            self.del_channel()
            self.socket.close()
            last = time.monotonic() + grace
            self._loop(lambda: self._busy() and time.monotonic() < last)
            self.watch.cancel_all()
            last = time.monotonic() + 1
            self._loop(lambda: self._busy() and time.monotonic() < last)
        finally:
            for number, before in signals.items():
                signal.signal(number, before)
            self.watch.close()
            wasyncore.close_all(self._map)

    def _loop(self, goes_on: Callable[[], bool]) -> None:
        while goes_on():
            wasyncore.loop(1.0 if not self.ending else 0.05, True, self._map, 1)

    def _busy(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in list(self.active_channels.values()))

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self.ending:
            raise KeyboardInterrupt  # asked twice: at once
        self.ending = True
        self.pull_trigger()

    def pull_trigger(self) -> None:
        """Wake the main thread, unless the connection of this one needs nothing from it."""
        channel = getattr(HERE, "channel", None)
        if channel is None or not channel.quiet:
            super().pull_trigger()

    def add_task(self, task: Channel) -> None:
        """Have a thread answer; a connection that one holds has one already."""
        if not task.held:
            super().add_task(task)

    def maintenance(self, now: float) -> None:
        """Close connections on which nothing moves: idle ones, and those of clients that take nothing any more."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.lingering or (channel.total_outbufs_len and channel.last_activity < now - IDLE):
                channel.will_close, channel.lingering = True, False


def _bind(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=1024)
        listener.setblocking(False)
    except OSError as error:
        why = "{host} is no address of this machine; choose another with --host"
        reason = REASONS.get(error.errno or 0, why if isinstance(error, socket.gaierror) else "{host}:{port}: {error}")
        raise CannotServe(reason.format(host=host, port=port, error=error.strerror)) from error
    return listener
