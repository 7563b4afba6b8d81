"""What a passphrase must be, and the parts of a recovery key that are typed back."""

import re
from hmac import compare_digest

from mesinfos.errors import N_, InvalidInput
from web.deps import Typed

SHORTEST = 12  # characters; with Argon2id at 128 MiB, four random words are beyond any budget
LONGEST = 1000


def chosen(form: Typed) -> str:
    """The passphrase of a form, typed twice alike; raises InvalidInput on the field at fault."""
    passphrase = form.secret("passphrase")
    if not SHORTEST <= len(passphrase) <= LONGEST or len(set(passphrase)) < 6:
        raise InvalidInput(
            N_("Take at least {count} characters; four or five words that do not belong together are best."),
            field="passphrase",
            count=SHORTEST,
        )
    if not compare_digest(passphrase.encode(), form.secret("again").encode()):
        raise InvalidInput(N_("The two passphrases differ; type the same one twice."), field="again")
    return passphrase


def groups(key: str) -> list[str]:
    """A recovery key's groups, as they are printed."""
    return [group for group in re.split(r"[\s-]+", key.strip()) if group]


def asked(key: str) -> tuple[int, int]:
    """Which two groups are typed back, from 0: one of the first half and the last one, which nobody guesses."""
    count = len(groups(key))
    return min(1, count - 1), count - 1


def typed_back(key: str, form: Typed) -> bool:
    """Whether the groups asked for were typed, in capitals or not."""
    parts = groups(key)
    return all(form[f"group{place}"].upper().encode() == parts[place].upper().encode() for place in asked(key))
