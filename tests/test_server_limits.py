"""How often one client may ask, who counts as one, and who is not counted."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from threading import Lock
from unittest.mock import Mock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage

from server.app import create_app
from server.limits import BadRate, Limited, client
from server.served import Config

FAR, NEAR = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "127.0.0.1"}
ASK = "/sparql?query=ASK%20%7B%7D"


@pytest.fixture
def app(request: pytest.FixtureRequest, release: Path) -> Iterator[Flask]:
    made = create_app(Config(store=release, **request.param))
    yield made
    made.extensions["plenary"].close()


def limited(**more: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("app", [{"rate": "3/minute", **more}], indirect=True)


def statuses(asking: FlaskClient, path: str, environ: dict[str, str], **headers: str) -> list[int]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    found = []
    for _ in range(5):
        with asking.get(path, environ_base=environ, headers=sent) as reply:
            found.append(reply.status_code)
    return found


@limited()
def test_who_asks_too_often_is_told_when_to_come_back_also_for_kept_answers(app: Flask) -> None:
    asking = app.test_client()
    assert statuses(asking, ASK, FAR) == [200, 200, 200, 429, 429]
    refused = asking.get("/nowhere", environ_base=FAR)
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json["kind"] == "asked-too-often"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


@limited()
def test_each_client_has_its_own_count_and_this_machine_none(app: Flask) -> None:
    asking = app.test_client()
    assert statuses(asking, ASK, NEAR) == [200] * 5
    assert statuses(asking, ASK, {"REMOTE_ADDR": "::ffff:127.0.0.1"}) == [200] * 5
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"):
        assert statuses(asking, ASK, {"REMOTE_ADDR": address}) == [200, 200, 200, 429, 429]
    assert statuses(asking, ASK, {"REMOTE_ADDR": "2001:db8::2"}) == [429] * 5


def test_requests_that_come_at_once_are_counted_one_after_another_for_the_storage_bears_no_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside = Lock()

    def incr(storage: MemoryStorage, *asked: object, **more: object) -> int:
        if not inside.acquire(blocking=False):
            raise RuntimeError("threads can only be started once")  # what it says where it starts its timer twice
        time.sleep(0.001)
        found = counted(storage, *asked, **more)
        inside.release()
        return found

    counted: Callable[..., int] = MemoryStorage.incr
    monkeypatch.setattr(MemoryStorage, "incr", incr)
    config = Config(store="nowhere", rate="10/hour")
    limited = Limited(lambda *_: ["passed"], lambda *_: ["refused"], config)  # type: ignore[arg-type, list-item]
    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(limited, dict(FAR), Mock()) for _ in range(20)]
    assert Counter(chain.from_iterable(one.result() for one in asking)) == {"passed": 10, "refused": 10}


@limited()
def test_what_operators_and_browsers_fetch_by_themselves_is_free(app: Flask) -> None:
    asking = app.test_client()
    for path in ("/healthz", "/readyz", "/static/plenary.css"):
        assert statuses(asking, path, FAR) == [200] * 5


@limited(limit_loopback=True)
def test_this_machine_is_counted_where_that_is_set(app: Flask) -> None:
    assert statuses(app.test_client(), ASK, NEAR) == [200, 200, 200, 429, 429]


@limited(trusted_proxies=1)
def test_a_trusted_proxy_tells_who_asks_and_by_which_scheme(app: Flask) -> None:
    asking = app.test_client()
    assert statuses(asking, ASK, NEAR, X_Forwarded_For="192.0.2.1") == [200, 200, 200, 429, 429]
    assert statuses(asking, ASK, NEAR, X_Forwarded_For="192.0.2.1, 192.0.2.2") == [200, 200, 200, 429, 429]
    secure = asking.get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


@limited()
def test_a_stranger_cannot_pass_for_somebody_else(app: Flask) -> None:
    asking = app.test_client()
    assert statuses(asking, ASK, FAR, X_Forwarded_For="127.0.0.1") == [200, 200, 200, 429, 429]
    assert statuses(asking, ASK, FAR, X_Forwarded_For="192.0.2.9") == [429] * 5


@pytest.mark.parametrize("app", [{"rate": ""}], indirect=True)
def test_without_a_rate_nobody_is_counted(app: Flask) -> None:
    assert statuses(app.test_client(), ASK, FAR) == [200] * 5


def test_a_rate_that_cannot_be_read_is_named_at_start(release: Path) -> None:
    with pytest.raises(BadRate, match="'often' is no rate such as 600/minute"):
        create_app(Config(store=release, rate="often"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_address_stands_for_one_client(address: str, expected: str) -> None:
    assert client(address) == expected
