"""Addresses: terms, things and graphs, as DESIGN fixes them."""

import re
import unicodedata

BASE = "https://w3id.org/plenary/"
NS = BASE + "ns#"
THINGS = BASE + "id/"
GRAPHS = BASE + "graph/"
QUERIES = BASE + "query/"

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def thing(kind: str, slug: str) -> str:
    """The address of a thing, such as `…/id/group/iso-iec-jtc-1-wg-11`."""
    if not SLUG.fullmatch(kind) or not SLUG.fullmatch(slug):
        raise ValueError(f"not an address part: {kind!r}, {slug!r}")
    return f"{THINGS}{kind}/{slug}"


def graph(source: str) -> str:
    """The address of the graph that a source fills."""
    return GRAPHS + source


def query(slug: str) -> str:
    """The address of a saved query."""
    if not SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} is no name of a saved query")
    return QUERIES + slug


def split(iri: str) -> tuple[str, str] | None:
    """Kind and slug of a thing's address, or None for any other address."""
    kind, slash, slug = iri.removeprefix(THINGS).partition("/")
    if not iri.startswith(THINGS) or not slash or not SLUG.fullmatch(kind) or not SLUG.fullmatch(slug):
        return None
    return kind, slug


def slugify(text: str) -> str:
    """Letters and digits of a Latin text in lower case, joined by hyphens; empty if there are none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))
