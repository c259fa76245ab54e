"""The process that holds a release and forks workers: `python -m queries.pool RELEASE SOCKET LIMITS`.

It serves the release at the socket, says `ready`, and ends with its standard input, hence with the process that started
it. LIMITS are those of `queries.limits` as JSON. `queries.embedded` is its client.
"""

import contextlib
import gc
import json
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ontology import releases
from ontology.errors import PlenaryError
from ontology.releases import Release
from queries import worker
from queries.limits import Limits
from queries.supervisor import Supervisor

IN_MEMORY = 2_000_000  # statements, at about 480 bytes each
CONNECTIONS = 256


def supervise(folder: Path, address: Path, limits: Limits) -> None:
    """Load the release and serve it at the socket."""
    serve = _servant(releases.load(folder), limits)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(address))
    listener.listen(CONNECTIONS)
    gc.collect()
    gc.freeze()
    try:
        Supervisor(listener, limits, serve).run(sys.stdin.fileno())
    finally:
        address.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # it may be shared with others
            address.parent.rmdir()


def _servant(release: Release, limits: Limits) -> Callable[[int], None]:
    """What a forked worker does: answer from the memory that it shares with this process, or from disk."""
    serve = partial(worker.serve, memory=limits.memory_mib * 1024**2)
    if limits.hold == "memory" or (limits.hold == "auto" and release.statements <= IN_MEMORY):
        store = Store()
        store.bulk_load(path=release.dump, format=RdfFormat.N_QUADS)
        return partial(serve, open_store=lambda: store)
    return partial(serve, open_store=partial(Store.read_only, str(release.store)), tables=release.store)


def main(folder: str, address: str, limits: str) -> None:
    """The entry; why it could not begin is its only line of output."""
    try:
        supervise(Path(folder), Path(address), Limits(**json.loads(limits)))
    except (PlenaryError, OSError, SyntaxError, ValueError) as error:
        print(str(error).rstrip("."), flush=True)
        sys.exit(1)
    os._exit(0)  # without giving back the store piece by piece


if __name__ == "__main__":
    main(*sys.argv[1:])
