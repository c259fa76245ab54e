"""What the commands share: their common options, where a release lies, and how progress is told."""

from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from ontology import releases
from ontology.errors import PlenaryError

STORE = click.option(
    "--store",
    envvar="PLENARY_STORE",
    default=str(releases.DEFAULT),
    help="Folder of releases, or a SPARQL endpoint's address.",
)
RELEASE = click.option("--release", "number", type=int, help="The release of this number instead of the current one.")
QUIET = click.option("--quiet", is_flag=True, help="Say nothing but results and errors.")
LISTED = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
TO_STDERR = Console(stderr=True, highlight=False)


class WrongUse(PlenaryError):
    """A command that was asked for something it does not have."""


def say(quiet: bool) -> Callable[[str], None]:
    """How a command tells its steps: on standard error, or not at all."""
    return (lambda step: None) if quiet else (lambda step: TO_STDERR.print(f"… {step}"))


def release(store: str, number: int | None) -> releases.Release:
    """The release of that number in a folder of releases; the current one without."""
    return releases.current(folder(store)) if number is None else releases.at(folder(store), number)


def folder(store: str) -> Path:
    """A store as a folder; WrongUse for the address of an endpoint."""
    if "://" in store:
        raise WrongUse("--store: this command needs a folder of releases, not the address of an endpoint.")
    return Path(store)
