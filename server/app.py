"""The Flask app: one store and one index, the pages, and the manners that all of them share."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from server import assets, direct, errors, headers, limits, mounted, observe, requests, show
from server.kept import KeptAnswers
from server.pages import (
    api,
    data,
    explore,
    health,
    home,
    network,
    paths,
    queries,
    report,
    resolution,
    search,
    sparql,
    things,
)
from server.served import Config, Served

BLUEPRINTS = (home.page, search.page, report.page, queries.page, sparql.page, things.page, explore.page, paths.page,
              network.page, data.page, resolution.page, api.page, health.page)  # fmt: skip
FORM_OVERHEAD = 4  # percent-encoding makes three bytes of one, and the names of graphs come on top


class Plain(Flask):
    """Flask for views that are plain functions; it would look whether they are, again for every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def create_app(config: Config) -> Flask:
    """An app that serves the current release of `config.store`; raises PlenaryError if there is none.

    Close it with `app.extensions["plenary"].close()`, which ends the workers.
    """
    limits.rates(config)  # a wrong one is named before anything runs
    app = Plain(__name__)
    app.config["MAX_CONTENT_LENGTH"] = FORM_OVERHEAD * config.max_query_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_OVERHEAD * config.max_query_bytes
    app.extensions["plenary"] = served = Served(config)
    if served.store.release:
        served.read_network()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False
    observe.register(app)
    app.before_request(limits.check)
    for part in (requests, direct, headers, mounted, assets, errors, show):
        part.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    refuse = app.wsgi_app  # without what is kept
    if served.store.release:
        app.extensions["kept"] = app.wsgi_app = KeptAnswers(app.wsgi_app)  # type: ignore[method-assign]
    limits.register(app, config, refuse)
    return app
