"""The branches of name-suggestion-index in the words of the house: which kind of merchant each holds."""

from mesinfos.model.values import Kind

# Hosts that many organisations share: a page there says nothing about who owns the domain.
PLATFORMS = frozenset(
    [
        "facebook.com",
        "instagram.com",
        "twitter.com",
        "x.com",
        "google.com",
        "goo.gl",
        "youtube.com",
        "wikipedia.org",
        "linktr.ee",
        "wixsite.com",
        "blogspot.com",
        "wordpress.com",
        "weebly.com",
        "business.site",
        "github.com",
        "github.io",
        "gitlab.com",
        "linkedin.com",
        "vk.com",
        "apple.com",
        "archive.org",
        "line.me",
        "ameblo.jp",
        "naver.com",
        "tripadvisor.com",
        "yelp.com",
        "bit.ly",
        "t.me",
        "medium.com",
        "notion.site",
        "brandfolder.com",
        "wikimedia.org",
        "wikidata.org",
        "behance.net",
        "dribbble.com",
        "figma.com",
        "npmjs.com",
        "readthedocs.io",
    ]
)

_BY_VALUE = {
    Kind.FINANCE: "bank atm bureau_de_change insurance money_lender money_transfer financial "
    "financial_advisor pawnbroker "
    "payment_terminal payment_centre accountant tax_advisor",
    Kind.CARRIER: "post_office parcel_locker post_box courier logistics",
    Kind.TRAVEL: "hotel hostel motel apartment camp_site caravan_site travel_agency car_rental "
    "bicycle_rental bus train "
    "subway tram ferry airline taxi car_sharing scooter_rental guest_house chalet parking aerodrome flight",
    Kind.LEISURE: "cinema fitness_centre sports_centre books music video video_games newsagent ticket "
    "bookmaker lottery casino "
    "theatre museum amusement_arcade bowling_alley theme_park games dance swimming_pool "
    "golf trampoline_park escape_game",
    Kind.TELECOM: "mobile_phone telecommunication telephone",
    Kind.ENERGY: "fuel charging_station charge_point gas energy_supplier substation generator water_utility",
    Kind.HEALTH: "pharmacy optician hearing_aids dentist clinic hospital laboratory doctors chemist "
    "medical_supply "
    "sample_collection nutrition_supplements physiotherapist veterinary blood_donation health_food",
    Kind.FOOD: "supermarket convenience fast_food restaurant cafe bakery ice_cream pub bar butcher "
    "confectionery alcohol beverages "
    "greengrocer deli cheese wine tea coffee chocolate pastry seafood frozen_food dairy "
    "food_court spices pasta",
    Kind.ADMINISTRATION: "government townhall police fire_station library courthouse social_facility tax school "
    "university "
    "kindergarten post_depot ambulance_station",
    Kind.SERVICE: "car_repair hairdresser beauty car_wash vehicle_inspection driving_school "
    "storage_rental laundry dry_cleaning "
    "estate_agent employment_agency coworking language_school prep_school tool_hire "
    "recycling funeral_directors security "
    "company association consulting it lawyer childcare massage tattoo locksmith photo_booth",
}
_KINDS = {value: kind for kind, values in _BY_VALUE.items() for value in values.split()}
_SKIPPED = frozenset(("flags", "trees"))
_TOPS = {"transit": Kind.TRAVEL}
_DULL = frozenset(
    ("advertising", "power", "man_made", "pipeline", "highway", "barrier", "emergency", "landuse", "telecom")
)


def kind_of(path: str) -> Kind | None:
    """The kind that a branch such as `brands/shop/books` holds; None for branches that nobody writes mail from."""
    tree, key, value = [*path.split("/"), "", ""][:3]
    if tree in _SKIPPED:
        return None
    if tree in _TOPS:
        return _TOPS[tree]
    if value in _KINDS:
        return _KINDS[value]
    if key in _DULL:
        return None
    return {
        "shop": Kind.SHOP,
        "craft": Kind.SHOP,
        "tourism": Kind.TRAVEL,
        "leisure": Kind.LEISURE,
        "healthcare": Kind.HEALTH,
    }.get(key, Kind.SERVICE)
