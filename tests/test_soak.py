"""Mixed load: no error that is not a stated limit, no growth of memory, the same process at the end."""

import os

import pytest
from conftest import Server

from bench.soak import GROWTH, at_rest, soak


@pytest.mark.server
def test_under_mixed_load_only_stated_limits_are_met_and_memory_does_not_grow(server: Server) -> None:
    soak(server.port, 20)  # until caches are full
    before = at_rest(server.process.pid)
    seen = soak(server.port, 20)
    assert seen.wrong == []
    crowded = os.getloadavg()[0] > 4 * (os.cpu_count() or 1)  # with other things: then cheap requests meet limits too
    assert crowded or len(seen.limited) * 1000 <= seen.statuses.total(), seen.limited
    after = at_rest(server.process.pid)
    assert after - before < GROWTH, (before, after)
    assert server.process.poll() is None
    assert {kind.split()[0] for kind in seen.statuses} >= {"new", "kept", "page", "saved", "thing", "broken"}
