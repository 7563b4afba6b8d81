"""A notice to a browser: Web Push (RFC 8030), encrypted to that browser (RFC 8291), signed (VAPID, RFC 8292).

The push service is the browser's choice (Google, Mozilla, Apple, Microsoft). It learns that this machine told this
browser something, when, and about how long; not what. Its address comes from a browser, so it meets the rules of
`outbound`: https, and public.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec.json import encode

from mesinfos.errors import N_, InvalidInput, Unreachable
from mesinfos.notices.sending import Message, NotSent
from mesinfos.outbound import LONGEST, deliver
from mesinfos.vault.instancekey import InstanceKey
from mesinfos.vault.webpush import authorization, encrypt
from mesinfos.vault.webpush import checked as checked_keys

FIELDS = ("endpoint", "p256dh", "auth")
DAY = 86_400  # seconds that a push service keeps it for a device that is off
CONTACT = "https://mesinfos.org"


def checked(values: Mapping[str, str]) -> dict[str, str]:
    """A subscription as a browser gave it; raises InvalidInput for what none gives."""
    kept = {name: values.get(name, "").strip() for name in FIELDS}
    parts = urlsplit(kept["endpoint"])
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(kept["endpoint"]) > LONGEST:
        raise InvalidInput(N_("This browser gave no address to push to."))
    checked_keys(kept["p256dh"], kept["auth"])
    return kept


def send(key: InstanceKey, vault_id: str, values: Mapping[str, str], message: Message) -> None:
    """Send one notice; raises NotSent. A repeated one takes the place of the first (RFC 8030 §5.4)."""
    words, parts = message.words, urlsplit(values["endpoint"])
    told = {"title": words.title, "text": words.text, "path": words.path, "mark": message.mark}
    contact = message.base_url if message.base_url.startswith("https://") else CONTACT
    headers = {
        "Authorization": authorization(key, vault_id, f"{parts.scheme}://{parts.netloc}", contact),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(DAY),
        "Topic": message.mark[:32],
        "Urgency": "normal",
    }
    try:
        body = encrypt(encode(told), values["p256dh"], values["auth"])
        status, _ = deliver(values["endpoint"], body, headers, reach=message.reach)
    except Unreachable as problem:
        raise NotSent(problem) from None
    if status in {404, 410}:  # RFC 8030 §7.3
        raise NotSent(Unreachable(N_("This browser takes no notices of MesInfos any more.")), gone=True)
    if not 200 <= status < 300:
        refused = Unreachable(N_("The push service answers {status}."), status=status)
        raise NotSent(refused, final=400 <= status < 500 and status != 429)
