"""The flow: collect → recognise → keep → decide → show.

`connectors/` collects raw items. `ingest` recognises the facts in them: which merchant, what kind of mail,
which orders, parcels and offers. `sync` joins the two and hands the facts to `vault`, which keeps them as
sealed records that only the open vault of their owner can read. `relations` folds what was read into what
a person sees. `consent` decides what a merchant may know, cuts it down, and writes it, sealed to that
merchant's grant, into an outbox; no other door leads out. `web/` shows all this to the person, and
the outbox to merchants. Imports point down this list only.
"""
