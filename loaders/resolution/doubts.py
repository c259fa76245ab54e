"""Pairs of names that look alike and were not joined: what speaks for and against, for somebody to decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from loaders.resolution.decisions import Decision, node
from loaders.resolution.spelling import forms, legal_form, spelling, stem

ALIKE = 88.0  # of 100, by the words in any order
MOST = 12  # spellings compared
NEIGHBOURS = 4  # pairs at most that one name can be in


@dataclass(frozen=True)
class Facts:
    """What is known of a bearer of a name: its address and country, the top above it and its country, its kind."""

    address: str
    country: str = ""
    top: str = ""
    top_country: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Doubt:
    """Two names that were kept apart, how alike they are (0 to 100), and the reasons on both sides."""

    a: str
    b: str
    a_address: str
    b_address: str
    score: float
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    decided: str = ""

    def line(self) -> str:
        """The pair in one line: score, names, what speaks for it and against it."""
        reasons = f"for: {'; '.join(self.reasons_for)}. against: {'; '.join(self.reasons_against) or 'nothing known'}"
        return f"{self.score:.0f}\t{self.a}\t{self.b}\t{reasons}"


def doubts(asked: Iterable[str], facts: Mapping[str, Facts], decided: Iterable[Decision]) -> list[Doubt]:
    """Pairs of a name that is asked about and any other, the most alike first; those decided `different` are left out.

    `facts` has every name that there is. A pair decided `unsure` is always among them, with the reason of the decision.
    """
    asked = sorted(set(asked) & set(facts))
    verdicts = _verdicts(facts, decided)
    names = sorted(facts)
    stems = [stem(name) for name in names]
    found: dict[frozenset[str], Doubt] = {}
    for name in asked:
        near = process.extract(stem(name), stems, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=MOST)
        others = [(names[index], score) for _, score, index in near if _apart(facts, name, names[index])]
        for other, score in others[:NEIGHBOURS]:
            pair = frozenset((facts[name].address, facts[other].address))
            if pair not in found and pair not in verdicts:
                found[pair] = _doubt(name, other, score, facts, None)
    known = set(asked)
    for pair, (one, a, b) in verdicts.items():
        if one.verdict == "unsure" and len(pair) == 2 and known & {a, b}:
            found[pair] = _doubt(a, b, fuzz.token_sort_ratio(stem(a), stem(b)), facts, one)
    return sorted(found.values(), key=lambda d: (-d.score, d.a, d.b))


Verdicts = dict[frozenset[str], tuple[Decision, str, str]]


def _verdicts(facts: Mapping[str, Facts], decided: Iterable[Decision]) -> Verdicts:
    """What was decided on two organizations, whichever of their names it was decided by, with a name of each."""
    names: dict[str, str] = {}
    for name in sorted(facts, reverse=True):
        names[spelling(name)] = names[facts[name].address] = name
    found = {}
    for one in decided:
        a, b = (end if end in facts else names.get(node(end), "") for end in (one.a, one.b))
        if a and b:
            found[frozenset((facts[a].address, facts[b].address))] = (one, a, b)
    return found


def _apart(facts: Mapping[str, Facts], name: str, other: str) -> bool:
    return facts[name].address != facts[other].address


def _doubt(a: str, b: str, score: float, facts: Mapping[str, Facts], verdict: Decision | None) -> Doubt:
    one, two = facts[a], facts[b]
    score = round(score)
    good, bad = [f"{score} of 100 alike, legal forms left out"], []
    if verdict:
        bad.append(f"decided unsure on {verdict.date}: {verdict.reason}")
    _compare(one.country, two.country, "country of registration", good, bad)
    _compare(one.top, two.top, "top company", good, bad)
    _compare(one.kind, two.kind, "kind", good, bad)
    forms_ = legal_form(a), legal_form(b)
    if all(forms_) and forms_[0] != forms_[1]:
        shared = forms()[forms_[0]] & forms()[forms_[1]]
        bad.append(f"legal forms {forms_[0]} and {forms_[1]}" + ("" if shared else ", of different countries"))
    elif forms_[0] != forms_[1]:
        bad.append(f"only one bears a legal form ({forms_[0] or forms_[1]})")
    day = verdict.date if verdict else ""
    return Doubt(a, b, one.address, two.address, score, tuple(good), tuple(bad), day)


def _compare(one: str, two: str, what: str, good: list[str], bad: list[str]) -> None:
    """Note whether two values agree; one that is not known says nothing."""
    if one and two:
        (good if one == two else bad).append(f"{'the same' if one == two else 'another'} {what}")
