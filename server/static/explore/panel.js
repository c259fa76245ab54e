// Beside the picture: what is said of the selected thing or edge, with its evidence, and what can be done with it.

import * as data from "./data.js";
import { spaced } from "./filters.js";
import { button, counted, element } from "./words.js";

const panel = document.getElementById("panel");
let asked = 0;

function fill(...content) { panel.replaceChildren(...content); }

const named = (id) => data.nodes.get(id)?.label ?? id;
const dates = (edge) => (edge.start || edge.end ? `${edge.start || "not known"} to ${edge.end || "not known"}` : "no date");

function heading(id) {
  const node = data.nodes.get(id);
  const zh = node?.zh && node.zh !== node.label ? element("span", { lang: "zh" }, node.zh) : "";
  return [
    element("p", { class: "kind" }, node?.class ?? id.split("/")[0]),
    element("h2", {}, named(id), " ", zh),
    element("p", {}, element("a", { href: `/id/${id}` }, "Open its page"), node?.listed ? " · on a sanctions or export-control list" : ""),
  ];
}

/** Marks of a page taken over: each opens its citation in place. */
function marks(part, page) {
  for (const mark of part.querySelectorAll("a.mark")) {
    const evidence = page.querySelector(mark.getAttribute("href"));
    mark.setAttribute("role", "button");
    mark.setAttribute("aria-expanded", "false");
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      const open = mark.nextElementSibling?.matches(".cited") ? mark.nextElementSibling : null;
      if (open) open.remove();
      else if (evidence) mark.after(element("span", { class: "cited", role: "note" }, ...[...evidence.cloneNode(true).childNodes]));
      mark.setAttribute("aria-expanded", String(!open));
    });
  }
}

function take(page, selectors) {
  const article = page.querySelector("article");
  const parts = [...(article?.querySelectorAll(selectors) ?? [])].map((one) => document.importNode(one, true));
  for (const part of parts) {
    part.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
    part.removeAttribute("id");
    marks(part, page);
  }
  return parts;
}

function openings(id, act) {
  const list = element("ul", { class: "openings", "aria-label": "Open its neighbours" });
  const fillList = (found) => {
    if (!found.size) { list.replaceChildren(element("li", { class: "quiet" }, "Nothing is joined to it in this release.")); return; }
    list.replaceChildren(...[...found].map(([kind, count]) => element("li", {}, button(`+ ${counted(count, kind)}`, () => act.expand(id, kind)))));
  };
  data.count(id).then(fillList, (error) => list.replaceChildren(element("li", { class: "loud" }, error.message)));
  return list;
}

function section(part) {
  const details = element("details", {}, element("summary", {}, part.querySelector("h2")?.textContent ?? "Facts"));
  part.querySelector("h2")?.remove();
  details.append(...part.childNodes);
  return details;
}

/** A thing: counts of what can be opened first, then its statements. */
export async function showThing(id, act) {
  const turn = (asked += 1);
  const wait = element("p", { class: "quiet" }, "Reading its statements …");
  fill(...heading(id), openings(id, act), wait);
  try {
    const page = await data.page(id);
    if (turn !== asked) return;
    const parts = take(page, ".aliases, .own, section:not(.use, .around):not([aria-labelledby=ask])").map((part) => (part.matches("section") ? section(part) : part));
    parts.filter((part) => part.matches("details")).slice(0, 2).forEach((part) => { part.open = true; });
    wait.replaceWith(...parts);
  } catch (error) { if (turn === asked) wait.textContent = error.message; }
}

/** The claims behind an arrow, each with its own words and evidence. */
export async function showPair(pair) {
  const turn = (asked += 1);
  const list = element("ol", { class: "claims" });
  fill(element("p", { class: "kind" }, "Edge"), element("h2", {}, `${named(pair.from)} → ${named(pair.to)}`), list);
  for (const edge of pair.edges) {
    const item = element("li", {}, element("strong", {}, edge.roleLabel || spaced(edge.kind)), ` · ${spaced(edge.kind)} · ${dates(edge)} · ${edge.confidence || "not a claim"}`);
    list.append(item);
    if (edge.claim) claim(edge.claim, item, () => turn === asked);
    else item.append(element("p", { class: "quiet" }, "The source says this of the thing itself; see its page."));
  }
}

async function claim(id, item, wanted) {
  try {
    const page = await data.page(id);
    if (wanted()) item.append(...take(page, ".own"), element("p", {}, element("a", { href: `/id/${id}` }, "This statement’s page")));
  } catch (error) { if (wanted()) item.append(element("p", { class: "loud" }, error.message)); }
}

export function showCluster(id, cluster, act) {
  asked += 1;
  fill(element("p", { class: "kind" }, "Cluster"), element("h2", {}, `${counted(cluster.count - cluster.offset, cluster.kind)} of ${named(cluster.of)}`),
    element("p", {}, "Too many to draw at once; they are taken out a few at a time."), button("Take out the next 20", () => act.expand(id)));
}

export function showMany(ids, act) {
  asked += 1;
  const list = element("ul", {}, ...ids.map((id) => element("li", {}, button(named(id), () => act.select(id), { class: "plain" }))));
  fill(element("h2", {}, `${ids.length} selected`), list,
    element("p", { class: "row" }, button("Find the paths among them", act.paths, { class: "primary" }), button("Keep only these", act.keep)));
}

export function showNothing(text) {
  asked += 1;
  fill(element("p", { class: "quiet" }, text));
}

function told(found) {
  const title = element("h3", {}, `${named(found.from)} and ${named(found.to)}`);
  if (found.paths.length) return [title, element("ol", {}, ...found.paths.map((path) => element("li", {}, path.sentence || path.hops.map((hop) => named(hop.from)).join(" → "))))];
  const near = found.nearest ? element("p", {}, `Nearest, ${found.nearest.allowing}: ${found.nearest.sentence}`) : "";
  const unknown = found.unknowns?.length ? element("p", {}, `Not known: ${found.unknowns.slice(0, 5).map((one) => one.text).join("; ")}`) : "";
  return [title, element("p", {}, "No path in this release, in either direction. Absence here is not absence in the world."), near, unknown].filter(Boolean);
}

export function showPaths(found) {
  asked += 1;
  fill(element("h2", {}, "Paths"), ...found.flatMap((one) => [...told(one),
    element("p", {}, element("a", { href: `/paths?${new URLSearchParams({ from: one.from, to: one.to })}` }, "All of it with evidence"))]));
}
