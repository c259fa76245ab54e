"""Mixed load: no error that is not a stated limit, no growth of memory, the same process at the end."""

import os
import time

import pytest
from conftest import Server

from bench.measure import proportional_set_size
from bench.soak import GROWTH, soak


def at_rest(server: Server) -> float:
    """Megabytes of all its processes once no query runs: the least of some seconds, which the last queries may take."""
    return min(proportional_set_size(server.process.pid) for _ in range(40) if not time.sleep(0.1))


@pytest.mark.server
def test_under_mixed_load_only_stated_limits_are_met_and_memory_does_not_grow(server: Server) -> None:
    soak(server.port, server.process.pid, 20)  # until caches are full
    before = at_rest(server)
    seen = soak(server.port, server.process.pid, 20)
    assert seen.wrong == []
    crowded = os.getloadavg()[0] > 4 * (os.cpu_count() or 1)  # with other things: then cheap requests meet limits too
    assert crowded or len(seen.limited) * 1000 <= seen.statuses.total(), seen.limited
    after = at_rest(server)
    assert after - before < GROWTH, (before, after)
    assert server.process.poll() is None
    assert {kind.split()[0] for kind in seen.statuses} >= {"new", "kept", "page", "saved", "thing", "broken"}
