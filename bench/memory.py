"""Memory of server and workers together after every saved query has run; to reach: under 400 MB."""

import urllib.request
from collections.abc import Iterator

from bench.measure import PLENARY, free_port, proportional_set_size, running
from queries.saved import catalogue


def run() -> Iterator[str]:
    """Proportional set size of the whole family of processes."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running([PLENARY, "serve", "--port", str(port)], base + "/") as process:
        for _ in range(3):
            for slug in catalogue():
                urllib.request.urlopen(f"{base}/queries/{slug}.json").read()
        size = proportional_set_size(process.pid)
    yield f"server and workers together: {size:.0f} MB (proportional set size); to reach: under 400 MB"
