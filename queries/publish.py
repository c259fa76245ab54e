"""A release brought into another store: loaded beside the old one, and then put into its place in one request."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import requests
from pyoxigraph import RdfFormat, serialize
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3.exceptions import HTTPError

from ontology import iris
from ontology.errors import PlenaryError
from ontology.releases import Release
from queries import published
from queries.remote import JSON, Remote, plain
from queries.sparql import Query

STAGING = iris.BASE + "staging/"
N_TRIPLES = "application/n-triples"
UPLOAD, BATCH = 100_000, 1_000  # statements in one request; Virtuoso compiles an update, and gives up on a longer one
TOLD = 10_000  # statements between two lines of progress
TIMES = (10.0, 900.0)  # seconds to connect, and to wait for an answer
TRIES, PASSING = 4, frozenset({429, 502, 503, 504})
WAIT = 1.0
Say = Callable[[str], None]


class PublishFailed(PlenaryError):
    """The other store did not take the release; what it served before, it still serves, unless the text says else."""


class Target:
    """The other store: where it takes updates and, for a faster load, graphs (SPARQL 1.1 Graph Store Protocol)."""

    def __init__(self, update: str, graphs: str = "", user: str = "", password: str = "") -> None:
        self.update, self.graphs = update, graphs
        self.names = {address: plain(address) for address in filter(None, (update, graphs))}
        self._session = requests.Session()
        self._session.trust_env = False  # no password from a file that nobody thinks of
        self._ways: dict[str, AuthBase] = {}
        for address in self.names if user else ():
            self._ways[address] = self._way_in(address, user, password)

    def _way_in(self, address: str, user: str, password: str) -> AuthBase:
        """Virtuoso wants a digest, most others take a password as it is."""
        challenge = self._request("GET", address, tries=1).headers.get("WWW-Authenticate", "")
        way = HTTPDigestAuth if "digest" in challenge.lower() else HTTPBasicAuth
        return way(user, password)

    def run(self, text: str, *, again: bool = True) -> int:
        """Run an update; returns the status. Only what may happen twice may be tried `again`."""
        return self._checked("POST", self.update, data={"update": text}, tries=TRIES if again else 1)

    def load(self, graph: str, lines: list[str], *, first: bool) -> int:
        """Put N-Triples into a graph, in place of what it held if they are its `first`; returns the status."""
        if self.graphs:
            method, data = "PUT" if first else "POST", "".join(lines).encode()
            headers = {"Content-Type": N_TRIPLES}
            return self._checked(method, self.graphs, params={"graph": graph}, data=data, headers=headers)
        if any(map(_has_blank, lines)):  # of which Virtuoso takes none as data
            return self.run(f"INSERT {{ GRAPH <{graph}> {{\n{''.join(lines)}}} }} WHERE {{ }}")
        return self.run(f"INSERT DATA {{ GRAPH <{graph}> {{\n{''.join(lines)}}} }}")

    def _checked(self, method: str, address: str, tries: int = TRIES, **sent: Any) -> int:  # noqa: ANN401  (what requests takes)
        answer = self._request(method, address, tries, **sent)
        if answer.status_code < 300 or answer.status_code == 413:
            return answer.status_code
        raise PublishFailed(f"{self.names[address]}: {_meaning(answer)}")

    def _request(self, method: str, address: str, tries: int, **sent: Any) -> requests.Response:  # noqa: ANN401
        """The answer, asked for again while the store is away or busy."""
        for trial in range(1, tries + 1):
            try:
                way = self._ways.get(address)
                answer = self._session.request(method, address, timeout=TIMES, allow_redirects=False, auth=way, **sent)
                if answer.status_code not in PASSING or trial == tries:
                    return answer
            except (requests.RequestException, HTTPError) as error:
                if trial == tries:
                    why = "it did not answer in time" if isinstance(error, requests.Timeout) else "it does not answer"
                    raise PublishFailed(f"{self.names[address]}: {why}. Check that it is there and runs.") from error
            time.sleep(WAIT * 2**trial)
        raise AssertionError("the last trial returns or raises")

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def publish(release: Release, target: Target, query: str = "", say: Say = lambda step: None) -> None:
    """Replace what a store holds of Plenary by a release.

    Every graph is loaded beside the old one; with `query`, the address at which the same store answers, its statements
    are counted. Then all take the places of the old ones in one request: a reader sees the old release or the new one
    wherever the store runs a request as one transaction, as SPARQL 1.1 asks of it. Raises PublishFailed.
    """
    staged = {name: STAGING + name for name in release.sources}
    about = STAGING + "published"
    target.run(" ;\n".join(f"DROP SILENT GRAPH <{graph}>" for graph in (*staged.values(), about)))
    for name, graph in staged.items():
        _load(release, name, target, graph, say)
    said = serialize(published.describe(release), format=RdfFormat.N_TRIPLES) or b""
    target.load(about, said.decode().splitlines(keepends=True), first=True)
    if query:
        _count(release, query, staged)
    say("putting the new release in the place of the old one")
    places = {graph: iris.graph(name) for name, graph in staged.items()} | {about: published.ADDRESS}
    try:
        target.run(_switch(places), again=False)
    except PublishFailed as error:
        raise PublishFailed(f"{error} Whether the release was switched is not known: publish it again.") from error


def _switch(places: dict[str, str]) -> str:
    """The update that empties graphs which the new release does not have any more, and moves the others."""
    kept = ", ".join(f"<{graph}>" for graph in places.values())
    gone = (
        f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{published.ADDRESS}> {{ <{published.ADDRESS}> "
        f"<{published.VOID}subset> ?g FILTER (?g NOT IN ({kept})) }} GRAPH ?g {{ ?s ?p ?o }} }}"
    )
    return " ;\n".join([gone, *(f"MOVE <{graph}> TO <{place}>" for graph, place in places.items())])


def _load(release: Release, name: str, target: Target, graph: str, say: Say) -> None:
    """Load one graph in parts, which are halved where the store finds them too long."""
    size, done, whole = UPLOAD if target.graphs else BATCH, 0, int(release.about["graphs"][name])
    waiting, lines = list[str](), _statements(release, name)
    while waiting or (waiting := list(islice(lines, size))):
        part = waiting[: max(size, _blank(waiting) if not done else 0)]
        if target.load(graph, part, first=not done) == 413:
            if size == 1:
                raise PublishFailed(
                    f"{name}: the store takes no request of {len(part[0]):,} characters. Raise its limit."
                )
            size = max(1, size // 2)
            continue
        waiting, done = waiting[len(part) :], done + len(part)
        if done == whole or done // TOLD > (done - len(part)) // TOLD:
            say(f"{name}: {done:,} of {whole:,} statements")
    if done != whole:
        raise PublishFailed(
            f"{name}: the dump has {done:,} statements instead of {whole:,}. Run `plenary build` again."
        )


def _statements(release: Release, name: str) -> Iterator[str]:
    """One graph as N-Triples; those with blank nodes first, since two requests would take one node for two."""
    end = f" <{iris.graph(name)}> .\n"
    for blank in (True, False):
        with release.dump.open(encoding="utf-8", newline="\n") as dump:
            for line in dump:
                if line.endswith(end) and _has_blank(line) == blank:
                    yield line.removesuffix(end) + " .\n"


def _has_blank(line: str) -> bool:
    return line.startswith("_:") or " _:" in line.partition('"')[0]


def _blank(lines: list[str]) -> int:
    """How many lines at the beginning have blank nodes."""
    return next((number for number, line in enumerate(lines) if not _has_blank(line)), len(lines))


def _count(release: Release, query: str, staged: dict[str, str]) -> None:
    """Compare how many statements have arrived."""
    store = Remote(query)
    for name, graph in staged.items():
        text = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        with store.send(text, Query("SELECT", (), ()), JSON, (), (graph,), TIMES[1]) as body:
            found = int(json.loads(b"".join(body))["results"]["bindings"][0]["n"]["value"])
        if found != release.about["graphs"][name]:
            wanted = release.about["graphs"][name]
            raise PublishFailed(f"{name}: {found:,} of {wanted:,} statements arrived, so nothing was replaced.")


def _meaning(answer: requests.Response) -> str:
    """What a refusal means and what to do."""
    code = answer.status_code
    said = " ".join(answer.text[:500].split()) if "html" not in answer.headers.get("Content-Type", "") else ""
    match code:
        case 401 | 403:
            return f"this user may not write (HTTP {code}). Give --user, and its password in the environment."
        case 404 | 405 | 415 | 501:
            return f"it takes no updates here (HTTP {code}). Give the address for SPARQL Update. {said}".strip()
        case _ if code < 400:
            return f"it sends elsewhere (HTTP {code}). Give the address that it sends to."
        case _:
            return f"it could not take the release (HTTP {code}). {said}".strip()
