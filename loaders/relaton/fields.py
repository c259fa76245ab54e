"""Which fields of a record the loader uses, and why it leaves the others; what is not named here is left as unknown."""

from collections import Counter
from dataclasses import dataclass

from loaders.relaton.parse import Shape

_PERSON_NAME = "name of a person, in speaking order"
USED = {
    "schema-version": "tells the newer of two records", "schema_version": "tells the newer of two records",
    "fetched": "tells the newer of two records", "revdate": "tells the newer of two records",
    "docid": "identifier", "docidentifier": "identifier", "title": "title",
    "titles": "title", "dates": "dates", "relations": "relations", "contributors.entity": "people, organizations",
    "contributors.role": "roles", "contributors.roles": "roles", "contributor.entity": "people, organizations",
    "contributor.roles": "roles",
    "date": "dates", "docstatus": "stage, status", "status": "stage, status",
    "doctype": "class, printed type", "ext.doctype": "class, printed type",
    "editorialgroup": "groups", "ext.editorialgroup": "groups", "editorial_group": "groups",
    "gbcommittee": "groups", "ext.gbcommittee": "groups", "keyword": "keywords", "series.title": "series",
    "series.number": "series", "series.partnumber": "series", "series.formattedref": "series, where it has no title",
    "series.abbreviation": "series, where it has no title", "subdoctype": "printed subtype",
    "ext.subdoctype": "printed subtype", "ext.docsubtype": "printed subtype", "ext.flavor": "the set",
    "docid.type": "the set", "docidentifier.type": "the set", "language": "language of titles that tell none",
    "version.revision_date": "other date", "version.revision-date": "other date",
    "relation.bibitem.edition": "which edition is meant",
    "relation.bibitem.id": "relations, where nothing else names the other document",
    "relation.bibitem.link": "relations, where nothing else names the other document",
    "relation.bibitem.source": "relations, where nothing else names the other document",
    "ics": "ICS classes", "ext.ics": "ICS classes", "ext.ics_code": "ICS classes",
    "relation.type": "relations", "relation.bibitem.docid": "relations, by the primary one",
    "relation.bibitem.docidentifier": "relations, by the primary one",
    "relation.bibitem.formattedref": "relations, where no identifier stands beside it",
    "relation.bibitem.title": "title of a document that no record describes",
    "contributor.person.name": _PERSON_NAME, "contributor.person.affiliation": "employer",
    "contributor.organization.name": "bodies, organizations with roles",
    "contributor.organization.abbreviation": "bodies, organizations with roles",
    "contributor.organization.subdivision": "groups, by their first name", "contributor.role": "roles",
    "link": "web address, the first of type src", "source": "web address, the first of type src",
    "edition": "edition", "version": "version", "ext.radiotechnology": "technology", "radiotechnology": "technology",
}  # fmt: skip
_OF_NAME = "the language of the name"
_OF_ID, _PLACE = "says how the identifier is written", "place inside a document"
_CONTACT, _TITLE, _POSITION = "private address", "titles of a person", "position or department"
_OF_SERIES = "of the series, not of the document"
LEFT = {
    "abstract": "text by the body itself", "biblionote": "remarks in free words", "id": "made from the identifier",
    "docnumber": "part of the identifier", "type": "the same for all standards",
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
    "ext.release": "meetings and code names of the release",
    "release": "meetings and code names of the release", "common-ims-spec": "a mark of 3GPP's own",
    "ext.structuredidentifier": "parts of the identifier", "structuredidentifier": "parts of the identifier",
    "relation.bibitem": "the other document's own record says it", "relation.description": "remarks on a relation",
    "editorialgroup.secretariat": "a secretariat without its committee's name", "extent": "pages", "size": "pages",
    "ext.editorialgroup.secretariat": "a secretariat without its committee's name",
    "formattedref": "made from the identifier", "relation.locality": _PLACE, "relation.locality_stack": _PLACE,
    "relation.source_locality": _PLACE, "relation.source_locality_stack": _PLACE, "relation.bib_locality": _PLACE,
    "title.locale": "follows from the language", "docid.language": _OF_ID, "docid.script": _OF_ID,
    "docid.scope": _OF_ID,
    "docidentifier.language": _OF_ID, "docidentifier.script": _OF_ID, "docidentifier.locale": _OF_ID,
    "docidentifier.scope": _OF_ID, "contributor.person.credential": "degrees and titles of a person",
    "contributor.person.identifier": "people are told apart by name and employer or group",
    "contributor.person.address": _CONTACT, "contributor.person.phone": _CONTACT, "contributor.person.email": _CONTACT,
    "contributor.person.uri": _CONTACT, "contributor.person.name.prefix": _TITLE,
    "contributor.person.name.addition": _TITLE,
    "contributor.person.name.abbreviation": "short form of the name", "contributor.person.name.note": _TITLE,
    "contributor.person.name.variant": "other names of a person", "contributor.person.affiliation.name": _POSITION,
    "contributor.person.affiliation.description": _POSITION,
    "contributor.person.affiliation.organization.abbreviation": "the name stands beside it",
    "contributor.person.affiliation.organization.identifier": "employers are known by name",
    "contributor.person.affiliation.organization.contact": "address of the employer",
    "contributor.person.affiliation.organization.address": "address of the employer",
    "contributor.person.affiliation.organization.email": "address of the employer",
    "contributor.person.affiliation.organization.phone": "address of the employer",
    "contributor.person.affiliation.organization.uri": "site of the employer",
    "contributor.person.affiliation.organization.url": "site of the employer",
    "contributor.person.affiliation.organization.subdivision": "part of the employer",
    "contributor.organization.identifier": "organizations are known by name",
    "contributor.organization.address": "address of the publisher", "contributor.organization.logo": "a picture",
    "contributor.organization.email": "address of the publisher",
    "contributor.organization.phone": "address of the publisher",
    "docstatus.iteration": "counts the drafts of a stage", "status.iteration": "counts the drafts of a stage",
    "note": "remarks in free words", "locale": "follows from the language", "depiction": "a picture", "price": "price",
    "medium": "form of the copy", "accesslocation": "where a copy lies", "license": "licence of the text",
    "validity": "days between which a document holds", "classification": "classes of another list than ICS",
    "series.place": "seat of the publisher", "series.organization": "the publisher", "series.type": _OF_SERIES,
    "series.from": _OF_SERIES, "series.to": _OF_SERIES, "series.run": _OF_SERIES,
    "technology_area": "words of OASIS' own", "ext.technology_area": "words of OASIS' own",
    "ext.editorialgroup.bureau": "sector; the identifier says it",
    "ext.editorialgroup.sector": "the identifier says it",
    "ext.editorialgroup.agency": "the body; the publisher says it", "ext.ccs": "classes of another list than ICS",
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
