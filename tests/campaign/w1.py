"""W1: mails that try to run a script, each layer alone: what is cleaned, the frame's policy, the frame's sandbox.

All of a batch stand in frames of one page in Chromium; whoever runs calls `hit`, which Playwright has put into every
frame. The same mails without any layer show that the trap works. Firefox is not asked: it is on few machines.
"""

import shutil
from itertools import product

from playwright.sync_api import Browser, sync_playwright

from tests.campaign import Outcome
from tests.servers.web import WebServer
from web.letter import POLICY, SANDBOX, document, letter

FULL = 1_000
BATCH = 50
HIT = "hit(1)"
# ruff: noqa: E501  one attack a line
# fmt: off
EVENTS = [
    "<img src=x onerror={0}>", "<img src onerror={0}>", "<image src=x onerror={0}>", "<svg onload={0}>",
    "<body onload={0}>", "<iframe srcdoc='<script>parent.{0}</script>'></iframe>", "<script>{0}</script>",
    "<ScRiPt >{0}</sCrIpT>", "<script/x>{0}</script>", "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin={0} attributeName=x dur=1s>", "<svg><set onbegin={0} attributename=x>",
    "<details open ontoggle={0}>x</details>", "<input autofocus onfocus={0}>",
    "<video src=x onerror={0}></video>", "<audio src=x onerror={0}></audio>", "<video><source onerror={0}></video>",
    "<object data=x onerror={0}></object>", "<embed src=x onerror={0}>", "<link rel=stylesheet href=x onerror={0}>",
    "<style onload={0}></style>", "<iframe onload={0}></iframe>", "<iframe src=javascript:parent.{0}></iframe>",
    "<object data='javascript:{0}'></object>", "<embed src='javascript:{0}'>", "<marquee onstart={0}>x</marquee>",
    "<div style='animation:x 1s' onanimationstart={0}></div><style>@keyframes x{{}}</style>",
    "<script src='data:text/javascript,{0}'></script>", "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    "<form action='javascript:{0}'><button id=go></form>", "<a href='javascript:{0}'>x</a>",
    "<a href='&#106;avascript:{0}'>x</a>", "<a href='java&#10;script:{0}'>x</a>", "<a href=' javascript:{0}'>x</a>",
    "<svg><a xlink:href='javascript:{0}'><text>x</text></a></svg>", "<math href='javascript:{0}'>x</math>",
    "<img src=x onerror='{0}' style='width:1px'>", "<img/src=x/onerror={0}>", "<img src=x:x onerror\x0c={0}>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='{0}'/></svg>#x\"/></svg>",
]
AROUND = [
    "{0}", "<div>{0}</div>", "<table><tr>{0}</table>", "<math><mtext><table><mglyph><style><!--</style>{0}",
    '<svg></p><style><a id="</style>{0}">', '<noscript><p title="</noscript>{0}">',
    "<form><math><mtext></form><form><mglyph><style></math>{0}", "<svg><style><![CDATA[</style>]]>{0}",
    '<math><annotation-xml encoding="text/html"><style></style>{0}', "<select><template><style><!--</style>{0}",
    '<xmp><p title="</xmp>{0}">', '<textarea><p title="</textarea>{0}">', '<title><p title="</title>{0}">',
    "<!-- --!>{0}<!-- -->", '<!--><p title="-->{0}">', "<svg><foreignObject><style></style>{0}",
    '<svg><title><style><p title="</style>{0}">', "<math><mi><mglyph></mi>{0}", "<a\x00b>{0}", "<p title='{0}'>{0}",
    "<svg><desc><noembed></desc>{0}", '<iframe><p title="</iframe>{0}">', "<![CDATA[>{0}]]>", "<?xml >{0}?>",
    "<plaintext/>{0}", '<table><math><select><mi><style><table id="</table>{0}">', "<b><i></b>{0}</i>", "<frameset>{0}",
]
# fmt: on
MAILS = [around.format(event.format(HIT)) for around, event in product(AROUND, EVENTS)]
TOUCH = """() => { for (const frame of Array.from({length: frames.length}, (_, place) => frames[place])) try {
    for (const one of frame.document.querySelectorAll('a,#go,math')) {
        const to = (one.getAttribute('href') || one.getAttribute('xlink:href') || 'javascript:').trim();
        if (/^[\\s\\S]{0,12}script:/i.test(to)) one.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
    } } catch (closed) { /* a sandboxed frame lets nobody in */ } }"""
"""Presses what a person might press; links that lead elsewhere are left."""
LAYERS = ("nothing", "cleaned", "policy", "sandbox", "all")


def run(tries: int) -> Outcome:
    """Every mail with no layer, with each alone, and with all."""
    step = max(len(MAILS) // tries, 1)
    mails = MAILS[::step][:tries]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        ran = {layer: _ran(browser, mails, layer) for layer in LAYERS}
        browser.close()
    trapped = ran.pop("nothing")
    happened = f"run by Chromium: {trapped} without a layer, then {', '.join(f'{n} {k}' for k, n in ran.items())}"
    return Outcome(len(mails), "0 executions by each layer alone", happened, not any(ran.values()) and trapped > 0)


def _ran(browser: Browser, mails: list[str], layer: str) -> int:
    hits: set[str] = set()
    context = browser.new_context()
    context.expose_binding("hit", lambda source, *_: hits.add(source["frame"].url))
    with WebServer() as server:
        for begin in range(0, len(mails), BATCH):
            _show(context.new_page(), server, dict(enumerate(mails[begin : begin + BATCH], begin)), layer)
            context.pages[-1].close()
    context.close()
    return len(hits)


def _show(page, server: WebServer, mails: dict[int, str], layer: str) -> None:
    html = {"Content-Type": "text/html; charset=utf-8"}
    policy = POLICY.split("; sandbox")[0] + ("; sandbox " + SANDBOX if layer == "all" else "")
    for number, mail in mails.items():
        made = document(letter(mail)) if layer in {"cleaned", "all"} else mail
        more = {"Content-Security-Policy": policy} if layer in {"policy", "all"} else {}
        server.pages[f"/{number}"] = (200, html | more, made.encode())
    box = f'sandbox="{SANDBOX}"' if layer in {"sandbox", "all"} else ""
    frames = "".join(f'<iframe {box} src="/{number}"></iframe>' for number in mails)
    server.pages["/all"] = (200, html, f"<!doctype html>{frames}".encode())
    page.goto(f"{server.url}/all", wait_until="load")
    page.evaluate(TOUCH)
    page.wait_for_timeout(400)
