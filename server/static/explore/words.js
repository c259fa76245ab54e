// What the server tells this page, and how elements are made: text is always text.

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const start = read("start");
export const words = read("words");
for (const key of ["rules", "confidences"]) words[key] = Object.fromEntries(words[key]);  // in their own order

/** An address of this server, within the release that the page shows. */
export const rooted = (path) => (path.startsWith("/") ? document.documentElement.dataset.root : "") + path;

/** An element with attributes and content; strings become text. */
export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(key, key === "href" ? rooted(value) : value);
  made.append(...content.filter((part) => part !== "" && part !== null));
  return made;
}

/** A button that does something. */
export function button(label, act, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/** A count with the word for its kind: 34 documents. */
export function counted(count, kind) {
  const known = words.kinds[kind] ?? { one: kind, many: `${kind}s` };
  return `${count.toLocaleString("en")} ${count === 1 ? known.one : known.many}`;
}
