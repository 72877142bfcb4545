"""Logging: JSON lines to standard error in ``run``, to a rotating file in the app, silence elsewhere.

``log_file`` says where the app writes; every other command writes there, too.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from trd_tui.settings import Settings, SettingsError, user_data_folder

FILE_BYTES = 5_000_000
"""Size at which the app's log file is put aside."""

FILES_KEPT = 3

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: instant, level, where, what, and whatever was passed as ``extra``.

    Secrets are struck out here, in the last place that every line passes through.
    """

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "what": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _secrets_of(settings: Settings) -> list[str]:
    found = [settings.twilio_auth_token, settings.twilio_api_key_secret, settings.redis_url]
    if "@" in settings.database_url:  # a password may ride in the URL
        found.append(settings.database_url.split("@")[0].split("//")[-1])
    return [secret for secret in found if secret]


def _install(settings: Settings, *handlers: logging.Handler) -> None:
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old.formatter, JsonLines):
            root.removeHandler(old)
            old.close()
    for handler in handlers:
        handler.setFormatter(JsonLines(_secrets_of(settings)))
        root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    for chatty in (
        "alembic",
        "asyncio",
        "aiosqlite",
        "twilio",
        "uvicorn",
    ):  # what they say at info is for their authors
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def log_to_stderr(settings: Settings) -> None:
    """Log to standard error, where a service manager reads it; a file that the settings name gets a copy."""
    _install(settings, logging.StreamHandler(), *_named_file(settings))


def log_to_file(settings: Settings) -> Path:
    """Log to a rotating file, because the app owns the screen; returns the file."""
    file = settings.log_file or user_data_folder() / "trd.log"
    _install(settings, _file_handler(file))
    return file


def log_nowhere(settings: Settings) -> None:
    """Say nothing but what the command itself prints, unless somebody is looking for a fault."""
    if settings.log_level == "debug":
        log_to_stderr(settings)
    else:
        _install(settings, *(_named_file(settings) or [logging.NullHandler()]))


def _named_file(settings: Settings) -> list[logging.Handler]:
    return [_file_handler(settings.log_file)] if settings.log_file else []


def _file_handler(file: Path) -> logging.Handler:
    """A rotating file, opened at once: what cannot be written is said now, not at every line.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():  # lines may hold people's numbers: readable by the owner only
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
        return logging.handlers.RotatingFileHandler(
            file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"
        )
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"the log file {file} cannot be written: {reason}; set TRD_LOG_FILE to another"
        ) from error
