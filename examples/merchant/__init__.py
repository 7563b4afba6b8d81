"""A small shop that speaks with MesInfos, for engineers of merchants to read: begin with `client.py`.

    client.py   the conversation, step by step: discover, ask, redeem, read, give, give back
    keys.py     the shop's two keys and what they sign
    proofs.py   what the instance signs: receipts and webhooks
    desk.py     when the shop does what, and how it lets go when a consent is over
    store.py    what it keeps;  shop.py, pages.py  its pages

It knows the standards and nothing of MesInfos' own code. The conversation needs httpx, joserfc and rfc8785; the pages,
FastAPI and Jinja.
"""
