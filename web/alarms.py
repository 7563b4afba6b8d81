"""What an unlock warns of, in sentences."""

from mesinfos.errors import N_

ALARM = {
    "inbox_key_swapped": N_("Somebody had exchanged the key under which new mail is kept. It is put right."),
    "verify_key_swapped": N_("Somebody had exchanged the key that proves your consents. It is put right."),
    "pins_missing": N_("The file that guards your keys was missing. It is made anew."),
    "pins_swapped": N_("The file that guards your keys had been changed. It is put right."),
    "envelopes_forged": N_("Some of the mail kept here was not put there by MesInfos. It is not shown."),
    "grants_forged": N_("There are consents here that you did not sign. They disclose nothing."),
    "journal_cut": N_("The journal is older or shorter than when you last opened your vault. Lines are missing."),
    "records_missing": N_("Some of what was kept here is gone, and nobody deleted it by MesInfos."),
    "journal_broken": N_("The journal is not whole: lines were changed or are missing."),
}
OTHER_ALARM = N_("Something in the store is not as you left it. Look at the journal.")


def alarm(code: str) -> str:
    """The sentence of an alarm, whose code may carry a number after a colon."""
    return ALARM.get(code.partition(":")[0], OTHER_ALARM)
