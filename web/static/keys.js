// Shortcuts of one key, for places and lists. Settings switch them off: then this file is not loaded at all.
// They never act while something is typed or chosen, nor with Ctrl, Alt or Meta, and focus moves by a key alone.
const HOLDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const { help } = document.body.dataset;
let going = 0;  // until when the letter after "g" counts

const seen = (node) => node.getClientRects().length > 0;
const titles = () => [...document.querySelectorAll("main :is(.row, .tile) a.row-title")].filter(seen);
const row = () => document.activeElement?.closest(".row, .tile");

function step(by) {
  const all = titles();
  const here = row();
  const at = here ? all.findIndex((one) => here.contains(one)) : -1;
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const tick = () => row()?.querySelector(".pick input")?.click();

// What a list is for: the button of the row, else that of its form, for the row when nothing is ticked.
function act() {
  const here = row();
  const form = here?.closest("form");
  const main = here?.querySelector("[data-main]") ?? form?.querySelector("[data-main]");
  if (!main) return;
  if (!here.contains(main) && !form.querySelector(".pick input:checked")) tick();
  if (main.matches("select")) main.focus();
  else main.click();
}

function search() {
  const field = [...document.querySelectorAll("[data-slash]")].find(seen);
  if (field) field.focus();
  else document.querySelector(".seek")?.click();
}

async function list() {
  const answer = await fetch(help);
  const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("shortcuts");
  if (!made || document.querySelector("dialog[open]")) return;
  const dialog = document.createElement("dialog");
  dialog.className = "keyboard";
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
  dialog.append(document.importNode(made, true));
  dialog.querySelector("[hidden]")?.removeAttribute("hidden");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();  // Esc closes it, and focus goes back to where it was
}

const KEYS = { j: () => step(1), k: () => step(-1), x: tick, e: act, "/": search, "?": list, g: () => { going = Date.now() + 1500; } };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(event.key)) return;
  if (event.target.closest?.(HOLDS) || document.querySelector("dialog[open]")) return;
  const place = going > Date.now() && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  going = 0;
  if (!place && !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  if (place) place.click();
  else KEYS[event.key]();
});
