"""Each rule refuses the bad example that bears its name, and lets the curated data pass."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from loaders import check
from ontology.terms import model

BAD = Path(__file__).parent / "bad" / "rules"
RULES = [path.stem for path in check.rules()]


def store_of(name: str) -> Store:
    store = Store()
    store.extend(model().quads())
    store.load(path=BAD / f"{name}.trig", format=RdfFormat.TRIG)
    return store


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_refuses_its_bad_example(rule: str) -> None:
    found = [violation for violation in check.broken_rules(store_of(rule), {}) if violation.rule == rule]
    assert found, f"{rule} lets its bad example pass"
    assert all(v.node.startswith("https://w3id.org/plenary/") and v.problem for v in found)


def test_every_bad_example_belongs_to_a_rule() -> None:
    assert sorted(path.stem for path in BAD.glob("*.trig")) == RULES


def test_the_ontology_alone_breaks_no_rule() -> None:
    store = Store()
    store.extend(model().quads())
    assert check.broken_rules(store, {}) == []


def test_two_values_of_confidence_are_refused_as_well_as_none() -> None:
    found = [v for v in check.broken_rules(store_of("claim-without-confidence"), {}) if "confidence" in v.rule]
    assert {v.problem for v in found} == {"0 values of confidence", "2 values of confidence"}
