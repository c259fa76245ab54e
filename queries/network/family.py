"""One parent and its companies, with those who held a role for them and on what: a part of the network to look at."""

from collections import defaultdict

from ontology import iris
from queries.network.graph import Network

MEMBERS, PEOPLE, DOCUMENTS = 8, 5, 2  # companies of the parent, people of each, documents of each of these


def family(network: Network, role: str, source: str) -> list[int]:
    """The nodes around the parent whose companies, two or more, sent most people to a role by claims of a source.

    The parent comes first; then its companies, and of each some people with the documents and groups in which they
    held the role. Empty where no parent has two such companies.
    """
    sent: dict[int, set[int]] = defaultdict(set)
    held: dict[int, list[int]] = defaultdict(list)
    for edge, named in enumerate(network.role):
        if named == iris.NS + role and network.source_of(edge) == source:
            if network.kind[edge] == "sends":
                sent[network.tail[edge]].add(network.head[edge])
            elif network.kinds[network.tail[edge]] == "person":
                held[network.tail[edge]].append(network.head[edge])
    families: dict[int, list[int]] = defaultdict(list)
    for company in sorted(sent, key=lambda n: (-len(sent[n]), network.address[n])):
        families[line(network, company)[-1]].append(company)
    wide = {top: own for top, own in families.items() if len(own) > 1}
    if not wide:
        return []
    people = {top: len(set().union(*(sent[company] for company in own))) for top, own in wide.items()}
    top = min(wide, key=lambda n: (-people[n], network.address[n]))
    return list(dict.fromkeys([top, *_members(network, wide[top][:MEMBERS], sent, held)]))


def line(network: Network, company: int) -> list[int]:
    """A company and its parents up to the one that no other is the parent of; of several parents the first."""
    found = [company]
    while above := [network.tail[e] for e in network.into[found[-1]] if network.kind[e] == "parent"]:
        if above[0] in found:
            break
        found.append(above[0])
    return found


def _members(
    network: Network, companies: list[int], sent: dict[int, set[int]], held: dict[int, list[int]]
) -> list[int]:
    found = []
    for company in companies:
        found += line(network, company)
        for person in sorted(sent[company], key=lambda n: (-len(set(held[n])), network.address[n]))[:PEOPLE]:
            things = list(dict.fromkeys(held[person]))[:DOCUMENTS]
            groups = [network.head[e] for n in things for e in network.out[n] if network.kind[e] == "developedIn"]
            found += [person, *things, *groups]
    return found
