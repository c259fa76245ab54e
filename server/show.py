"""How values are shown: addresses as links of this server, numbers grouped, names of columns in words."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from urllib.parse import quote

from flask import Flask, request
from pyoxigraph import Literal, NamedNode

from ontology import iris
from ontology.terms import DCTERMS, PREFIXES, SKOS, model
from queries.store import Term
from server.served import served, text

SMALL = Decimal("0.000001")
MARKS = {"observed": "●", "stated": "◕", "reported": "◑", "claimed": "◔", "estimated": "≈", "derived": "∴"}
WORDS = {
    DCTERMS + "identifier": "identifier",
    DCTERMS + "title": "title",
    DCTERMS + "description": "description",
    DCTERMS + "publisher": "publisher",
    DCTERMS + "creator": "defined by",
    DCTERMS + "issued": "issued",
    DCTERMS + "isPartOf": "published in",
    DCTERMS + "isVersionOf": "edition of",
    DCTERMS + "hasVersion": "edition",
    SKOS + "broader": "broader",
    SKOS + "narrower": "narrower",
    SKOS + "related": "related",
    SKOS + "definition": "definition",
    SKOS + "scopeNote": "note",
}


@dataclass(frozen=True)
class Value:
    """A term of a statement with its label, ready to be shown."""

    term: Term
    label: str = ""

    @property
    def text(self) -> str:
        """The term itself, as text."""
        return text(self.term)

    @property
    def shown(self) -> str:
        """The label, or for want of one the term; numbers in their usual form."""
        if isinstance(self.term, Literal) and self.term.datatype.value.endswith(("#decimal", "#integer")):
            return number(self.term.value)
        return headings(self.label or short(self.text))

    @property
    def href(self) -> str:
        """Where a link leads: to the thing's page here, to an address on the web, or nowhere."""
        if isinstance(self.term, Literal):
            return web(self.term.value) if self.term.datatype.value.endswith("#anyURI") else ""
        return local(self.text)

    @property
    def chinese(self) -> str:
        """The Chinese name beside it; empty if there is none or it is the label already."""
        name = served().chinese.get(self.text, "") if self.text.startswith(iris.THINGS) else ""
        return "" if name == self.label else name

    @property
    def definition(self) -> str:
        """What the ontology says of a term of its own."""
        return definition(self.text) if self.text.startswith(iris.NS) else ""


@cache
def definition(term: str) -> str:
    """What the ontology says of a term; empty if nothing."""
    return next(iter(model().objects(term, SKOS + "definition")), "")


def local(address: str) -> str:
    """The link for an address: a thing's page on this server, a page on the web, or nothing."""
    if iris.split(address):
        return "/id/" + address.removeprefix(iris.THINGS)
    if address.startswith(iris.QUERIES):
        return "/queries/" + address.removeprefix(iris.QUERIES)
    known = (iris.BASE, *(a for name, a in PREFIXES.items() if name != "graph"))
    return "" if address.startswith(known) else web(address)


def web(address: str) -> str:
    """A link to a page on the web, as a source prints it: perhaps without its scheme; empty where it is none."""
    if re.match(r"https?://[^\s]+$", address):
        return quote(address, safe="%/:=&?~#+!$,;'@()*[]")
    return "https://" + address if re.fullmatch(r"www\.[\w.-]+(/\S*)?", address) else ""


def headings(said: str) -> str:
    """A path of headings as readers know it."""
    return said.replace(" > ", " › ")


def short(address: str) -> str:
    """An address as people can read it: kind and slug of a thing, else the address itself."""
    if address.startswith(iris.NS):
        return model().label(address)
    split = iris.split(address)
    return f"{split[0]} {split[1]}" if split else address.removeprefix(iris.QUERIES)


def number(lexical: str) -> str:
    """A number with its digits in groups and no idle zeros: 2,766 for 2766.0; a tiny one as 1.76e-73."""
    try:
        value = Decimal(lexical)
    except InvalidOperation:
        return lexical
    if not value.is_finite():
        return lexical
    if 0 < abs(value) < SMALL:
        return f"{value.normalize():e}"
    whole = f"{value:,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def words(name: str) -> str:
    """A name in camel case as words: `as of` for asOf."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return spaced if spaced.isupper() else spaced.lower()


def title(name: str) -> str:
    """The heading of a column: `As of` for asOf."""
    said = words(name)
    return said[:1].upper() + said[1:]


def property_label(address: str) -> str:
    """A property in words: the ontology's label, or our word for one of another vocabulary."""
    if address.startswith(iris.NS):
        return model().label(address)
    return WORDS.get(address) or words(re.split(r"[#/]", address)[-1])


def class_label(kind: str) -> str:
    """The word for what addresses call by a kind: `footnote` for note."""
    return model().label(kinds()[kind]) if kind in kinds() else kind


@cache
def kinds() -> dict[str, str]:
    """The word for a class in addresses, to the class."""
    found = model().store.quads_for_pattern(None, NamedNode(iris.NS + "kind"), None)
    return {text(quad.object): text(quad.subject) for quad in found if isinstance(quad.subject, NamedNode)}


def register(app: Flask) -> None:
    """Give templates these words, and what is served."""
    app.jinja_env.filters.update(number=number, local=local, headings=headings)
    app.jinja_env.globals.update(class_label=class_label, marks=MARKS)
    app.context_processor(lambda: {"served": served(), "here": request.root_url.rstrip("/")})
