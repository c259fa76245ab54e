"""The commands that ask a release or pass it on: `query`, `paths`, `export`, `publish`."""

import os
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import click
from pyoxigraph import RdfFormat, Store

from ontology import releases
from ontology.terms import PREFIXES
from server.options import QUIET, RELEASE, STORE, WrongUse, folder, release, say

FORMATS = {"csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/sparql-results+json"}
FORMATS |= {"ttl": "text/turtle"}
WHOLE = {"trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}


@click.command()
@click.argument("name")
@click.option(
    "-p", "--param", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter; nothing after = means any."
)
@click.option("--format", "form", type=click.Choice(["table", *FORMATS]), default="table", show_default=True)
@RELEASE
@STORE
@QUIET
def query(name: str, pairs: tuple[str, ...], form: str, number: int | None, store: str, quiet: bool) -> None:
    """Run a saved query by its NAME, or the query in a FILE.

    Values of parameters are names, Chinese ones included, or addresses; a parameter may be given several times.
    """
    from queries import saved
    from server.form import read
    from server.served import Config, Served
    from server.terminal import print_table

    found = saved.parse(Path(name).stem, Path(name).read_text("utf-8")) if Path(name).is_file() else saved.find(name)
    served = Served(Config(store=store, release=number))
    try:
        sent: dict[str, list[str]] = defaultdict(list)
        for key, text in _pairs(pairs):
            sent[key].append(text)
        filled = read(found, sent, served)
        if filled.error:
            raise filled.error
        sparql = filled.sparql
        if form == "table":
            print_table(served.store.select(sparql), quiet)
        else:
            with served.store.stream(sparql, FORMATS[form]) as answer:
                for chunk in answer:
                    sys.stdout.buffer.write(chunk)
    finally:
        served.close()


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--max-hops", default=6, show_default=True, help="Hops at most.")
@click.option("-k", "count", default=10, show_default=True, help="How many paths.")
@click.option("--as-of", default="", metavar="DATE", help="Every hop can have held at this year, month or day.")
@click.option("--common", is_flag=True, help="All hops can have held at one common time.")
@click.option("--kind", "kinds", multiple=True, help="Only ties of this kind; may be given several times.")
@click.option(
    "--confidence", "confidences", multiple=True, help="Only claims vouched for so; may be given several times."
)
@click.option("--source", "sources", multiple=True, help="Only claims of this source; may be given several times.")
@click.option("--country", default="", metavar="CODE", help="Only things of this country, such as cn, or of none.")
@click.option("--rule", default="", help="The attribution rule by which things are of the country.")
@click.option("--hubs", is_flag=True, help="Let countries, bodies and large groups be bridges.")
@click.option("--each", is_flag=True, help="Paths to every document and group of a technology or body TO.")
@click.option("--drop", is_flag=True, help="Say what is left without each hop.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@RELEASE
@STORE
@QUIET
def paths(source: str, target: str, form: str, number: int | None, store: str, quiet: bool, **asked: Any) -> None:  # noqa: ANN401
    """Find the best influence paths FROM one thing TO another, each hop with its claim.

    FROM and TO are names, Chinese ones included, or addresses. What 'best' means is told on the page /paths.
    """
    from server.served import Config, Served
    from server.terminal import print_paths

    served = Served(Config(store=store, release=number))
    try:
        print_paths(served, source, target, form, quiet, **asked)
    finally:
        served.close()


@click.command()
@click.argument("format_", metavar="FORMAT", type=click.Choice(["nquads", *WHOLE, "graphml", "gexf", "csv"]))
@RELEASE
@STORE
def export(format_: str, number: int | None, store: str) -> None:
    """Write the current release to standard output.

    All of it as nquads, trig or jsonld; its network of influence as graphml, gexf or csv.
    """
    from queries.network import export, graph

    found = release(store, number)
    if format_ in export.FORMATS:
        _need_network(found)
        about = f"Influence edges of Plenary, release {found.number} ({str(found.about.get('built', ''))[:10]})"
        about += f"; sources: {', '.join(found.sources)}; no filters. Curated data: CC BY 4.0."
        for part in export.FORMATS[format_](graph.load(found.folder / graph.FILE), about):
            sys.stdout.buffer.write(part.encode())
        return
    if format_ == "nquads":
        with found.dump.open("rb") as dump:
            shutil.copyfileobj(dump, sys.stdout.buffer)
    else:
        whole = Store()
        whole.bulk_load(path=found.dump, format=RdfFormat.N_QUADS)
        whole.dump(sys.stdout.buffer, format=WHOLE[format_], prefixes=PREFIXES)


@click.command()
@click.argument("address", metavar="URL")
@click.option("--graph-store", default="", metavar="URL", help="Where it takes whole graphs: loads faster.")
@click.option("--query", "query_", default="", metavar="URL", help="Where it answers queries, to count what arrived.")
@click.option("--user", default="", help="A user who may write.")
@click.option("--password-env", default="PLENARY_PUBLISH_PASSWORD", show_default=True, help="Where the password is.")
@STORE
@QUIET
def publish(address: str, graph_store: str, query_: str, user: str, password_env: str, store: str, quiet: bool) -> None:
    """Bring the current release into another store, which takes SPARQL Update at URL.

    The release is loaded beside the one that the store holds, and then takes its place in one request.
    """
    from queries.publish import Target
    from queries.publish import publish as run

    current = releases.current(folder(store))
    if user and password_env not in os.environ:
        raise WrongUse(f"--user {user}: put the password into the environment as {password_env}.")
    target = Target(address, graph_store, user, os.environ.get(password_env, ""))
    try:
        run(current, target, query_, say(quiet))
    finally:
        target.close()
    if not quiet:
        click.echo(f"release {current.number} is published; start `plenary serve` again where it shows it.", err=True)


def _need_network(release: releases.Release) -> None:
    from queries.network import graph

    if not (release.folder / graph.FILE).exists():
        raise WrongUse(
            f"release {release.number} was built before networks were kept; run `plenary build` into a new folder."
        )


def _pairs(pairs: tuple[str, ...]) -> list[tuple[str, str]]:
    split = [pair.partition("=") for pair in pairs]
    for key, equals, _ in split:
        if not equals or not key:
            raise WrongUse(f"-p {key}: write it as key=value.")
    return [(key, text) for key, _, text in split]
