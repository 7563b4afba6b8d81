"""The domain that somebody registered: what two host names must share to belong to the same organisation.

The public suffix list ships with tldextract, its private part included: two shops on one shop builder's domain are
two shops. Nothing is fetched, and an answer is remembered, for a mailbox asks for the same few thousand hosts.
"""

from functools import lru_cache

from tldextract import TLDExtract

_extract = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


@lru_cache(maxsize=20_000)
def registrable(host: str) -> str:
    """`mail.fnac.com` gives `fnac.com`; the host itself when nothing shorter is registrable, "" when it is no host."""
    host = host.strip().rstrip(".").lower().rpartition("@")[2]
    if not host or len(host) > 253 or any(char in host for char in "/ \t\r\n\\\"'<>()[]:\x00"):
        return ""
    found = _extract.extract_str(host)
    if found.top_domain_under_public_suffix:
        return found.top_domain_under_public_suffix
    labels = host.split(".")
    # An ending that no list knows counts as a public suffix of one label, as the list's own default rule says.
    return ".".join(labels[-2:]) if not found.suffix and not labels[-1].isdigit() else host


def label_of(domain: str) -> str:
    """The part of a registrable domain that carries the name: `fnac` of `fnac.com`, `amazon` of `amazon.co.uk`."""
    return domain.split(".", 1)[0]
