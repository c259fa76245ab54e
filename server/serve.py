"""`plenary serve`: the app behind waitress, until Ctrl-C or SIGTERM."""

import errno
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import waitress
from flask import Flask

from ontology import releases
from ontology.errors import PlenaryError
from server.app import create_app
from server.served import Config, Served

THREADS = 16
# Seconds; with Python's own 5 ms the thread that reads requests waits for those that answer: a quarter of the speed.
SWITCH = 0.00001
REASONS = {
    errno.EADDRINUSE: "port {port} on {host} is in use; stop what listens there, or choose another with --port",
    errno.EACCES: "port {port} may not be used by this user; choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "{host} is no address of this machine; choose another with --host",
}


class CannotServe(PlenaryError):
    """The server cannot begin to listen."""


def serve(
    location: str | Path = releases.DEFAULT,
    host: str = "127.0.0.1",
    port: int = 8080,
    *,
    limit: float = Config.limit,
    quiet: bool = False,
) -> None:
    """Serve a folder of releases or a SPARQL endpoint until the process is told to end; port 0 takes a free one."""
    sys.setswitchinterval(SWITCH)
    app = create_app(Config(store=location, limit=limit))
    served: Served = app.extensions["plenary"]
    try:
        with _Ending(served):
            server = _listen(app, host, port)
            if not quiet:
                _announce(served, host, _port(server))
            server.run()
    except KeyboardInterrupt:
        pass
    finally:
        served.close()


def _announce(served: Served, host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"Plenary serves {served.name} at http://{shown}:{port}/ (Ctrl-C ends it)", file=sys.stderr, flush=True)


def _port(server: Any) -> int:  # noqa: ANN401
    """The port that was bound; of a name with several addresses, that of the first."""
    return int(getattr(server, "effective_port", 0) or server.effective_listen[0][1])


@dataclass
class _Ending:
    """While in use, SIGTERM ends the server as Ctrl-C does; queries that run are ended first."""

    served: Served

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGTERM, self._end)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, self._before)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.served.close()
        raise KeyboardInterrupt


def _listen(app: Flask, host: str, port: int) -> Any:  # noqa: ANN401  (waitress has no types)
    try:
        return waitress.create_server(
            app, host=host, port=port, threads=THREADS, ident="Plenary", clear_untrusted_proxy_headers=False
        )
    except OSError as error:
        reason = REASONS.get(error.errno or 0, "{host}:{port} cannot be used (" + str(error) + ")")
        raise CannotServe(reason.format(host=host, port=port)) from error
