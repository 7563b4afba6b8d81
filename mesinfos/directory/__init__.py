"""Who is who on the web: brands by domain and by name, and who only carries mail for others."""

from mesinfos.directory.brands import Brand, brand_in, by_domain, by_name, is_shared, known_labels, name_key
from mesinfos.directory.domains import label_of, registrable
from mesinfos.directory.kinds import kind_billed, kind_booked, kind_named
from mesinfos.directory.roles import carrier, is_freemail, is_mailing_house, is_marketplace, is_payment, is_relay

__all__ = (
    "Brand", "brand_in", "by_domain", "by_name", "carrier", "is_freemail", "is_mailing_house", "is_marketplace",
    "is_payment", "is_relay", "is_shared", "kind_billed", "kind_booked", "kind_named", "known_labels",
    "label_of", "name_key", "registrable",
)  # fmt: skip
