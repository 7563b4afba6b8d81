"""Logging: one line an event on standard error, and nothing personal in it, whoever wrote the line.

A key passes when `SAFE` names it; any other value becomes "…". Addresses are cut out of every text, line breaks are
escaped, and an exception is told by its class and the places it went through, never by its message: messages of
libraries quote what they choked on. Libraries speak from WARNING on only, because their debug output holds whole
IMAP commands and SQL parameters.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

from mesinfos.errors import MesInfosError
from mesinfos.settings import Settings

SAFE = frozenset(
    [
        *("event", "level", "logger", "timestamp", "error", "where", "told", "_record", "_from_structlog"),
        *("vault", "source", "run", "job", "connector", "phase", "state", "outcome", "status", "method", "variable"),
        *("seen", "total", "new", "known", "personal", "quarantined", "rejected", "rate", "seconds", "count", "port"),
    ]
)
LONGEST = 400  # characters of one value; a log line is not a place for a mail
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r", "\0": "\\0", "\x1b": "\\e"})

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose events are redacted even in a process that never called `configure`.

    structlog's own default would print tracebacks with the values of local variables.
    """
    if not structlog.is_configured():
        structlog.configure(
            processors=[*_shared(), ProcessorFormatter.wrap_for_formatter],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
        )
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def configure(settings: Settings) -> None:
    """Send every logger of the process through the redaction, in the format and from the level that were set."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ProcessorFormatter(foreign_pre_chain=_shared(), processors=[_unwrap, _renderer(settings)]))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("mesinfos").setLevel(settings.log_level.upper())


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_exception,
        redact,
    ]


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Let through what may be logged, and only in a harmless form."""
    return {key: _harmless(value) if key in SAFE else "…" for key, value in event.items()}


def tell_exception(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its class and its path through the code."""
    found = _exception(event.pop("exc_info", None))
    record = event.get("_record")
    if record is not None:  # the formatter of the standard library would print the whole of it after us
        found = found or _exception(record.exc_info)
        record.exc_info = record.exc_text = record.stack_info = None
    event.pop("stack_info", None)
    if found is None:
        return event
    kind, error, trace = found
    event["error"] = kind.__name__
    event["where"] = " < ".join(f"{Path(at.filename).name}:{at.lineno}" for at in traceback.extract_tb(trace)[::-1][:8])
    if isinstance(error, MesInfosError):
        event["told"] = error.message  # the sentence before its values are filled in
    return event


def _exception(info: object) -> ExcInfo | None:
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        return type(info), info, info.__traceback__
    return info if isinstance(info, tuple) and info[0] is not None else None


def _harmless(value: object) -> object:
    if not isinstance(value, str):
        return value if isinstance(value, int | float | logging.LogRecord | None) else "…"
    text = _ADDRESS.sub("…@…", value).translate(_BREAKS)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _unwrap(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return ProcessorFormatter.remove_processors_meta(logger, method, event)


def _renderer(settings: Settings) -> structlog.typing.Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
