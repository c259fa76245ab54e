// What a reader can do with the network: each makes the next view from the present one.

import * as data from "./data.js";
import { around, middle, taken } from "./place.js";
import { clusterId } from "./state.js";

export const LIMIT = 12;
const STEP = 20;
const MOST = 500;

/** Put things into a view around a place; those already there stay. */
export function put(view, ids, by = "", centre = null) {
  const fresh = [...new Set(ids)].filter((id) => !(id in view.nodes));
  const spots = around(centre ?? view.nodes[by] ?? middle(view), fresh.length, taken(view));
  const first = !Object.keys(view.nodes).length && fresh.length === 1;
  const nodes = { ...view.nodes };
  fresh.forEach((id, index) => { if (spots[index]) nodes[id] = { ...(first ? { x: 0, y: 0 } : spots[index]), by, pin: false }; });
  return { ...view, nodes, hidden: view.hidden.filter((id) => !ids.includes(id)) };
}

/** Bring in all edges among what is placed. */
export async function join(view) {
  await data.among(Object.keys(view.nodes));
  return view;
}

function room(view) {
  if (Object.keys(view.nodes).length >= MOST) throw new Error(`The picture holds ${MOST} things at most. Hide or collapse some first.`);
}

async function openKind(view, id, kind, count) {
  const here = Object.keys(view.nodes);
  if (count > LIMIT) {
    const cluster = { of: id, kind, count, offset: 0, by: id };
    const [spot] = around(view.nodes[id], 1, taken(view));
    return { ...view, clusters: { ...view.clusters, [clusterId(id, kind)]: { ...cluster, ...spot } } };
  }
  const found = await data.neighbours(id, kind, LIMIT);
  return put(view, found.filter((other) => !here.includes(other)), id);
}

/** Open a node: neighbours of each kind, or of one; more than a few of a kind stand together as one. */
export async function expand(view, id, only = "") {
  room(view);
  if (id in view.clusters) return more(view, id);
  let next = view;
  for (const [kind, count] of await data.count(id)) {
    if ((only && kind !== only) || clusterId(id, kind) in next.clusters) continue;
    next = await openKind(next, id, kind, count);
  }
  if (only && clusterId(id, only) in next.clusters) return more(next, clusterId(id, only));
  return join(next);
}

/** Take the next few out of a cluster. */
export async function more(view, id) {
  room(view);
  const cluster = view.clusters[id];
  const found = await data.neighbours(cluster.of, cluster.kind, STEP, cluster.offset);
  const offset = cluster.offset + found.length;
  const clusters = { ...view.clusters };
  if (!found.length || offset >= cluster.count) delete clusters[id];
  else clusters[id] = { ...cluster, offset };
  return join(put({ ...view, clusters }, found, cluster.of, view.clusters[id]));
}

/** What was opened from a node, and from what was opened from it; pinned things stay. */
export function opened(view, id) {
  const found = new Set();
  const walk = (from) => {
    for (const [other, at] of Object.entries(view.nodes)) {
      if (at.by === from && !at.pin && !found.has(other) && other !== id) { found.add(other); walk(other); }
    }
  };
  walk(id);
  return found;
}

/** Close a node: what was opened from it goes; nothing else moves. */
export function collapse(view, id) {
  const gone = opened(view, id);
  const kept = (all, test) => Object.fromEntries(Object.entries(all).filter(test));
  return {
    ...view,
    nodes: kept(view.nodes, ([other]) => !gone.has(other)),
    clusters: kept(view.clusters, ([, cluster]) => cluster.of !== id && !gone.has(cluster.of)),
    selected: view.selected.filter((one) => !gone.has(one)),
    hidden: view.hidden.filter((one) => !gone.has(one)),
  };
}

/** Find the best paths among things, and put what lies on them into the view. */
export async function connect(view, ids, k = 3) {
  const tries = [];
  for (let i = 0; i < ids.length; i += 1) for (let j = i + 1; j < ids.length; j += 1) tries.push([ids[i], ids[j]]);
  const found = [];
  for (const [from, to] of tries.slice(0, 15)) {
    const there = await data.paths(from, to, k);
    const back = there.paths.length ? there : await data.paths(to, from, k);
    found.push({ ...(back.paths.length ? back : there), from: back === there || !back.paths.length ? from : to, to: back === there || !back.paths.length ? to : from });
  }
  let next = view;
  for (const { paths } of found) for (const path of paths) next = along(next, path);
  return { view: await join(next), found };
}

/** Put the things of a path into a view, each after the one before. */
export function along(view, path) {
  let next = view;
  let last = "";
  for (const hop of path.hops) {
    for (const id of [hop.from, hop.to]) {
      if (!(id in next.nodes)) {
        const centre = last ? { x: next.nodes[last].x + 170, y: next.nodes[last].y } : middle(next);
        next = put(next, [id], last, centre);
      }
      last = id;
    }
  }
  return next;
}
