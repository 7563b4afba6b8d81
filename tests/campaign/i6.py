"""I6: malformed From headers, with a forged verdict of the provider beside them: unverified, and never a merchant."""

from itertools import cycle, islice, product

from mesinfos.ingest.pipeline import Context, recognise
from tests.campaign import Outcome

CONTEXT = Context(authserv_ids=("mx.maison.example",))
SHAPES = (
    "From: {name} <{good}>\nFrom: {evil}",
    "From: {evil}\nFrom: {name} <{good}>",
    "From: {good}, {evil}",
    "From: {name} <{good}>, <{evil}>",
    "From: <{evil}> <{good}>",
    "From: {name}: {good}, {evil};",
    "From: {good} ({evil})",
    "From: ({name}) {evil} <{good}>",
    "From: <{good}>{evil}",
    "From: {good}\x00@attack.example",
    "From: {name} <{good}\x00{evil}>",
    "From: <@{domain},@attack.example:{evil}>",
    'From: "{good}" <{evil}>',
    "From: {good} <{evil}>",
    "From: =?utf-8?q?{good}?= <{evil}>",
    'From: "{name} <{good}>" <{evil}>',
    "From: {name} <{local}@[10.0.0.1]>",
    "From: {name} <{local}@{domain}@attack.example>",
    "From: {name} <{local}@{domain}(.attack.example)>",
    "From: {name} <{local}\\@{domain}@attack.example>",
    "From: {name} <{good}",
    "From: {name}",
    "From: <>",
    "From:",
    "From: {name} <{local}@{domain}..example>",
    "From: {evil}@{domain}",
    "From: {good}){evil}",
    "From: {name}\n <{evil}>,\n <{good}>",
    "From: =?utf-8?q?{name}_=3C{good}=3E=2C?= <{evil}>, {good}",
)
VICTIMS = (
    ("Amazon", "auto-confirm", "amazon.com"),
    ("Fnac", "commandes", "fnac.com"),
    ("PayPal", "service", "paypal.com"),
    ("Acme", "shop", "acme.example"),
    ("La Poste", "suivi", "laposte.fr"),
    ("eBay", "ebay", "ebay.de"),
    ("Banque Horizon", "alerte", "banquehorizon.fr"),
    ("Netflix", "info", "netflix.com"),
)


def mails() -> list[bytes]:
    """Every shape with every victim, as raw mails that claim to have passed all checks."""
    made = []
    for shape, (name, local, domain) in product(SHAPES, VICTIMS):
        field = shape.format(name=name, local=local, domain=domain, good=f"{local}@{domain}", evil="eve@attack.example")
        results = (
            f"Authentication-Results: mx.maison.example; dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
        )
        body = f"Order number: 123-4567\nTotal: 59.98 EUR\nhttps://www.{domain}/orders"
        made.append(f"{results}\nReceived: from x\n{field}\nSubject: Your order\n\n{body}".encode())
    return made


FULL = len(mails())
GENUINE = "Authentication-Results: mx.maison.example; dmarc=pass header.from={0}\nFrom: A <a@{0}>\n\nTotal: 5.00 EUR"


def run(tries: int) -> Outcome:
    """Offer the first `tries` of them and count what was believed; plain fields beside them must be believed."""
    believed = 0
    for raw in islice(cycle(mails()), tries):
        facts = recognise(raw, CONTEXT)
        believed += facts.sender.verified or facts.merchant is not None
    doubted = sum(not recognise(GENUINE.format(one[2]).encode(), CONTEXT).sender.verified for one in VICTIMS)
    happened = f"{believed} believed, {doubted} plain ones doubted"
    return Outcome(tries, "all unverified, no merchant", happened, not believed and not doubted)
