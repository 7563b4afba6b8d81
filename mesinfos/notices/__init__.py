"""Telling a person that something waits: what may be told, over which channels, and how it went.

A notice is a row before anything is sent, so the list of notices is whole whatever becomes of a channel; each copy is a
row of its own. No notice names a merchant, a thing, an amount or a code: what a channel carries lies on other machines.
"""
