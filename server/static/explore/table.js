// The same network as two tables, for screen readers and for those who prefer rows.

import * as data from "./data.js";
import { over, spaced } from "./filters.js";
import { button, counted, element, words } from "./words.js";

const place = document.getElementById("tables");
const named = (id) => data.nodes.get(id)?.label ?? id;

function table(caption, heads, rows) {
  const body = element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, ...[cell].flat())))));
  const head = element("thead", {}, element("tr", {}, ...heads.map((label) => element("th", { scope: "col" }, label))));
  return element("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption }, element("table", {}, element("caption", {}, caption), head, body));
}

function nodeRow(id, view, act, degrees) {
  const node = data.nodes.get(id);
  const zh = node?.zh && node.zh !== node.label ? element("span", { lang: "zh" }, ` ${node.zh}`) : "";
  const open = button("+", () => act.expand(id), { "aria-label": `Open the neighbours of ${named(id)}` });
  const box = element("input", { type: "checkbox", "data-box": id, "aria-label": `Select ${named(id)}` });
  box.checked = view.selected.includes(id);
  box.addEventListener("change", () => act.select(id, true));
  const pick = button(named(id), () => act.select(id), { class: "plain", "data-id": id, "aria-pressed": String(view.selected.includes(id)) });
  const codes = (node?.countries?.[view.rule] ?? []).map((code) => words.countries[code] ?? code).join(", ");
  return [[pick, zh], node?.class ?? "", codes || "–", node?.listed ? "listed" : "–", String(degrees.get(id) ?? 0), box, open];
}

function edgeRows(seen, view, act) {
  return [...seen.pairs.values()].flatMap((pair) => pair.edges.map((edge) => [
    named(edge.from), button(edge.roleLabel || spaced(edge.kind), () => act.select(pair.id), { class: "plain", "data-id": pair.id, "aria-pressed": String(view.selected.includes(pair.id)) }), named(edge.to), spaced(edge.kind), edge.start || "–", edge.end ? `${edge.end}${over(edge) ? " (ended)" : ""}` : "–", edge.confidence || "–",
    edge.claim ? element("a", { href: `/id/${edge.claim}`, "aria-label": `Evidence of ${named(edge.from)} to ${named(edge.to)}` }, "evidence") : "–",
  ]));
}

/** Tell in the table what is selected. */
export function press(view) {
  for (const one of place.querySelectorAll("[data-id]")) one.setAttribute("aria-pressed", String(view.selected.includes(one.dataset.id)));
  for (const one of place.querySelectorAll("[data-box]")) one.checked = view.selected.includes(one.dataset.box);
}

const LARGE = 200;
let waiting = 0;

/** Draw both tables for what is seen of a view; large ones a moment after the picture. */
export function draw(view, seen, act) {
  clearTimeout(waiting);
  if (seen.pairs.size + seen.nodes.size <= LARGE) both(view, seen, act);
  else waiting = setTimeout(() => { both(view, seen, act); press(view); }, 300);
}

function both(view, seen, act) {
  const degrees = new Map();
  for (const pair of seen.pairs.values()) for (const end of [pair.from, pair.to]) degrees.set(end, (degrees.get(end) ?? 0) + 1);
  const ids = [...seen.nodes].sort((a, b) => named(a).localeCompare(named(b)));
  const rows = ids.map((id) => nodeRow(id, view, act, degrees));
  for (const [id, cluster] of Object.entries(view.clusters)) {
    if (seen.nodes.has(cluster.of)) rows.push([`${counted(cluster.count - cluster.offset, cluster.kind)} more of ${named(cluster.of)}`, "cluster", "–", "–", "–", "", button("+", () => act.expand(id), { "aria-label": "Take out the next 20" })]);
  }
  const edges = edgeRows(seen, view, act);
  place.replaceChildren(
    table(`Things (${ids.length})`, ["Name", "Kind", `Country (${words.rules[view.rule] ?? view.rule})`, "Listing", "Joined to", "Select", "Open"], rows),
    table(`Edges (${edges.length})`, ["From", "As", "To", "Kind", "Earliest start", "Latest end", "Confidence", "Evidence"], edges),
  );
}
