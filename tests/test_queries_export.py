"""The network as GraphML, GEXF and CSV: networkx and the csv module read back what the network says."""

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import networkx
from test_queries_network import network

from ontology import iris
from queries.network.export import gexf, graphml, table
from queries.network.graph import Network

ABOUT = "Influence edges of Plenary, release 1 (2022-08-01); sources: great-game"
NASTY = '"><script>alert(1)</script>\u202e\x07 & 中国'


def nasty() -> Network:
    made = Network([iris.thing("person", "a"), iris.thing("document", "b")])
    made.label, made.zh, made.classes, made.countries = [NASTY, "b"], ["", ""], ["person", "document"], [{}, {}]
    made.tail, made.head, made.kind, made.role = [0], [1], ["drafts"], [""]
    made.claim, made.start, made.end, made.confidence = [""], ["2017-01-01"], [""], ["stated"]
    return made


def test_graphml_is_read_back_with_all_nodes_and_edges(tmp_path: Path) -> None:
    file = tmp_path / "network.graphml"
    file.write_text("".join(graphml(network(), ABOUT)), encoding="utf-8")
    drawn = networkx.read_graphml(file)
    assert (len(drawn), drawn.number_of_edges()) == (len(network().address), len(network().claim))
    assert drawn.nodes["organization/huawei"]["label"] == "Huawei"


def test_gexf_has_all_edges_their_days_and_where_it_is_from() -> None:
    root = ElementTree.fromstring("".join(gexf(network(), ABOUT)))
    space = {"g": "http://gexf.net/1.3"}
    assert root.findtext(".//g:description", namespaces=space) == ABOUT
    edges = root.findall(".//g:edge", space)
    assert len(edges) == len(network().claim)
    (edge,) = [
        e for e in edges if (e.get("source"), e.get("target")) == ("organization/cnitsec", "document/iso-iec-23837-2")
    ]
    assert (edge.get("kind"), edge.get("start"), edge.get("end")) == ("leads", "2017-01-01", "2017-12-31")


def test_csv_has_a_line_for_each_edge() -> None:
    rows = list(csv.DictReader(io.StringIO("".join(table(network(), ABOUT)))))
    assert len(rows) == len(network().claim)
    assert rows[0]["from release"] == ABOUT


def test_signs_in_names_are_text_and_what_xml_forbids_is_replaced() -> None:
    told = NASTY.replace("\x07", "\ufffd")
    for made in (graphml, gexf):
        root = ElementTree.fromstring("".join(made(nasty(), NASTY)))
        said = [element.text for element in root.iter()] + [v for e in root.iter() for v in e.attrib.values()]
        assert told in said
