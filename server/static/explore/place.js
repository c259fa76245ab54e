// Where new nodes go: on rings around the node that was opened, in gaps, so that what is placed stays where it is.

const APART = 92;
const ROW = 66;

function free(spot, taken) {
  return taken.every((other) => Math.abs(other.x - spot.x) >= APART || Math.abs(other.y - spot.y) >= ROW);
}

/** Free spots around a centre, the nearest first; `taken` are all places in use. */
export function around(centre, count, taken) {
  const used = [...taken];
  const spots = [];
  for (let ring = 1; spots.length < count && ring < 80; ring += 1) {
    const radius = 60 + ring * 75;
    const slots = Math.max(6, Math.floor((2 * Math.PI * radius) / (APART * 1.05)));
    for (let slot = 0; slot < slots && spots.length < count; slot += 1) {
      const angle = ((slot + (ring % 2) / 2) / slots) * 2 * Math.PI - Math.PI / 2;
      const spot = { x: Math.round(centre.x + radius * Math.cos(angle)), y: Math.round(centre.y + radius * 0.8 * Math.sin(angle)) };
      if (free(spot, used)) { used.push(spot); spots.push(spot); }
    }
  }
  return spots;
}

/** All places in use in a view. */
export const taken = (view) => [...Object.values(view.nodes), ...Object.values(view.clusters)].map(({ x, y }) => ({ x, y }));

/** The middle of a view. */
export function middle(view) {
  const all = taken(view);
  if (!all.length) return { x: 0, y: 0 };
  const mean = (key) => Math.round(all.reduce((sum, spot) => sum + spot[key], 0) / all.length);
  return { x: mean("x"), y: mean("y") };
}

const LETTER = 4.9; // width of a letter beside an arrow
const WORDS = 200; // arrows, up to which it is worked out where words have room

/** Words are drawn beside an arrow only where they cross no sign, no name and no other words: ids of such arrows. */
export function roomy(view, pairs, said, named) {
  const found = new Set();
  if (pairs.length > WORDS) return found;
  const boxes = [...named].filter(([id]) => id in view.nodes).map(([id, name]) => box(view.nodes[id], name));
  const used = [];
  for (const pair of pairs) {
    const spots = along(view.nodes[pair.from], view.nodes[pair.to], said(pair).length * LETTER);
    const free_ = spots.every((spot) => !boxes.some((one) => within(spot, one)) && !used.some((other) => Math.abs(other.x - spot.x) < 9 && Math.abs(other.y - spot.y) < 9));
    if (spots.length && free_) { found.add(pair.id); used.push(...spots); }
  }
  return found;
}

const within = (spot, one) => Math.abs(spot.x - one.x) < one.half && spot.y > one.top && spot.y < one.bottom;

/** What a node takes up: its sign, and its name below it. */
function box(at, name) {
  const longest = Math.max(...name.split("\n").map((line) => line.length));
  const count = name.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 20)), 0);
  return { x: at.x, top: at.y - 18, bottom: at.y + 18 + 13 * count, half: Math.max(18, Math.min(58, longest * 3)) };
}

/** Points below words of a width in the middle of an arrow; none where the arrow is too short for them. */
function along(a, b, width) {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length - 44 < width) return [];
  const count = Math.max(2, Math.ceil(width / 7));
  return Array.from({ length: count + 1 }, (_, index) => {
    const part = 0.5 + ((index / count - 0.5) * width) / length;
    return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
  });
}
