// A box that adds things by name: type, choose with the arrows or the mouse, Enter.

import { find } from "./data.js";
import { element, words } from "./words.js";

/** Make a form with an input and a list into a search. */
export function search(form, add) {
  const [input, list] = [form.querySelector("input"), form.querySelector("ul")];
  let waiting = 0;
  let turn = 0;
  let at = -1;
  const hits = () => [...list.querySelectorAll("[role=option]")];

  function close() { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; }

  function mark(next) {
    const all = hits();
    if (!all.length) return;
    at = (next + all.length) % all.length;
    all.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  function choose(item) { input.value = ""; close(); add(item.dataset.id); }

  async function ask() {
    const text = input.value.trim();
    const mine = (turn += 1);
    if (!text) { close(); return; }
    const found = await find(text, Object.keys(words.kinds)).catch((error) => error);
    if (mine !== turn) return;
    const items = found instanceof Error ? [element("li", { class: "quiet" }, found.message)] : found.slice(0, 12).map((hit, index) => {
      const item = element("li", { role: "option", id: `hit-${index}`, "data-id": hit.id, "aria-selected": "false" }, hit.label, hit.zh ? element("span", { lang: "zh" }, ` ${hit.zh}`) : "", element("span", { class: "kind" }, ` ${hit.class}`));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(item); });
      return item;
    });
    list.replaceChildren(...(items.length ? items : [element("li", { class: "quiet" }, "Nothing in this release has that name.")]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    at = -1;
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
  input.addEventListener("blur", () => setTimeout(close, 100));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(at + (event.key === "ArrowDown" ? 1 : -1)); }
    if (event.key === "Escape") { input.value = ""; close(); }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (list.hidden || !hits().length) await ask();
    const item = hits()[Math.max(at, 0)];
    if (item) choose(item);
  });
}
