"""How often one client may ask, counted by address in front of all else, so that kept answers count too.

The counting is that of flask-limiter's own engine; inside Flask it took 150 microseconds a request, here it takes 10.
"""

import time
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.middleware.proxy_fix import ProxyFix

from ontology.errors import PlenaryError
from server.errors import AskedTooOften
from server.served import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FREE = ("/healthz", "/readyz", "/metrics", "/static/")
SPENT = "plenary.spent"


class BadRate(PlenaryError):
    """A rate that cannot be read."""


class Limited:
    """A WSGI layer before `app`; who asks too often is handed to `refuse`, with the error in the environment."""

    def __init__(self, app: "WSGIApplication", refuse: "WSGIApplication", config: Config) -> None:
        self._app, self._refuse, self._loopback = app, refuse, config.limit_loopback
        self._rates = rates(config)
        self._counter, self._lock = FixedWindowRateLimiter(MemoryStorage()), Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Count the request, and pass it on."""
        address = environ.get("REMOTE_ADDR") or "unknown"
        free = environ.get("PATH_INFO", "").startswith(FREE) or (not self._loopback and near(address))
        if not free and (error := self._spent(client(address))):
            environ[SPENT] = error
            return self._refuse(environ, start_response)
        return self._app(environ, start_response)

    def _spent(self, who: str) -> AskedTooOften | None:
        for rate in self._rates:
            with self._lock:  # two threads at once start the storage's timer twice, and the second fails
                allowed = self._counter.hit(rate, who)
            if not allowed:
                left = self._counter.get_window_stats(rate, who).reset_time - time.time()
                return AskedTooOften(str(rate), max(1, round(left)))
        return None


def register(app: Flask, config: Config, refuse: "WSGIApplication") -> None:
    """Have clients refused that ask more often than `config.rate`, and believe `config.trusted_proxies` who asks.

    The last layer to be put before an app, since it must see every request.
    """
    if config.rate:
        app.wsgi_app = Limited(app.wsgi_app, refuse, config)  # type: ignore[method-assign]
    if hops := config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def check() -> None:
    """Before a request: AskedTooOften if its client has used up its rate."""
    if error := request.environ.get(SPENT):
        raise error


def rates(config: Config) -> list[RateLimitItem]:
    """What the setting `rate` allows, such as `600/minute`; several are divided by semicolons, and '' is none."""
    try:
        return parse_many(config.rate) if config.rate else []
    except ValueError:
        raise BadRate(f"rate: {config.rate!r} is no rate such as 600/minute; write '' for none.") from None


@lru_cache(maxsize=4096)
def client(address: str) -> str:
    """Whom an address stands for: of IPv6 the network of 64 bits, since one customer has all of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address  # a socket's name
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


@lru_cache(maxsize=4096)
def near(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback
