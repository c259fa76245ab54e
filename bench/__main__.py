"""`make bench`: every figure that Plenary claims, measured anew; claims against a peer are ratios of one run.

The soak takes an hour and is run by itself: `python -m bench.soak`.
"""

import sys

from bench import (
    build,
    explore,
    heavy,
    hold,
    http,
    independent,
    measures,
    memory,
    paths,
    peers,
    relaton,
    resolution,
    start,
)

BENCHES = {"build": build, "start": start, "memory": memory, "http": http, "hold": hold, "paths": paths,
           "explore": explore, "peers": peers, "heavy": heavy, "relaton": relaton, "resolution": resolution,
           "measures": measures, "independent": independent}  # fmt: skip


def main() -> None:
    """Run the named benches, or all, and print one line for each figure."""
    for name in sys.argv[1:] or BENCHES:
        for line in BENCHES[name].run():
            print(line, flush=True)


if __name__ == "__main__":
    main()
