"""What a page says once after something was done: the word in its address, and the sentence it stands for."""

from mesinfos.errors import N_

SAID = {
    "welcome": N_("Your vault is ready."),
    "source-added": N_("The source is connected. Its first reading has begun."),
    "source-paused": N_("The source is paused; nothing is read until you resume it."),
    "source-resumed": N_("The source is read again."),
    "reading-undone": N_("Undone: what this reading brought is deleted."),
    "source-removed": N_("The source is removed. What was read from it stays in your vault."),
    "revoked": N_("The consent is revoked. The merchant reads nothing more; what it already read, it keeps."),
    "link-made": N_("The link is made. Copy its address to whom it is for."),
    "link-ended": N_("The link is ended: its address leads nowhere. What was read of it cannot be taken back."),
    "suspended": N_("Suspended: the merchant reads nothing more until you resume. What it already read, it keeps."),
    "resumed": N_("In force again: the merchant may read what you granted."),
    "saved": N_("Saved."),
    "passphrase": N_("The passphrase is changed. Every other session is closed."),
    "backup-verified": N_("The backup was restored into a temporary place, and all of yours opens there."),
    "session-ended": N_("That session is closed."),
    "sessions-others": N_("Every other session is closed."),
    "sessions": N_("Every session is closed. Open your vault again."),
    "locked": N_("Your vault is closed."),
    "taught": N_("Noted: what you say holds from now on."),
    "confirmed": N_("Confirmed."),
    "forgotten": N_("What the merchant gave back is removed."),
    "rule-ended": N_("The rule is gone; what it changed is again as it was read."),
    "merchant-refused": N_(
        "Refused. Its mail no longer shows; bills, deliveries and safety notices still come through."
    ),
    "merchant-paused": N_("Paused for thirty days. Bills, deliveries and safety notices still come through."),
    "merchant-accepted": N_("Accepted. All its mail shows again."),
    "filtered": N_("The filter is changed; lists, home and offers follow it at once."),
    "offers-hidden": N_("Its advertising shows no more. Bills, deliveries and recalls still come through."),
    "joined": N_("Joined: both are one merchant from now on."),
    "split": N_("Split: each is a merchant of its own again."),
    "later": N_("Put off until tomorrow."),
    "left": N_("Noted: what comes after today is counted."),
    "claimed": N_("Noted. The merchant has a month to answer; home tells when it is over."),
    "photo-kept": N_("The photo is kept, encrypted like all else."),
    "photo-removed": N_("The photo is removed. It can come back for thirty days."),
    "undone": N_("Undone: everything is as it was before."),
    "person-added": N_("The new vault is ready for its person to open."),
}
