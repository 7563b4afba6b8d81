"""What is sold: the category of a product by its name, and the marks by which a product is known again. Pure."""

from mesinfos.catalogue.categories import category_of, is_service, prior_of
from mesinfos.catalogue.identity import asin_in, asin_number, asin_of, gtin14, isbn_like
from mesinfos.catalogue.names import Name, is_variant, name_of
from mesinfos.catalogue.taxonomy import ProductCategory

__all__ = (
    "Name",
    "ProductCategory",
    "asin_in",
    "asin_number",
    "asin_of",
    "category_of",
    "gtin14",
    "is_service",
    "is_variant",
    "isbn_like",
    "name_of",
    "prior_of",
)
