"""`make bench`: every figure that Plenary claims, measured anew; claims against a peer are ratios of one run."""

import sys

from bench import build, http, memory, paths, relaton, start

BENCHES = {"build": build, "start": start, "memory": memory, "http": http, "paths": paths, "relaton": relaton}


def main() -> None:
    """Run the named benches, or all, and print one line for each figure."""
    for name in sys.argv[1:] or BENCHES:
        for line in BENCHES[name].run():
            print(line, flush=True)


if __name__ == "__main__":
    main()
