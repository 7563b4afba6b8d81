"""What is sold: the category of a product by its name, and the marks by which a product is known again. Pure."""

from mesinfos.catalogue.categories import category_of, prior_of
from mesinfos.catalogue.identity import asin_in, gtin14, isbn_like
from mesinfos.catalogue.taxonomy import ProductCategory

__all__ = ("ProductCategory", "asin_in", "category_of", "gtin14", "isbn_like", "prior_of")
