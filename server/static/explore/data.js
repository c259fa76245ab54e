// What is known of the network so far: nodes and edges by their ids, asked for once.

import { rooted, words } from "./words.js";

export const nodes = new Map();
export const edges = new Map();
export const counts = new Map();
const texts = new Map();

const LONG = 2000; // characters of an address, above which some servers on the way refuse it

async function ask(path, values = []) {
  const address = rooted(path);
  const query = new URLSearchParams(values);
  const headers = { Accept: "application/json" };
  const long = query.toString().length > LONG;
  const reply = await (long ? fetch(address, { method: "POST", body: query, headers }) : fetch(values.length ? `${address}?${query}` : address, { headers }));
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Error(told.detail ?? `The server answered ${reply.status}.`);
  return told;
}

/** An edge, with the short address of its claim and no nulls. */
function learn(edge) {
  const known = { ...edges.get(edge.id) };
  for (const [key, value] of Object.entries(edge)) known[key] = value ?? "";
  known.claim = (known.claim ?? "").replace(words.base, "");
  edges.set(edge.id, known);
}

function keep(found) {
  for (const node of found.nodes ?? []) nodes.set(node.id, node);
  for (const edge of found.edges ?? []) learn(edge);
  return found;
}

/** How many neighbours of each kind a node has; nothing is drawn for it. */
export async function count(id) {
  if (counts.has(id)) return counts.get(id);
  const found = keep(await ask("/api/neighbours", [["node", id], ["limit", "0"]]));
  if (found.node) nodes.set(found.node.id, found.node);
  const by = new Map(found.things.map(({ kind, count: number }) => [kind, number]));
  counts.set(id, by);
  return by;
}

/** Some neighbours of one kind. */
export async function neighbours(id, kind, limit, offset = 0) {
  const found = keep(await ask("/api/neighbours", [["node", id], ["of", kind], ["limit", limit], ["offset", offset]]));
  return found.nodes.map((node) => node.id).filter((other) => other !== id);
}

/** All edges among things, and what is known of the things; answers with those that the network has. */
export async function among(ids) {
  if (!ids.length) return [];
  return keep(await ask("/api/network", [["known", "1"], ...ids.map((id) => ["node", id])])).nodes.map((node) => node.id);
}

/** The best paths between two things. */
export async function paths(from, to, k) {
  const found = await ask("/api/paths", [["from", from], ["to", to], ["k", k]]);
  for (const path of found.paths) for (const hop of path.hops) learn(hop);
  return found;
}

/** All things that the rows of a saved query name. */
export async function rows(address, base) {
  const found = await ask(address);
  const ids = new Set();
  for (const row of found.results?.bindings ?? []) {
    for (const cell of Object.values(row)) if (cell.type === "uri" && cell.value.startsWith(base)) ids.add(cell.value.slice(base.length));
  }
  return [...ids];
}

async function html(path) {
  if (!texts.has(path)) {
    texts.set(path, fetch(rooted(path), { headers: { Accept: "text/html" } }).then((reply) => {
      if (!reply.ok) throw new Error(`The server answered ${reply.status}.`);
      return reply.text();
    }));
  }
  return new DOMParser().parseFromString(await texts.get(path), "text/html");
}

/** The page of a thing or a claim, as a document of its own. */
export const page = (id) => html(`/id/${id}`);

/** Things with a name like a text, of kinds that the network has. */
export async function find(text, kinds) {
  const found = await html(`/search?q=${encodeURIComponent(text)}`);
  return [...found.querySelectorAll(".hits > li")].map((item) => ({
    id: item.querySelector("a").getAttribute("href").replace(/^.*?\/id\//, ""),
    label: item.querySelector("a").textContent,
    zh: item.querySelector('[lang="zh"]')?.textContent ?? "",
    class: item.querySelector(".kind")?.textContent ?? "",
  })).filter((hit) => kinds.includes(hit.id.split("/")[0]));
}
