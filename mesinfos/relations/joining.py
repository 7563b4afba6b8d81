"""Merchants that the person joined: what one wrote is shown under the other, until they are split again."""

from msgspec.structs import replace

from mesinfos.model.choice import Topic
from mesinfos.model.merchant import Merchant
from mesinfos.relations.choices import Choices
from mesinfos.relations.rules import Outcome
from mesinfos.relations.seen import Seen


class Joins:
    """Which domain is shown under which, by the choices in force."""

    def __init__(self, choices: Choices) -> None:
        self._under = {domain: one.choice for domain, one in choices.all(Topic.JOINED).items()}
        self._made: dict[Merchant, Merchant] = {}

    def __bool__(self) -> bool:
        return bool(self._under)

    def of(self, domain: str) -> str:
        """The domain under which a domain is shown: itself when nobody joined it, or when joins run in a circle."""
        seen, at = {domain}, domain
        while at in self._under:
            at = self._under[at].value
            if at in seen:
                return domain
            seen.add(at)
        return at

    def under(self, domain: str) -> list[str]:
        """The other domains that are shown under this one."""
        return sorted(one for one in self._under if one != domain and self.of(one) == domain)

    def applied(self, seen: Seen) -> Seen:
        """A record as it is shown, with the merchant that its own was joined to."""
        merchant = seen.observation.merchant
        if merchant is None or merchant.domain not in self._under:
            return seen
        if merchant not in self._made:
            self._made[merchant] = self._joined(merchant)
        return Seen(seen.record_id, seen.seq, replace(seen.observation, merchant=self._made[merchant]))

    def over(self, made: Outcome) -> Outcome:
        """What rules made, with the merchants that it is shown under."""
        changed = {name: seen and self.applied(seen) for name, seen in made.changed.items()}
        return Outcome(changed, [self.applied(seen) for seen in made.added])

    def _joined(self, merchant: Merchant) -> Merchant:
        at, name = merchant.domain, merchant.name
        end = self.of(at)
        while at != end:
            at, name = self._under[at].value, self._under[at].also or name
        return Merchant(name, end, merchant.kind, merchant.confidence)
