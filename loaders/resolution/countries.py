"""Countries by name, and the address of each: the two-letter code of ISO 3166-1 is its slug."""

from functools import cache
from pathlib import Path

from loaders.resolution.spelling import spelling
from loaders.tables import read
from ontology import iris

FILE = Path(__file__).parent.parent / "decisions" / "countries.csv"


@cache
def _names() -> dict[str, str]:
    found = {}
    for row in read(FILE, FILE.parent.parent, frozenset({"code", "name", "aliases"})):
        for name in (row.cells["code"], row.cells["name"], *row.all("aliases")):
            found[spelling(name)] = row.cells["code"]
    return found


@cache
def country_names() -> dict[str, str]:
    """English names by address."""
    rows = read(FILE, FILE.parent.parent, frozenset({"code", "name", "aliases"}))
    return {iris.thing("country", row.cells["code"]): row.cells["name"] for row in rows}


def country(name: str) -> str:
    """The address of the country of that name or code; empty for a name that is no country's."""
    code = _names().get(spelling(name))
    return iris.thing("country", code) if code else ""
