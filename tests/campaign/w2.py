"""W2: mails that ask something of elsewhere, with pictures off: nothing is asked, by the browser or by the server.

The mails lie in a real vault and are read in Chromium, their layout opened; every name leads to a canary on loopback,
and Chromium's own log of the network tells of names that were only looked up. The same mails bare wake the canary.
"""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from playwright.sync_api import sync_playwright

from mesinfos.model.message import Body
from mesinfos.model.values import Category
from tests.campaign import Outcome
from tests.servers.web import WebServer
from tests.web.furnish import MERCHANTS, Furnisher
from tests.web.house import house
from web.deps import SESSION_COOKIE

FULL = 100
# ruff: noqa: E501  one attack a line
# fmt: off
SHAPES = [
    "<img src='{0}'>", "<img srcset='{0} 1x, {0}?2 2x'>", "<img src=x srcset={0}>", "<image src='{0}'>", "<input type=image src='{0}'>",
    "<picture><source srcset='{0}'><img></picture>", "<video src='{0}' autoplay></video>", "<video poster='{0}'></video>",
    "<audio src='{0}' autoplay></audio>", "<video><source src='{0}'></video>", "<video><track default src='{0}'></video>",
    "<iframe src='{0}'></iframe>", "<iframe srcdoc='<img src={0}>'></iframe>", "<frameset><frame src='{0}'></frameset>",
    "<object data='{0}'></object>", "<embed src='{0}'>", "<applet code='{0}'></applet>", "<link rel=stylesheet href='{0}'>",
    "<link rel=icon href='{0}'>", "<link rel=preload as=image href='{0}'>", "<link rel=prefetch href='{0}'>",
    "<link rel=dns-prefetch href='{0}'>", "<link rel=preconnect href='{0}'>", "<link rel=modulepreload href='{0}'>",
    "<link rel=manifest href='{0}'>", "<link rel=prerender href='{0}'>", "<script src='{0}'></script>",
    "<meta http-equiv=refresh content='0;url={0}'>", "<base href='{0}'><img src=/a>", "<body background='{0}'>",
    "<table background='{0}'><tr><td>x</table>", "<table><tr><td background='{0}'>x</table>",
    "<style>@import url({0})</style>", "<style>@import '{0}'</style>", "<style>body{{background:url({0})}}</style>",
    "<style>@font-face{{font-family:x;src:url({0})}}p{{font-family:x}}</style><p>x", "<style>p{{cursor:url({0}),auto}}</style><p>x",
    "<style>li{{list-style:url({0})}}</style><li>x", "<style>p:before{{content:url({0})}}</style><p>x",
    "<p style='background:url({0})'>x", "<p style='background-image:url(\"{0}\")'>x", "<p style='background:u\\rl({0})'>x",
    "<p style='background:\\75\\72\\6c({0})'>x", "<p style='background:URL( {0} )'>x", "<p style='background-image:image-set(\"{0}\" 1x)'>x",
    "<p style='background-image:-webkit-image-set(url({0}) 1x)'>x", "<li style='list-style-image:url({0})'>x",
    "<p style='border-image:url({0}) 1'>x", "<p style='border-image-source:url({0})'>x", "<p style='mask-image:url({0})'>x",
    "<p style='-webkit-mask:url({0})'>x", "<p style='filter:url({0}#a)'>x", "<p style='clip-path:url({0}#a)'>x",
    "<p style='shape-outside:url({0})'>x", "<p style='--a:url({0});background:var(--a)'>x", "<p style='content:url({0})'>x",
    "<p style='cursor:url({0}),auto'>x", "<p style='background:/**/url/**/({0})'>x", "<p style='color:red;background:url(&#39;{0}&#39;)'>x",
    "<p style='background:cross-fade(url({0}),url({0}),50%)'>x", "<p style='offset-path:url({0}#a)'>x",
    "<svg><image href='{0}'/></svg>", "<svg><image xlink:href='{0}'/></svg>", "<svg><use href='{0}#a'/></svg>",
    "<svg><feImage href='{0}'/></svg>", "<svg><filter id=f><feImage href='{0}'/></filter><rect filter=url(#f) width=9 height=9 /></svg>",
    "<svg><style>@import '{0}';</style></svg>", "<svg><rect fill='url({0}#a)' width=9 height=9 /></svg>",
    "<svg><rect mask='url({0}#a)' width=9 height=9 /></svg>", "<svg><image href=x><set attributeName=href to='{0}'/></image></svg>",
    "<svg><image><animate attributeName=href values='{0}'/></image></svg>", "<svg><a><image href='{0}'/></a></svg>",
    "<svg><foreignObject><img src='{0}'></foreignObject></svg>", "<svg><script href='{0}'></script></svg>",
    "<math><mtext><img src='{0}'></mtext></math>", "<a href='https://x.example' ping='{0}'>x</a>", "<form action='{0}'><input></form>",
    "<button formaction='{0}'>x</button>", "<blockquote cite='{0}'>x</blockquote>", "<html manifest='{0}'>",
    "<img src=' {0}'>", "<img src='\t{0}'>", "<IMG SRC={0}>", "<img/src={0}/>", "<img lowsrc='{0}' dynsrc='{0}' src='{0}'>",
    "<img longdesc='{0}' src='{0}'>", "<!--[if mso]><img src='{0}'><![endif]--><img src='{0}'>", "<img loading=eager src='{0}' width=1 height=1>",
    "<noscript><img src='{0}'></noscript>", "<template><img src='{0}'></template><img src='{0}'>", "<math><mtext><table><mglyph><style><!--</style><img src='{0}'>",
    "<svg></p><style><a id=\"</style><img src='{0}'>\">", "<noscript><p title=\"</noscript><img src='{0}'>\">", "<xmp><p title=\"</xmp><img src='{0}'>\">",
    "<marquee background='{0}'>x</marquee>", "<col background='{0}'><table><thead background='{0}'><tr><th background='{0}'>x</table>",
    "<font style='background:url({0})'>x</font>", "<img style='background:url({0})'>", "<p title='<img src={0}>'>x</p><img src='{0}'>",
    "<dialog open style='background:url({0})'>x</dialog>", "<fieldset style='background:url({0})'>x</fieldset>", "<img alt=x src='{0}' crossorigin>",
]
# fmt: on


NAMED = re.compile(r"w\d+\.canary\.example")


def run(tries: int) -> Outcome:
    """Every mail read with its layout open; then the same mails bare, that show what they would have asked."""
    picked = SHAPES[:: max(len(SHAPES) // tries, 1)][:tries]
    with TemporaryDirectory() as folder, WebServer() as canary:
        log = Path(folder, "net.json")
        mails = [shape.format(f"http://w{number}.canary.example/p") for number, shape in enumerate(picked)]
        with patch("mesinfos.outbound._connected", side_effect=OSError) as connecting:
            loaded = _read(mails, canary, log)
        asked, named = len(canary.requests), len(set(NAMED.findall(log.read_text("utf-8", "replace"))))
        bare = _bare(mails, canary)
    happened = (
        f"{asked} requests, {named} names looked up, {connecting.call_count} connections of the server, "
        f"{loaded} layouts seen; bare, {bare} requests"
    )
    quiet = not asked and not named and not connecting.called
    return Outcome(len(mails), "0 requests of browser and server", happened, quiet and loaded == len(mails) < 2 * bare)


def _launched(playwright, canary: WebServer, *more: str):
    rules = f"--host-resolver-rules=MAP *.canary.example 127.0.0.1:{canary.port}"
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", rules, *more])


def _read(mails: list[str], canary: WebServer, log: Path) -> int:
    loaded = 0
    with house() as home, home.alices() as inside, sync_playwright() as playwright:
        records = _kept(home, inside, mails)
        browser = _launched(playwright, canary, f"--log-net-log={log}", "--net-log-capture-mode=Everything")
        context = browser.new_context()
        url, value = home.served.url, inside.cookies[SESSION_COOKIE]
        context.add_cookies([{"name": SESSION_COOKIE, "value": value, "url": url}])
        page = context.new_page()
        for record in records:
            page.goto(f"{url}/messages/{record}")
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            loaded += _settled(page, url, record)
        browser.close()
    return loaded


def _settled(page, url: str, record: str) -> bool:
    """The layout as the frame holds it; a mail of which nothing is left has none, so its page is opened itself."""
    if page.locator("iframe.mail-frame").count():
        page.frame_locator("iframe.mail-frame").locator("body").wait_for(state="attached")
        return True
    return page.goto(f"{url}/messages/{record}/page").status == 200


def _kept(home, inside, mails: list[str]) -> list[str]:
    vault = home.vault_of(inside)
    furnisher = Furnisher(vault, "canaries")
    made = []
    for number, mail in enumerate(mails):
        record = furnisher.mail(MERCHANTS[0], f"Canari {number}", Category.PROMO, number / 100, text="")
        furnisher.keep(Body(html=f"<p>Bonjour</p>{mail}"), MERCHANTS[0], number / 100, record)
        made.append(record)
    furnisher.move_in()
    return made


def _bare(mails: list[str], canary: WebServer) -> int:
    """How many mails wake the canary when nothing is done to them."""
    with sync_playwright() as playwright:
        browser = _launched(playwright, canary)
        page = browser.new_page()
        for mail in mails:
            page.set_content(mail, wait_until="domcontentloaded")
            page.wait_for_timeout(60)
        browser.close()
    return len({one.headers.get("Host") for one in canary.requests})
