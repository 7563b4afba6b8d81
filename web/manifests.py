"""The lines of our own connectors' manifests, so that they are collected for translation."""

from mesinfos.errors import N_

TOLD = (
    N_("message headers"),
    N_("message bodies of organisations"),
    N_("folder names"),
    N_("bodies of personal mail"),
    N_("drafts"),
    N_("sent mail"),
    N_("junk"),
    N_("trash"),
    N_("flags: nothing is marked as read, moved or deleted"),
    N_("one mail archive: an mbox file, a folder of .eml files, or a Maildir"),
    N_("any other file"),
    N_("the archive is never changed"),
)
"""What manifests of our own connectors say they read and never read, marked for translation."""
