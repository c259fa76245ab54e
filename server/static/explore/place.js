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
