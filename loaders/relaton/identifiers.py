"""What an identifier says by its form: the document that it names an edition, a version, a draft or an amendment of."""

import re
from functools import lru_cache
from typing import NamedTuple

STAGES = "PWI|NP|NWIP|AWI|WD|CD|CDV|DIS|FDIS|PRF|D(?=TS|TR|PAS)"
_3GPP = re.compile(r"(3GPP T[SR] [^:/]+)(?::([^/]+))?/([^/]+)")
_SUPPLEMENT = re.compile(r"(.+:\d{4}(?:-\d\d)?)/[^/]+")
_ITU_SUPPLEMENT = re.compile(r"(ITU-[TR] \S+(?: [A-Z])?) \(\d{4}\) \S.*")
_DOUBLE = re.compile(r"(ITU-T )([A-Z]+\.[\d.]+)/([A-Z]+\.[\d.]+)")
_DRAFT = re.compile(rf"((?:[A-Z]+/)*?[A-Z]+)([ /])(?:{STAGES}) ?([A-Z][A-Za-z]+ )?(\d.*)")
_IEEE_SUPPLEMENT = re.compile(r"((?:IEEE|ANSI)\b.*-\d{4})/(?:Amd|Cor|Int|Err|Conformance)\S* .*", re.I)
_W3C = re.compile(r"(W3C )[A-Z]+-(.+)-\d{8}")  # W3C REC-xml-20081126, of W3C xml
_SERIES = re.compile(r"(rfc|bcp|std|fyi) ?0*(?=\d)")
_BODYS = re.compile(r"[A-Z0-9][A-Za-z0-9/-]+ ")  # a name that begins with its body's: ISO/IEC 1, 3GPP TS 1
_EDITIONS = [
    re.compile(pattern)
    for pattern in (
        r"([^:+]+):\d{4}(?:-\d\d)?",  # ISO 9001:2015
        r"(ITU-[TR] .+?) \(\d\d/\d{4}\)",  # ITU-T X.1811 (04/2021)
        r"(ITU-R [A-Z]+\.\d+)-\d+",  # ITU-R BT.709-6
        r"(ETSI .+?) (?:V|ed\.)\S+ \(\d{4}-\d\d\)",  # ETSI EN 300 100 V1.1.1 (1997-12)
        r"((?:IEEE|AIEE|ANSI|GB|JIS|AIAA|ASTM)\b.*\w)-\d{4}",  # IEEE 802.11-2020
        r"((?:I-D )?draft-.+)-\d\d",  # draft-ietf-quic-http-34
    )
]  # fmt: skip


class Identity(NamedTuple):
    """What makes two records one document: the same key, and the same variant or the same day of publication."""

    key: str
    variant: str


class Place(NamedTuple):
    """Identifiers of the undated document that one is an edition or draft of, and of the one that it amends."""

    family: str
    amended: str


def key(identifier: str) -> str:
    """An identifier as it is compared: small letters, single blanks; RFC0024 and RFC24 are RFC 24."""
    found = " ".join(identifier.casefold().split())
    return _SERIES.sub(r"\1 ", found, count=1) if found[:3] in ("rfc", "bcp", "std", "fyi") else found


def scoped(identifier: str, flavour: str) -> str:
    """The key of an identifier among those of all bodies: one without its body's name, S-100, is the flavour's own."""
    found = key(identifier)
    known = _BODYS.match(identifier) or found.startswith(("rfc ", "bcp ", "std ", "fyi ", "draft-"))
    return found if known else f"{flavour}:{found}"


@lru_cache(1 << 18)
def identity(identifier: str, flavour: str = "") -> Identity:
    """The key of a document; a 3GPP version is known by number and version, and its release has several spellings."""
    match = _3GPP.fullmatch(identifier)
    if not match:
        return Identity(scoped(identifier, flavour), "")
    release = (match[2] or "").upper().replace("RELEASE ", "R").replace("R2000", "R00")
    return Identity(key(f"{match[1]}/{match[3]}"), re.sub(r"^R(?=\d)", "REL-", release))


def release(identifier: str) -> str:
    """The 3GPP release that an identifier names, as printed; empty for all others."""
    match = _3GPP.fullmatch(identifier)
    return (match[2] or "") if match else ""


@lru_cache(1 << 18)
def place(identifier: str) -> Place:
    """Where a document stands by the form of its identifier; both parts are empty where the form says nothing."""
    if match := _3GPP.fullmatch(identifier):
        return Place(match[1], "")
    for pattern in (_SUPPLEMENT, _ITU_SUPPLEMENT, _IEEE_SUPPLEMENT):
        if match := pattern.fullmatch(identifier):
            return Place("", match[1])
    if match := _W3C.fullmatch(identifier):
        return Place(match[1] + match[2], "")
    if match := _DRAFT.fullmatch(identifier):
        type_ = match[3] or ""
        undated = f"{match[1]}{match[2] if type_ else ' '}{type_}{match[4]}"
        return Place(place(undated).family or undated, "")
    return Place(next((m[1] for pattern in _EDITIONS if (m := pattern.fullmatch(identifier))), ""), "")


def names(identifier: str) -> list[str]:
    """An identifier and, where it is a double number such as `ITU-T Y.4000/Y.2060`, each of the two."""
    match = _DOUBLE.fullmatch(identifier)
    return [identifier, match[1] + match[2], match[1] + match[3]] if match else [identifier]
