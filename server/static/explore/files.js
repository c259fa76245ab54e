// What is seen as a file: GraphML, GEXF, CSV, JSON-LD, each with title, date, filters and source.

import { nodes } from "./data.js";
import { sourceLine } from "./graph.js";
import { words } from "./words.js";

const BAD = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const EDGE = ["kind", "role", "confidence", "start", "end", "source", "claim"];

const codes = (node) => Object.entries(node?.countries ?? {}).map(([rule, all]) => `${rule}: ${all.join(" ")}`).join("; ");
const about = (told) => [told.title, `${told.date}.`, told.filters, sourceLine(), told.scope, told.link].join(" ").replace(BAD, "");

function list(view, seen) {
  const things = [...seen.nodes].map((id) => {
    const node = nodes.get(id) ?? { label: id, kind: id.split("/")[0] };
    return { id, label: node.label, zh: node.zh ?? "", kind: node.kind, class: node.class ?? "", countries: codes(node), listed: String(Boolean(node.listed)), address: words.base + id, ...view.nodes[id] };
  });
  const edges = [...seen.pairs.values()].flatMap((pair) => pair.edges).map((edge) => ({ ...edge, role: edge.roleLabel || edge.role || "", claim: edge.claim && words.base + edge.claim }));
  return { things, edges };
}

function xml(root, space, version) {
  const made = document.implementation.createDocument(space, root);
  if (version) made.documentElement.setAttribute("version", version);
  const add = (parent, name, attributes = {}, said = null) => {
    const child = made.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, String(value).replace(BAD, ""));
    if (said !== null) child.textContent = String(said).replace(BAD, "");
    parent.append(child);
    return child;
  };
  return { made, root: made.documentElement, add, text: () => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(made)}\n` };
}

export function graphml(view, seen, told) {
  const { things, edges } = list(view, seen);
  const { root, add, text } = xml("graphml", "http://graphml.graphdrawing.org/xmlns");
  const node = ["label", "zh", "kind", "class", "countries", "listed", "address", "x", "y"];
  add(root, "desc", {}, about(told));
  for (const name of node) add(root, "key", { id: `n-${name}`, for: "node", "attr.name": name, "attr.type": ["x", "y"].includes(name) ? "double" : "string" });
  for (const name of EDGE) add(root, "key", { id: `e-${name}`, for: "edge", "attr.name": name, "attr.type": "string" });
  const graph = add(root, "graph", { id: "plenary", edgedefault: "directed" });
  const place = new Map(things.map((thing, index) => [thing.id, `n${index}`]));  // its schema allows no slash in an id
  for (const thing of things) {
    const made = add(graph, "node", { id: place.get(thing.id) });
    for (const name of node) add(made, "data", { key: `n-${name}` }, thing[name]);
  }
  for (const [index, edge] of edges.entries()) {
    const made = add(graph, "edge", { id: `e${index}`, source: place.get(edge.from), target: place.get(edge.to) });
    for (const name of EDGE) if (edge[name]) add(made, "data", { key: `e-${name}` }, edge[name]);
  }
  return text();
}

export function gexf(view, seen, told) {
  const { things, edges } = list(view, seen);
  const space = "http://gexf.net/1.3";
  const { made, root, add, text } = xml("gexf", space, "1.3");
  const meta = add(root, "meta", { lastmodifieddate: told.day });
  add(meta, "creator", {}, "Plenary");
  add(meta, "description", {}, about(told));
  const graph = add(root, "graph", { defaultedgetype: "directed", mode: "static" });
  const declare = (kind, names) => {
    const all = add(graph, "attributes", { class: kind });
    names.forEach((name) => add(all, "attribute", { id: name, title: name, type: "string" }));
  };
  const node = ["zh", "kind", "class", "countries", "listed", "address"];
  declare("node", node);
  declare("edge", EDGE);
  const values = (parent, one, names) => {
    const all = add(parent, "attvalues");
    for (const name of names) if (one[name]) add(all, "attvalue", { for: name, value: one[name] });
  };
  const listed = add(graph, "nodes");
  for (const thing of things) {
    const one = add(listed, "node", { id: thing.id, label: thing.label });
    values(one, thing, node);
    const at = made.createElementNS("http://gexf.net/1.3/viz", "viz:position");
    at.setAttribute("x", thing.x);
    at.setAttribute("y", -thing.y);
    at.setAttribute("z", 0);
    one.append(at);
  }
  const joined = add(graph, "edges");
  for (const edge of edges) values(add(joined, "edge", { id: edge.id, source: edge.from, target: edge.to, label: edge.role || edge.kind }), edge, EDGE);
  return text();
}

const cell = (said) => {
  const safe = /^[=+\-@\t\r]/.test(said) ? `'${said}` : said;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export function csv(view, seen, told) {
  const { edges } = list(view, seen);
  const head = [told.title, `Date: ${told.date}`, told.filters, sourceLine(), told.scope, told.link].map((line) => `# ${line.replace(/[\r\n]+/g, " ")}`);
  const label = (id) => nodes.get(id)?.label ?? id;
  const rows = edges.map((e) => [words.base + e.from, label(e.from), words.base + e.to, label(e.to), e.kind, e.role, e.confidence ?? "", e.start ?? "", e.end ?? "", e.source ?? "", e.claim ?? ""]);
  const alone = [...seen.nodes].filter((id) => !edges.some((e) => e.from === id || e.to === id)).map((id) => [words.base + id, label(id), "", "", "", "", "", "", "", "", ""]);
  const names = ["from", "fromLabel", "to", "toLabel", "kind", "role", "confidence", "start", "end", "source", "claim"];
  return [...head.map(cell), ...[names, ...rows, ...alone].map((row) => row.map((one) => cell(String(one))).join(","))].join("\r\n") + "\r\n";
}

const CLASS = { organization: "Organization", person: "Person", body: "Body", group: "Group", document: "Document", technology: "Technology", country: "Country" };

export function jsonld(view, seen, told) {
  const { things, edges } = list(view, seen);
  const influenced = new Map(things.map((thing) => [thing.id, []]));
  for (const edge of edges) {
    influenced.get(edge.to)?.push({ "@type": "prov:Influence", "prov:influencer": { "@id": words.base + edge.from }, kind: edge.kind, ...(edge.role && { roleLabel: edge.role }),
      ...(edge.confidence && { confidence: edge.confidence }), ...(edge.start && { start: edge.start }), ...(edge.end && { end: edge.end }), ...(edge.claim && { "prov:wasDerivedFrom": { "@id": edge.claim } }) });
  }
  const graph = things.map((thing) => ({ "@id": thing.address, "@type": `plen:${CLASS[thing.kind] ?? "Thing"}`, "rdfs:label": [{ "@value": thing.label, "@language": "en" }, ...(thing.zh && thing.zh !== thing.label ? [{ "@value": thing.zh, "@language": "zh" }] : [])],
    ...(influenced.get(thing.id).length && { "prov:qualifiedInfluence": influenced.get(thing.id) }) }));
  const view_ = "https://w3id.org/plenary/view#";
  const context = { plen: "https://w3id.org/plenary/ns#", prov: "http://www.w3.org/ns/prov#", rdfs: "http://www.w3.org/2000/01/rdf-schema#", dcterms: "http://purl.org/dc/terms/",
    kind: `${view_}kind`, roleLabel: `${view_}role`, confidence: `${view_}confidence`, start: `${view_}start`, end: `${view_}end` };
  return JSON.stringify({ "@context": context, "@id": told.link, "dcterms:title": told.title, "dcterms:date": told.day, "dcterms:description": `${told.filters} ${told.scope}`, "dcterms:source": sourceLine(), "@graph": graph }, null, 1);
}
