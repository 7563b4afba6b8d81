// What pages gain when scripts run; nothing here is needed to use them.
document.documentElement.classList.add("scripted");

// Show or hide a typed secret.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (button) {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  }
  if (event.target.closest("[data-print]")) window.print();
});

// A code is copied by a press; where the browser does not allow that, it is marked to be copied by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const shown = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(shown.textContent.trim());
    button.textContent = button.dataset.copied;
    button.setAttribute("aria-label", button.dataset.copied);
  } catch {
    getSelection().selectAllChildren(shown);
  }
});

// A rough strength hint: length and variety, told as a bar; the server decides.
document.addEventListener("input", (event) => {
  const meter = document.querySelector(`progress[data-strength="${event.target.id}"]`);
  if (!meter) return;
  const text = event.target.value;
  meter.value = Math.min(20, text.length * 0.7 + new Set(text).size * 0.4 + text.trim().split(/\s+/).length);
});

// All of a page's boxes at once; the box says whether all are ticked.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  const boxes = [...form?.querySelectorAll(".pick input") ?? []];
  if (event.target.matches("[data-all]")) for (const box of boxes) box.checked = event.target.checked;
  const all = form?.querySelector("[data-all]");
  if (!all) return;
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
});

// A filter form answers as soon as a choice is made.
document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-auto] select")) event.target.form.requestSubmit();
});

// A form is sent once: a second press would make a second grant, a second sync.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button[type=submit]")) {
    setTimeout(() => { button.disabled = true; }, 0);
    setTimeout(() => { button.disabled = false; }, 8000);
  }
});

// A page kept by the browser must not show the vault after it was locked.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// A person who left the room: when the session is over, the page goes to the door by itself.
const idle = Number(document.body.dataset.idle || 0);
if (idle) {
  let timer = 0;
  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(() => window.location.reload(), idle * 1000 + 2000);
  };
  rest();
  document.addEventListener("htmx:after:swap", rest);
}

// Progress is told to those who listen at each quarter, not at each mail.
let quarter = "";
document.addEventListener("htmx:sse:after:message", () => {
  const run = document.querySelector("[data-quarter]");
  if (!run || run.dataset.quarter === quarter) return;
  quarter = run.dataset.quarter;
  document.getElementById("announce").textContent = run.dataset.announce;
});

// Only where a vault is open: the browser of somebody who follows a shared link keeps nothing of ours.
const { worker } = document.body.dataset;
if (worker) navigator.serviceWorker?.register(worker, { updateViaCache: "none" }).catch(() => {});
