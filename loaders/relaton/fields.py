"""Which fields of a record the loader uses, and why it leaves the others; what is not named here is left as unknown."""

from collections import Counter
from dataclasses import dataclass

from loaders.relaton.parse import Shape

_PERSON_NAME = "name of a person, in speaking order"
USED = {
    "schema-version": "tells the newer of two records", "schema_version": "tells the newer of two records",
    "fetched": "tells the newer of two records", "revdate": "tells the newer of two records",
    "docid": "identifier", "docidentifier": "identifier", "title": "title",
    "date": "dates", "docstatus": "stage, status", "status": "stage, status",
    "doctype": "class, printed type", "ext.doctype": "class, printed type",
    "editorialgroup": "groups", "ext.editorialgroup": "groups", "editorial_group": "groups",
    "ics": "ICS classes", "ext.ics": "ICS classes",
    "relation.type": "relations", "relation.bibitem.docid": "relations", "relation.bibitem.docidentifier": "relations",
    "relation.bibitem.formattedref": "relations, where no identifier stands beside it",
    "relation.bibitem.title": "title of a document that no record describes",
    "contributor.person.name": _PERSON_NAME, "contributor.person.affiliation": "employer",
    "contributor.organization.name": "bodies, organizations with roles",
    "contributor.organization.abbreviation": "bodies, organizations with roles",
    "contributor.organization.subdivision": "groups", "contributor.role": "roles",
    "link": "web address, the first of type src", "source": "web address, the first of type src",
    "edition": "edition", "version": "version", "ext.radiotechnology": "technology", "radiotechnology": "technology",
}  # fmt: skip
_OF_NAME = "the language of the name"
LEFT = {
    "abstract": "text by the body itself", "biblionote": "remarks in free words", "id": "made from the identifier",
    "docnumber": "part of the identifier", "type": "the same for all standards", "language": "stands with each title",
    "script": "follows from the language", "title.script": "follows from the language",
    "title.format": "always plain text", "docid.primary": "orders the identifiers",
    "docidentifier.primary": "orders the identifiers",
    "copyright": "year and owner of the copyright", "place": "seat of the publisher",
    "contributor.organization.contact": "address of the publisher",
    "contributor.organization.url": "site of the body", "contributor.organization.uri": "site of the body",
    "contributor.person.contact": "private address", "contributor.person.name.completename.language": _OF_NAME,
    "contributor.person.name.completename.script": _OF_NAME,
    "contributor.person.name.given.forename.language": _OF_NAME,
    "contributor.person.name.given.forename.script": _OF_NAME, "contributor.person.name.surname.language": _OF_NAME,
    "contributor.person.name.surname.script": _OF_NAME, "contributor.person.name.forename.language": _OF_NAME,
    "ext.schema-version": "of the part under ext", "ext.schema_version": "of the part under ext",
    "ext.flavor": "the identifier's type says it", "ext.release": "meetings and code names of the release",
    "release": "meetings and code names of the release", "common-ims-spec": "a mark of 3GPP's own",
    "ext.structuredidentifier": "parts of the identifier", "structuredidentifier": "parts of the identifier",
    "relation.bibitem": "the other document's own record says it", "relation.description": "remarks on a relation",
    "editorialgroup.secretariat": "a secretariat without its committee's name", "keyword": "words without a list",
    "series": "part of the identifier", "extent": "pages", "size": "pages", "formattedref": "made from the identifier",
}  # fmt: skip
UNKNOWN = "the loader has no rule for it"


@dataclass(frozen=True)
class Use:
    """One field: how many records have it, and what becomes of it."""

    field: str
    records: int
    used: bool
    words: str


def account(shapes: Counter[Shape]) -> list[Use]:
    """What becomes of every field, by path; `shapes` counts records by the set of their fields."""
    counts: Counter[str] = Counter()
    for shape, number in shapes.items():
        for path in shape:
            counts[path] += number
    return [Use(path, number, *_fate(path)) for path, number in sorted(counts.items())]


def _fate(path: str) -> tuple[bool, str]:
    """The longest rule that begins a path decides; what lies above a used field is itself no value."""
    plain = path.replace("[]", "")
    parts = plain.split(".")
    for end in range(len(parts), 0, -1):
        prefix = ".".join(parts[:end])
        if prefix in LEFT:
            return False, LEFT[prefix]
        if prefix in USED:
            return True, USED[prefix]
    if any(used.startswith(plain + ".") for used in USED):
        return True, "holds the fields below it"
    return False, UNKNOWN
