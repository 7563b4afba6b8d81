"""Level 1 of a public taxonomy of products, with the names and numbers that its readers know.

Google Product Taxonomy, version 2021-09-21 (`taxonomy-with-ids.en-US.txt`, the last published): 21 names. A category
is kept and disclosed under its English name, which schema.org's `category` takes as text; the French names are those
of the same version (`taxonomy.fr-FR.txt`) and stand in the catalogue of translations.
"""

from enum import StrEnum

from mesinfos.errors import N_

VERSION = "2021-09-21"


class ProductCategory(StrEnum):
    """The 21 categories; a member's name, in small letters, is its key in the lexicons."""

    ANIMALS = N_("Animals & Pet Supplies")
    APPAREL = N_("Apparel & Accessories")
    ARTS = N_("Arts & Entertainment")
    BABY = N_("Baby & Toddler")
    BUSINESS = N_("Business & Industrial")
    CAMERAS = N_("Cameras & Optics")
    ELECTRONICS = N_("Electronics")
    FOOD = N_("Food, Beverages & Tobacco")
    FURNITURE = N_("Furniture")
    HARDWARE = N_("Hardware")
    HEALTH = N_("Health & Beauty")
    HOME = N_("Home & Garden")
    LUGGAGE = N_("Luggage & Bags")
    MATURE = N_("Mature")
    MEDIA = N_("Media")
    OFFICE = N_("Office Supplies")
    RELIGIOUS = N_("Religious & Ceremonial")
    SOFTWARE = N_("Software")
    SPORTING = N_("Sporting Goods")
    TOYS = N_("Toys & Games")
    VEHICLES = N_("Vehicles & Parts")


IDS: dict[ProductCategory, int] = {
    ProductCategory.ANIMALS: 1,
    ProductCategory.APPAREL: 166,
    ProductCategory.ARTS: 8,
    ProductCategory.BABY: 537,
    ProductCategory.BUSINESS: 111,
    ProductCategory.CAMERAS: 141,
    ProductCategory.ELECTRONICS: 222,
    ProductCategory.FOOD: 412,
    ProductCategory.FURNITURE: 436,
    ProductCategory.HARDWARE: 632,
    ProductCategory.HEALTH: 469,
    ProductCategory.HOME: 536,
    ProductCategory.LUGGAGE: 5181,
    ProductCategory.MATURE: 772,
    ProductCategory.MEDIA: 783,
    ProductCategory.OFFICE: 922,
    ProductCategory.RELIGIOUS: 5605,
    ProductCategory.SOFTWARE: 2092,
    ProductCategory.SPORTING: 988,
    ProductCategory.TOYS: 1239,
    ProductCategory.VEHICLES: 888,
}
"""The taxonomy's own numbers, for whoever reads an export beside it."""

BY_KEY: dict[str, ProductCategory] = {one.name.lower(): one for one in ProductCategory}
