// A browser subscribes: its person allows it, its maker's push service gives an address, the form keeps that.
const asked = document.querySelector("form[data-push]");
const said = document.getElementById("push-said");
const say = (what) => { said.textContent = asked.dataset[what]; };
const able = navigator.serviceWorker && "PushManager" in window && "Notification" in window;

asked.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!able) say("unable");
  else subscribe().catch(() => say(Notification.permission === "denied" ? "denied" : "failed"));
});

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") { say("denied"); return; }
  const { pushManager } = await navigator.serviceWorker.ready;
  const told = (await subscribed(pushManager)).toJSON();
  asked.elements.endpoint.value = told.endpoint;
  for (const name of ["p256dh", "auth"]) asked.elements[name].value = told.keys[name];
  asked.submit();
}

// One subscription a browser: made for another vault or another machine key, it gives way.
async function subscribed(manager) {
  const wanted = { userVisibleOnly: true, applicationServerKey: asked.dataset.push };
  try {
    return await manager.subscribe(wanted);
  } catch (problem) {
    if (problem.name !== "InvalidStateError") throw problem;
    await (await manager.getSubscription())?.unsubscribe();
    return manager.subscribe(wanted);
  }
}
