// Joins the parts: view, picture, panel, table, filters, keys, files.

import * as actions from "./actions.js";
import * as data from "./data.js";
import { fields, none, pairs, told, visible } from "./filters.js";
import { Graph } from "./graph.js";
import { keys } from "./keys.js";
import { legend } from "./legend.js";
import { menu } from "./menu.js";
import * as panel from "./panel.js";
import { apart } from "./place.js";
import { search } from "./search.js";
import { blank, decode, History } from "./state.js";
import * as table from "./table.js";
import { Tools } from "./tools.js";
import { counted, start, words } from "./words.js";

const at = (id) => document.getElementById(id);
const past = new History(location.hash.length > 1 ? decode(location.hash.slice(1)) : blank());
let here = "";
let seen = visible(past.view);
let shown = null;

const graph = new Graph(at("graph"), {
  select: (id, many) => act.select(id, many),
  selectAll: (ids) => past.commit({ selected: [...new Set([...past.view.selected, ...ids])] }),
  open: (id) => act.expand(id),
  menu: (id, x, y) => { if (id && !past.view.selected.includes(id)) act.select(id); showMenu(x, y); },
  drag: (places) => past.commit(moved(past.view, places, true)),
  eye: (eye) => past.touch({ eye }),
  theme: () => { drawn = []; draw(past.view); },
});

/** A view in which some things stand elsewhere; what a hand has put somewhere stays there. */
function moved(view, places, pin = false) {
  const put = (all) => Object.fromEntries(Object.entries(all).map(([id, one]) => [id, id in places ? { ...one, ...places[id], pin: pin || Boolean(one.pin) } : one]));
  return { nodes: put(view.nodes), clusters: put(view.clusters) };
}

function say(words_, loud = false) {
  at("told").textContent = words_;
  at("told").classList.toggle("loud", loud);
}

/** Do what may take time: say so, and say what went wrong. */
async function run(work, waiting = "Reading …") {
  const timer = setTimeout(() => say(waiting), 300);
  try { return await work(); } catch (error) { say(error.message, true); return null; } finally { clearTimeout(timer); if (at("told").textContent === waiting) say(""); }
}

const name = (id) => data.nodes.get(id)?.label ?? id;
const chosen = () => past.view.selected.filter((id) => id in past.view.nodes);
const targets = () => (chosen().length ? chosen() : here in past.view.nodes ? [here] : []);

function difference(before, after) {
  const [was, is] = [before, after].map((view) => new Set(Object.keys(view.nodes)));
  const fresh = [...is].filter((id) => !was.has(id));
  const clusters = Object.keys(after.clusters).filter((id) => !(id in before.clusters));
  if (!fresh.length && !clusters.length) return "Nothing more to show here.";
  const by = new Map();
  for (const id of fresh) by.set(data.nodes.get(id)?.kind, (by.get(data.nodes.get(id)?.kind) ?? 0) + 1);
  const parts = [...by].map(([kind, count]) => counted(count, kind));
  const kept = clusters.map((id) => `${counted(after.clusters[id].count, after.clusters[id].kind)} as one cluster`);
  return `Added: ${[...parts, ...kept].join(", ")}.`;
}

const act = {
  select(id, many = false) {
    here = id || here;
    const was = past.view.selected;
    const next = !id ? [] : many ? (was.includes(id) ? was.filter((one) => one !== id) : [...was, id]) : [id];
    past.touch({ selected: next });
    draw(past.view);
    if (id) { speak(id); graph.show(id); }
  },
  async expand(id, kind = "") {
    const before = past.view;
    const next = await run(() => actions.expand(before, id, kind));
    if (!next) return;
    past.commit({ nodes: next.nodes, clusters: next.clusters, hidden: next.hidden }, difference(before, next));
  },
  expandAll: async () => { for (const id of targets().length ? targets() : past.view.selected) await act.expand(id); },
  collapse() {
    const gone = Object.keys(past.view.nodes).length;
    const next = targets().reduce((view, id) => actions.collapse(view, id), past.view);
    const count = gone - Object.keys(next.nodes).length;
    past.commit(next, count ? `Closed: ${count} things less.` : "Nothing was opened from here.");
  },
  pin() {
    const ids = targets();
    const pin = !ids.every((id) => past.view.nodes[id].pin);
    past.commit({ nodes: { ...past.view.nodes, ...Object.fromEntries(ids.map((id) => [id, { ...past.view.nodes[id], pin }])) } }, pin ? "Pinned." : "No longer pinned.");
  },
  hide() { past.commit({ hidden: [...new Set([...past.view.hidden, ...past.view.selected.filter((id) => !id.includes(">")), ...targets()])], selected: [] }, "Hidden; Undo or Show hidden brings it back."); },
  keep() { const ids = new Set(chosen()); past.commit({ hidden: Object.keys(past.view.nodes).filter((id) => !ids.has(id)) }, "The others are hidden."); },
  showHidden() { past.commit({ hidden: [] }, "All is shown again."); },
  async paths() {
    const ids = chosen();
    if (ids.length < 2) { say("Select two things or more (Shift and click, or Space), then ask for the paths among them.", true); return; }
    const found = await run(() => actions.connect(past.view, ids), "Searching paths …");
    if (!found) return;
    past.commit({ nodes: found.view.nodes, hidden: found.view.hidden }, `${found.found.reduce((sum, one) => sum + one.paths.length, 0)} paths found.`);
    panel.showPaths(found.found);
    shown = past.view.selected.join();
    graph.fit();
  },
  arrange() {
    const pinned = new Set(Object.entries(past.view.nodes).filter(([, node]) => node.pin).map(([id]) => id));
    past.commit(moved(past.view, apart(graph.arrange(pinned), pinned)), "Laid out anew; pinned things stayed.");
    graph.fit();
  },
  fit: () => graph.fit(),
  undo: () => past.undo(),
  redo: () => past.redo(),
  filter: (change) => past.commit(change),
  clear: () => past.commit({ ...none }, "All filters are off."),
  async add(id) {
    const next = await run(async () => {
      const known = await data.among([id]);
      if (!known.length) throw new Error("This release joins nothing to that.");
      return actions.join(actions.put(past.view, [id]));
    });
    if (!next) return;
    past.commit({ nodes: next.nodes, hidden: next.hidden, selected: [id], title: "" }, `Added: ${name(id)}.`);
    here = id;
    draw(past.view);
    if (Object.keys(next.nodes).length === 1) await act.expand(id);
    graph.fit();
  },
};

function speak(id) {
  const cluster = past.view.clusters[id];
  const near = [...seen.pairs.values()].filter((pair) => pair.from === id || pair.to === id).length;
  const node = data.nodes.get(id);
  at("here").textContent = cluster ? `Cluster of ${counted(cluster.count - cluster.offset, cluster.kind)} of ${name(cluster.of)}`
    : node ? `${node.label}, ${node.class}, joined to ${near} here${node.listed ? ", listed" : ""}` : id;
}

function side(view) {
  const key = view.selected.join();
  if (key === shown) return;
  shown = key;
  const [id] = view.selected;
  const pair = pairs(view).get(id);
  if (view.selected.length > 1) panel.showMany(chosen(), act);
  else if (!id) panel.showNothing(Object.keys(view.nodes).length ? "Select a thing or an arrow to read what is said of it, and where." : "");
  else if (view.clusters[id]) panel.showCluster(id, view.clusters[id], act);
  else if (pair) panel.showPair(pair);
  else panel.showThing(id, act);
}

const SHAPING = ["nodes", "clusters", "hidden", "offKinds", "offEdges", "offConfidence", "offSources", "ended", "country", "rule", "colour", "date"];
let drawn = [];

/** Whether more than the selection or the zoom has changed since this was last asked. */
function reshaped(view) {
  const now = [...SHAPING.map((key) => view[key]), data.nodes.size, data.edges.size, document.documentElement.dataset.theme];
  const same = now.length === drawn.length && now.every((one, index) => one === drawn[index]);
  drawn = now;
  return !same;
}

function draw(view, words_ = "") {
  const anew = reshaped(view);
  if (anew) seen = visible(view);
  graph.draw(view, seen, here);
  const empty = !Object.keys(view.nodes).length;
  at("title").textContent = view.title || "Explore the network";
  at("blank").hidden = !empty;
  at("graph").hidden = empty;
  at("twin").hidden = empty;
  if (anew) around(view);
  else table.press(view);
  tools.draw(view, seen);
  side(view);
  if (words_) say(words_);
  else if (!seen.nodes.size && !empty) say("The filters or your hand hide everything.", true);
}

/** What stands around the picture: table, legend, filters. */
function around(view) {
  table.draw(view, seen, act);
  legend(at("legend"), view, seen, act);
  const open = at("filter-fields").contains(document.activeElement) ? document.activeElement.value : null;
  at("filter-fields").replaceChildren(...fields(view, act.filter));
  if (open !== null) [...at("filter-fields").querySelectorAll("input, select")].find((one) => one.value === open)?.focus();
  at("filtered").textContent = seen.isFiltered ? `· ${seen.filtered} things and ${seen.out} edges kept out` : "";
}

const tools = new Tools(at("tools"), act, past, () => ({ view: past.view, seen, about: about() }), run);

const showMenu = menu(at("actions"), at("tools"), at("graph"));

function about() {
  const day = new Date().toISOString().slice(0, 10);
  const names = chosen().length ? chosen() : Object.keys(past.view.nodes).filter((id) => !past.view.nodes[id].by);
  return { title: past.view.title || `Network of ${names.slice(0, 3).map(name).join(", ")}${names.length > 3 ? " and others" : ""}`, day, date: `Made on ${day}`,
    filters: `${told(past.view)} Colours: ${past.view.colour}.`, scope: words.scope, link: location.href };
}

/** What the address asks to begin with, put into a first view. */
async function begin() {
  let view = { ...past.view, title: start.title, ...(start.colour && { colour: start.colour }), ...(start.rule && { rule: start.rule }) };
  const asked = [...start.nodes, ...(start.query ? await data.rows(start.query, words.base) : [])];
  const known = await data.among([...new Set(asked)].filter((id) => id.split("/")[0] in words.kinds).slice(0, 300));
  const lost = start.nodes.filter((id) => !known.includes(id));
  view = actions.put(view, known);
  const found = [];
  for (const { from, to } of start.paths) {
    const one = await actions.connect(view, [from, to]);
    view = one.view;
    found.push(...one.found);
  }
  for (const id of start.expand) if (id in view.nodes) view = await actions.expand(view, id);
  if (!Object.keys(view.nodes).length && !lost.length) throw new Error("The rows of this query name nothing that stands in the network.");
  past.touch(await actions.join(view));
  here = start.nodes[0] ?? Object.keys(view.nodes)[0] ?? "";
  draw(past.view, lost.length ? `Not in the network of this release: ${lost.join(", ")}.` : "");
  const places = start.expand.length === 1 && start.nodes.length === 1 ? null : apart(graph.arrange(new Set()), new Set());
  if (places) past.touch(moved(past.view, places));
  shown = null;
  draw(past.view);
  if (start.nodes.length === 1 && !start.paths.length) act.select(start.nodes[0]);
  if (found.length) panel.showPaths(found);
  graph.fit();
}

/** Read what the address has placed; what this release does not have is left out and told. */
async function placed() {
  await data.among(Object.keys(past.view.nodes));
  const lost = Object.keys(past.view.nodes).filter((id) => !data.nodes.has(id));
  past.touch({ nodes: Object.fromEntries(Object.entries(past.view.nodes).filter(([id]) => data.nodes.has(id))) });
  return lost.length ? `Not in the network of this release: ${lost.join(", ")}.` : "";
}

async function open() {
  past.listen((view, words_) => {
    const missing = Object.keys(view.nodes).some((id) => !data.nodes.has(id));
    if (missing) run(() => data.among(Object.keys(view.nodes))).then(() => draw(past.view, words_));
    else draw(view, words_);
  });
  if (Object.keys(past.view.nodes).length) {
    const { eye } = past.view;
    const lost = await run(placed);
    draw(past.view, lost ?? "");
    if (eye) graph.eye = eye; else graph.fit();
  } else if (start.nodes.length || start.query || start.paths.length) {
    draw(past.view);
    at("blank").hidden = true;
    at("graph").hidden = false;
    graph.cy.resize();
    await run(begin);
    draw(past.view);
  } else draw(past.view);
  performance.mark("plenary-ready");
  document.documentElement.dataset.ready = "yes";
}

search(at("add"), (id) => act.add(id));
keys(at("graph"), at("keys"), { ...act, step: (dx, dy) => { const next = graph.step(here, dx, dy); if (next) act.select(next); else at("here").textContent = "Nothing lies that way."; },
  menu: () => showMenu(...graph.spot(here)),
  enter: () => { if (here in past.view.clusters) act.expand(here); else if (here) { act.select(here); at("panel").focus(); } },
  toggle: () => here && act.select(here, true) });
open();
