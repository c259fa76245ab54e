"""`plenary serve`: the app behind the HTTP server, until Ctrl-C or SIGTERM."""

import sys
from pathlib import Path
from typing import Any

from ontology import releases
from server import logs
from server.app import FORM_OVERHEAD
from server.listen import Server
from server.observe import Observed
from server.settings import read
from server.switch import Switch, settle

# Seconds after which a thread makes room for another. With Python's own 5 ms long results take twice as long, since
# threads wait for each other between two parts; with a hundredth of a millisecond changing costs a new query a third.
SWITCH = 0.0002


def serve(store: str | Path = releases.DEFAULT, **settings: Any) -> None:  # noqa: ANN401
    """Serve a folder of releases or a SPARQL endpoint until the process is told to end; `settings.SETTINGS` by name."""
    listening, config = read({"store": store, **settings})
    sys.setswitchinterval(SWITCH)
    logs.configure(listening.log)
    app = Switch(config)
    settle()  # looking again and again through what stays would take a third of the time
    try:
        watched = Observed(app, config.metrics)
        longest = FORM_OVERHEAD * config.max_query_bytes
        server = Server(watched, listening.host, listening.port, config.limits.threads, longest)
        _announce(app.served.name, listening.host, server.effective_port, listening.log)
        server.run(listening.grace)
    finally:
        app.close()


def _announce(name: str, host: str, port: int, log: str) -> None:
    """The first line on standard error, for people and programs that wait for it."""
    shown = f"[{host}]" if ":" in host else host
    said = f"Plenary serves {name} at http://{shown}:{port}/ (Ctrl-C ends it)"
    if log == "none":
        print(said, file=sys.stderr, flush=True)
    else:
        logs.LOG.info(said)
