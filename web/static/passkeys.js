// Passkeys: what only a script can ask of the browser. Where none runs, the passphrase opens.
const form = document.querySelector("form[data-passkey]");
const button = form.querySelector("[data-touch]");
const told = form.querySelector("[data-told]");

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") : "";
const listed = (some) => (some ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
const salted = (salts) =>
  Object.fromEntries(Object.entries(salts).map(([id, salt]) => [id, { first: bytes(salt.first) }]));
const computed = (credential) => credential.getClientExtensionResults().prf?.results?.first;

const get = (options) =>
  navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: listed(options.allowCredentials),
      extensions: { prf: { evalByCredential: salted(options.extensions.prf.evalByCredential) } },
    },
  });

// Not `toJSON()`: it would put what the authenticator computed in among the rest. That goes in a field of its own.
function send(credential, prf, action) {
  const answer = { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: {} };
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) answer.response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) answer.response.transports = credential.response.getTransports();
  form.elements.credential.value = JSON.stringify(answer);
  form.elements.prf.value = text(prf);
  if (form.elements.secret) form.elements.secret.value = "";
  form.action = action;
  form.submit();
}

async function open() {
  const asked = await fetch(form.dataset.ask, { method: "POST", body: new URLSearchParams({ who: new FormData(form).get("who") ?? "" }) });
  const options = await asked.json();
  if (options.wrong) return say(options.wrong);
  const found = await get(options);
  return send(found, computed(found), form.dataset.open);
}

async function make() {
  const options = JSON.parse(form.dataset.options);
  const salt = options.extensions.prf.eval.first;
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
      extensions: { prf: { eval: { first: bytes(salt) } } },
    },
  });
  let prf = computed(made);
  if (!prf && made.getClientExtensionResults().prf?.enabled) {
    // It can, but not while it creates: asked once more, it computes (Level 3, 10.1.4).
    const one = { id: made.id, type: made.type, transports: made.response.getTransports?.() ?? [] };
    const rpId = options.rp.id;
    const extensions = { prf: { evalByCredential: { [made.id]: { first: salt } } } };
    prf = computed(await get({ challenge: options.challenge, rpId, allowCredentials: [one], userVerification: "required", extensions }));
  }
  // What cannot open the vault need not stay on the device; where the browser knows how, it forgets it.
  if (!prf) await PublicKeyCredential.signalUnknownCredential?.({ rpId: options.rp.id, credentialId: made.id }).catch(() => {});
  send(made, prf, form.action);
}

function say(words) {
  told.textContent = words;
  button.disabled = false;
}

if (window.PublicKeyCredential) button.hidden = false;
else if (form.dataset.missing) say(form.dataset.missing);

button.addEventListener("click", async () => {
  told.textContent = "";
  button.disabled = true;
  try {
    await (form.dataset.passkey === "make" ? make() : open());
  } catch (error) {
    say(error.name === "InvalidStateError" ? form.dataset.known ?? form.dataset.stopped : form.dataset.stopped);
  }
});
