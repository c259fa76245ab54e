"""Bodies and groups: the address of each, its place under others, and its description where it is new."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from loaders.relaton.contributors import Organization
from loaders.relaton.groups import Committee
from loaders.relaton.lookup import Lookup, normal
from loaders.relaton.record import Record
from loaders.relaton.writer import UNTOLD, Writer, text
from ontology import iris
from ontology.terms import DCTERMS, PREFIXES, PROV, SKOS

_3GPP_TREE = {"S": "SA", "R": "RAN", "C": "CT", "N": "CN", "G": "GERAN", "T": "T"}
_OF_ETSI = re.compile(r"SMG\d*\w?|TISPAN|SPAN\d*|SCP|MSG", re.IGNORECASE)
_CLASSES = (
    (r"(^|[/ ])(TC|JTC|PC|technical-?[Cc]ommittee)\b", "TechnicalCommittee"),
    (r"(^|[/ ])(SC|subcommittee)\b", "Subcommittee"),
    (r"(^|[/ ])(WG|workgroup|working-group)\b", "WorkingGroup"),
    (r"study-group|Study Group", "StudyGroup"),
    (r"focus-group|Focus Group|(^|[/ ])FG\b", "FocusGroup"),
    (r"tsag|advisory|Advisory", "AdvisoryGroup"),
    (r"task-group|Task (Force|Group)", "TaskForce"),
)  # fmt: skip


_BELOW = re.compile(r"(TC|JTC|PC|SC|WG)\b")


class Bodies:
    """Bodies and groups of a load; a new one is described in the graph of `writer`, that of the set that names it."""

    def __init__(self, lookup: Lookup, writer: Writer, cite: str) -> None:
        self.lookup, self.writer, self.cite = lookup, writer, cite
        self.of_organizations: dict[tuple[object, ...], tuple[str, ...]] = {}
        self.of_committee: dict[tuple[Committee, str, str], str] = {}
        self.curated = frozenset(self.lookup.described)
        self.called: set[tuple[str, str]] = set()

    def bodies(self, record: Record) -> tuple[str, ...]:
        """The bodies whose document it is: authors that are bodies or name a committee, else publishers, else its set.

        Publishers of whom none is known are none where the curated data know the set's body: RFC Publisher is not IETF.
        """
        place = (record.organizations, record.flavour, record.identifiers[0].split(" ")[0])
        if place not in self.of_organizations:
            self.of_organizations[place] = tuple(dict.fromkeys(self._bodies(record)))
        return self.of_organizations[place]

    def is_body(self, organization: Organization) -> str:
        """The address of a body that bears the name or the abbreviation of an organization, or nothing."""
        return self.lookup.named(("body",), organization.abbreviation, organization.name)

    def _bodies(self, record: Record) -> list[str]:
        named = [o for o in record.organizations if o.abbreviation or o.name]
        authors = [o for o in named if ("author", "committee") in o.roles]
        found = [self._of(o) for o in authors]
        found += [self.is_body(o) for o in named if {"author", "publisher"} <= {r for r, _ in o.roles}]
        if found := [a for a in found if a]:
            return found
        publishers = [o for o in named if "publisher" in (role for role, _ in o.roles)]
        own = self.lookup.named(("body",), record.flavour)
        if publishers and (any(self.is_body(o) in self.curated for o in publishers) or own not in self.curated):
            return [self._of(o) for o in publishers]
        sector = record.identifiers[0].split(" ")[0]
        return [self.lookup.named(("body",), sector) or self.body(record.flavour)]

    def _of(self, organization: Organization) -> str:
        """The address of the body that an organization is, which keeps every name that is printed for it."""
        found = self.body(organization.abbreviation or organization.name, organization.name)
        self._also(found, organization.name, *organization.others, tongues=dict(organization.tongues))
        return found

    def _also(self, address: str, *names: str, tongues: Mapping[str, str] = MappingProxyType({})) -> None:
        """Give a body or group its other names, but for those that the curated data describe."""
        for name in names if address not in self.curated else ():
            if name and (address, name) not in self.called:
                self.called.add((address, name))
                tongue = tongues.get(name) or UNTOLD[name.isascii()]
                self.writer.literal(address, SKOS + "altLabel", text(name, tongue))

    def body(self, short: str, name: str = "") -> str:
        """The address of a body by its abbreviation or name; it is described if it is new."""
        found = self.lookup.named(("body",), short, name)
        if not found:
            found = self.lookup.address("body", short)
            for word in filter(None, (short, name)):
                self.lookup.names["body", normal(word)] = found
                self.lookup.organizations.know(word, found)
            self.writer.describe(found, iris.NS + "Body", short)
            self.writer.name(found, short)
            self.called.add((found, short))
            self.writer.link(found, PROV + "wasDerivedFrom", self.cite)
        return found

    def group(self, committee: Committee, bodies: tuple[str, ...], flavour: str) -> str:
        """The address of a group; it and those above it are described if they are new."""
        place = (committee, bodies[0], flavour)
        if place not in self.of_committee:
            if flavour == "3GPP":
                self.of_committee[place] = self._of_3gpp(committee.path[-1])
            else:
                self.of_committee[place] = self._chain(committee, bodies, flavour)
            if committee.name not in committee.path:
                self._also(self.of_committee[place], committee.name)
        return self.of_committee[place]

    def _of_3gpp(self, code: str) -> str:
        """3GPP's codes: S2 is SA2 below SA, SP is SA itself; groups of ETSI that 3GPP took over stay ETSI's."""
        if _OF_ETSI.fullmatch(code):
            digits = re.sub(r"(?<=[A-Za-z])0+(?=\d)", "", code).upper()
            return self._new(f"ETSI {digits}", (code, digits), "", "", [self.body("ETSI")], "Group")
        above = [self.body("3GPP")]
        match = re.fullmatch(r"([SRCNGT])(P|A?\d)", code)
        if match:
            tree = _3GPP_TREE[match[1]]
            plenary = self._new(f"3GPP {tree}", (f"{match[1]}P",), "", "", above, "Group")
            if match[2] == "P":
                return plenary
            return self._new(f"3GPP {tree}{match[2][-1]}", (code,), "", "", [plenary], "WorkingGroup")
        return self._new(f"3GPP {code}", (code,), "", "", above, "Group")

    def _chain(self, committee: Committee, bodies: tuple[str, ...], flavour: str) -> str:
        """`ISO/IEC JTC 1/SC 41`: each part below the one before it, the first below its bodies.

        A group whose printed name does not begin with a body's, such as `TC 23`, bears that of its set before it.
        """
        *above, last = committee.path
        upper: list[str] = list(bodies)
        if above:
            upper = [self._chain(Committee(tuple(above), "", "", ""), bodies, flavour)]
        head, slash, tail = last.rpartition("/")
        if slash and re.search(r"\d$", head):
            upper = [self._chain(Committee((head,), "", "", ""), bodies, flavour)]
        elif slash and re.fullmatch(r"[A-Z]+", head) and (self.lookup.named(("body",), head) or _BELOW.match(tail)):
            upper = [self.body(head)] + [b for b in bodies if "JTC" in last and b != self.body(head)]
        printed = " ".join(committee.path)
        label = printed if self._tells_its_body(printed) else f"{flavour} {printed}"
        names = (last, committee.name if not committee.kind.isupper() else "", committee.kind)
        found = self.lookup.named(("group", "body"), label)
        found = found or self._among(bodies, label == printed, printed, *names[:2] if len(committee.path) == 1 else ())
        if not found and "/group/" in (kind := self._among(bodies, label == printed, names[2])):
            found = kind  # a group such as tsag; never a body such as IEC, the type printed for JTC 1/SC 25
        return found or self._new(label, (printed,), committee.name, committee.kind, upper, "")

    def _tells_its_body(self, printed: str) -> bool:
        words = (printed.split("/")[0], re.split(r"[ /]", printed)[0])
        return bool(self.lookup.named(("body",), *words))

    def _among(self, bodies: tuple[str, ...], told: bool, *names: str) -> str:
        """The group or body of one of some names; it must be of the bodies unless its name tells whose it is."""
        found = self.lookup.named(("group", "body"), *names)
        return found if told or found in bodies or set(bodies) & self.lookup.above.get(found, set()) else ""

    def _new(self, label: str, names: tuple[str, ...], title: str, kind: str, above: list[str], class_: str) -> str:
        found = self.lookup.named(("group", "body"), label)
        if found:
            return found
        address = self.lookup.address("group", label)
        self.lookup.names["group", normal(label)] = address
        hints = (label.rpartition("/")[2], kind)
        class_ = class_ or next((c for hint in hints for pattern, c in _CLASSES if re.search(pattern, hint)), "Group")
        self.writer.describe(address, iris.NS + class_, label, names)
        self.writer.name(address, label)
        self.called.update((address, name) for name in (label, title, *names))
        if title and title != label:
            self.writer.literal(address, DCTERMS + "title", text(title, "en"))
        self._below(address, above)
        self.writer.link(address, PROV + "wasDerivedFrom", self.cite)
        return address

    def _below(self, address: str, above: list[str]) -> None:
        for one in dict.fromkeys(above):
            self.writer.link(address, iris.NS + "partOf", one)
            self.lookup.above[address].add(one)
        for far in {f for one in above for f in self.lookup.above.get(one, ())} - set(above):
            self.lookup.above[address].add(far)
            for a, property_, b in ((address, "partOf", far), (far, "hasPart", address)):
                self.writer.derive(a, iris.NS + property_, f"<{b}>")
            self.writer.derive(address, PREFIXES["org"] + "subOrganizationOf", f"<{far}>")
            self.writer.derive(far, PREFIXES["org"] + "hasSubOrganization", f"<{address}>")
