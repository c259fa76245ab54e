"""Spellings: what may differ between two names of one organization without a decision."""

import re
import unicodedata
from functools import cache

from cleanco.termdata import terms_by_country

# Spellings of one legal form, and no more: GmbH, AB, K.K. and Ltd stay apart, since each tells of a country.
_FORMS = {"limited": "ltd", "company": "co", "incorporated": "inc", "corporation": "corp", "private": "pvt"}
_PHRASES = {
    "public ltd co": "plc", "sp z oo": "sp zoo", "spolka z oo": "sp zoo", "kabushiki kaisha": "kk", "aktiebolag": "ab",
    "aktiebolaget": "ab", "aktiengesellschaft": "ag", "societe anonyme": "sa", "s p zoo": "sp zoo",
    "gesellschaft mit beschrankter haftung": "gmbh", "societa per azioni": "spa", "naamloze vennootschap": "nv",
}  # fmt: skip
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.\s?)+[^\W\d_](?![^\W_])\.?")
_SLASHED = re.compile(r"(?<![^\W_])([^\W\d_])/([^\W\d_])(?![^\W_])")
_ABBREVIATED = re.compile(r"(.*\w\W*)\(([^\W\d_]{3,9})\)\W*")
_SMALL = frozenset({"and", "of", "for", "the", "in", "de", "des", "la", "du", "et", "y"})
_PLACES = frozenset({"", "uk", "eu"})  # forms by the list, and places in all names that were seen
_GROUP = re.compile(r"[SRCTGN](?:P|\d)")
# Blanks, placeholders, and words of people who stand for no organization: two of them have no employer in common.
NOBODY = frozenset({
    "", "vacant", "tbd", "tba", "n a", "na", "not applicable", "none", "unknown", "not known", "unspecified",
    "unassigned", "to be determined", "to be announced", "waiting for new co", "waiting for co", "no co", "unknown co",
    "no affiliation", "not affiliated", "unaffiliated", "no employer", "self", "self employed", "independent",
    "independent consultant", "independent expert", "independent contributor", "independent researcher", "consultant",
    "freelance", "freelancer", "individual", "individual contributor", "individual expert", "private person",
    "personal capacity", "in a personal capacity", "retired", "invited expert",
    "ltd", "inc", "gmbh", "llc", "plc", "co ltd", "corp", "co",
})  # fmt: skip


@cache
def spelling(name: str) -> str:
    """A name as it is compared: no case, accents, punctuation or doubled blanks, and one spelling of a legal form.

    A bracket at the end that holds the initials of the name is left out; one that says more (`(USA)`, `(TTC)`) stays.
    """
    if (found := _ABBREVIATED.fullmatch(name)) and _initials(found[1], found[2]):
        return spelling(found[1])
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ").replace("+", " and ")).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", plain)
    plain = _SLASHED.sub(r"\1\2", plain)
    words = " ".join(_FORMS.get(word, word) for word in re.findall(r"[^\W_]+", plain))
    for phrase, short in _PHRASES.items():
        words = re.sub(rf"(?<!\w){phrase}(?!\w)", short, words)
    return words


def _initials(name: str, short: str) -> bool:
    """Whether a short name is the initials of a longer one, with or without small words and the last one, a form."""
    words = re.findall(r"[^\W_]+", name)
    large = [word for word in words if word.casefold() not in _SMALL]
    given = {"".join(word[0] for word in some).casefold() for some in (words, large, words[:-1], large[:-1])}
    return short.casefold() in given


def nobody(name: str) -> bool:
    """Whether a name is none: a blank, a placeholder, 'self-employed' and the like, or the code of a 3GPP group."""
    return spelling(name) in NOBODY or bool(_GROUP.fullmatch(name.strip()))


@cache
def forms() -> dict[str, frozenset[str]]:
    """Legal forms as they are compared, with the countries whose law has them."""
    found: dict[str, set[str]] = {}
    for country, terms in terms_by_country.items():
        for term in terms:
            found.setdefault(spelling(term), set()).add(country)
    return {form: frozenset(countries) for form, countries in found.items() if form not in _PLACES}


@cache
def legal_form(name: str) -> str:
    """The legal form at the end of a name, the longest one; empty if it has none."""
    words = spelling(name).split()
    ends = (" ".join(words[-count:]) for count in range(min(5, len(words) - 1), 0, -1))
    return next((end for end in ends if end in forms()), "")


def stem(name: str) -> str:
    """A name without the legal form at its end, for finding what to compare; by itself it joins nothing."""
    return spelling(name).removesuffix(legal_form(name)).strip()
