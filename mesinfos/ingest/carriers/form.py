"""One way in which a carrier writes its numbers: an entry of `tracking_numbers` in the files of `couriers/`."""

import re
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from mesinfos.ingest.carriers.checks import Checksum, passes

_GROUP = re.compile(r"\(\?<([A-Za-z]\w*)>")


class _PrependIf(Struct, frozen=True):
    matches_regex: str
    content: str


class _SerialFormat(Struct, frozen=True):
    prepend_if: _PrependIf


class _Validation(Struct, frozen=True):
    checksum: Checksum | None = None
    serial_number_format: _SerialFormat | None = None


class _Tests(Struct, frozen=True):
    valid: tuple[str, ...]
    invalid: tuple[str, ...]


class Form(Struct, frozen=True, dict=True):
    """`regex` matches a number whose spaces are gone; its groups are named as the format names them."""

    name: str
    id: str
    regex: str | tuple[str, ...]
    test_numbers: _Tests
    validation: _Validation = field(default_factory=_Validation)
    tracking_url: str = ""
    additional: tuple[dict[str, Any], ...] = ()
    partners: tuple[dict[str, Any], ...] = ()

    @property
    def source(self) -> str:
        """The expression in one piece, its groups without names, so that several can stand side by side."""
        return _GROUP.sub("(?:", "".join(self.regex))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression with its named groups, in Python's spelling."""
        return re.compile(_GROUP.sub(r"(?P<\1>", "".join(self.regex)))

    def checked(self, number: str) -> bool | None:
        """Whether the check digit is right; None where the form does not fit or has none."""
        checksum = self.validation.checksum
        match = self.pattern.fullmatch(number) if checksum else None
        if checksum is None or match is None:
            return None
        serial, form = match["SerialNumber"], self.validation.serial_number_format
        if form and re.search(form.prepend_if.matches_regex, serial):
            serial = form.prepend_if.content + serial
        return passes(checksum, serial, match["CheckDigit"])
