"""How a merchant asks for consent: OAuth 2.1 as FAPI 2.0 narrows it, and this one flow alone.

    metadata → pushed request (PAR) → the person's page → code → tokens bound to a key (DPoP) → reads → withdrawal

`docs/api.md` tells it to merchants, with each point of the profile and its test.
"""
