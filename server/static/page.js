// What every page can do beyond reading; without this script all text and links are there all the same.

const root = document.documentElement;

// Dark and light -----------------------------------------------------------------------------------

const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
const button = document.getElementById("theme");

function label() {
  button.title = `Change to ${isDark() ? "light" : "dark"} colours`;
}

function announce() {
  label();
  document.dispatchEvent(new Event("theme"));
}

button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept, then */ }
  announce();
});
system.addEventListener("change", announce);
button.hidden = false;
label();

// "/" goes to the search box -----------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], .CodeMirror");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = [...document.querySelectorAll('input[type="search"]')].find((input) => input.offsetParent);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A mark opens its citation in place ---------------------------------------------------------------

function close(mark) {
  document.getElementById(mark.getAttribute("aria-controls"))?.remove();
  mark.removeAttribute("aria-controls");
  mark.setAttribute("aria-expanded", "false");
}

function open(mark, evidence) {
  const box = document.createElement("div");
  box.className = "cited";
  box.id = `cited-${crypto.randomUUID?.() ?? Math.random()}`;
  box.setAttribute("role", "note");
  box.setAttribute("aria-label", `Evidence ${mark.textContent}`);
  box.append(...[...evidence.cloneNode(true).childNodes]);
  const statement = mark.closest("li, .own, dd") ?? mark.parentElement;
  if (statement.matches("p")) statement.after(box);
  else statement.append(box);
  mark.setAttribute("aria-expanded", "true");
  mark.setAttribute("aria-controls", box.id);
}

for (const mark of document.querySelectorAll("a.mark")) {
  mark.setAttribute("role", "button");
  mark.setAttribute("aria-expanded", "false");
  mark.addEventListener("click", (event) => {
    const evidence = document.querySelector(mark.getAttribute("href"));
    if (!evidence || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (mark.getAttribute("aria-expanded") === "true") close(mark);
    else open(mark, evidence);
  });
  mark.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); mark.click(); }
    if (event.key === "Escape") close(mark);
  });
}

document.addEventListener("keydown", (event) => {
  const box = event.key === "Escape" && event.target.closest?.(".cited");
  if (!box) return;
  const mark = document.querySelector(`[aria-controls="${box.id}"]`);
  close(mark);
  mark.focus();
});

// Copy ---------------------------------------------------------------------------------------------

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");  // a page without https has no clipboard of its own
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

for (const copy of document.querySelectorAll("button[data-copy]")) {
  copy.hidden = false;
  const words = copy.textContent;
  copy.addEventListener("click", async () => {
    const source = document.querySelector(copy.dataset.copy);
    await copied((source.value ?? source.textContent).trim());
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = words; }, 2000);
  });
}

// Columns that can be sorted -----------------------------------------------------------------------

function sort(table, index, ascending) {
  const key = (row) => row.cells[index].dataset.sort ?? row.cells[index].textContent.trim();
  const compare = (a, b) => {
    const [x, y] = [key(a), key(b)];
    if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1);  // empty cells stay last
    return (ascending ? 1 : -1) * x.localeCompare(y, undefined, { numeric: true });
  };
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort(compare));
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows].at(-1).cells;
  [...heads].forEach((head, index) => {
    const control = document.createElement("button");
    control.type = "button";
    control.append(...head.childNodes);
    head.append(control);
    control.addEventListener("click", () => {
      const ascending = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      sort(table, index, ascending);
    });
  });
}
