"""Settings as people look at and change them: each with its source and a sentence, written back in place.

A file that a person keeps is theirs: an edit changes the one value, and leaves comments and order alone.
"""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trd_tui.settings import (
    ENVIRONMENT_PREFIX,
    KEYS,
    SYSTEM_FILE,
    Settings,
    SettingsError,
    checked,
    load_settings,
    user_settings_file,
)

SECRETS = frozenset({"twilio_auth_token", "twilio_api_key_secret", "redis_url"})
"""Settings whose value is never shown; a database URL is shown without its password."""

AT_ONCE = frozenset({"theme", "keymap"})
"""Settings that hold in the running app as soon as they are changed; the others from the next start."""

SENTENCES: dict[str, str] = {
    "database_url": "Where everything is kept: sqlite:///FILE, or postgresql://...",
    "carrier": "Who sends: simulated (nothing leaves this host) or twilio.",
    "twilio_account_sid": "Twilio's account: AC and 32 hexadecimal digits, from its console.",
    "twilio_auth_token": "The account's auth token; webhooks cannot be checked without it.",
    "twilio_api_key_sid": "An API key instead of the auth token: SK and 32 hexadecimal digits.",
    "twilio_api_key_secret": "The API key's secret.",
    "twilio_api_base": "Another address for Twilio's REST API: a proxy or a local peer.",
    "redis_url": "Redis, for sending from several hosts; nothing uses it yet.",
    "public_url": "How Twilio reaches this host, for webhooks: https://HOST.",
    "actor": "The name that the audit shows for what you do; empty for your login name.",
    "unknown_policy": "What becomes of a message the carrier never lists: hold it for a person, or retry.",
    "carrier_timeout_s": "Seconds after which a call to the carrier counts as unanswered.",
    "reconcile_over_s": "Seconds for which a message that the carrier does not list is looked for.",
    "lease_s": "Seconds after which a silent scheduler has lost its lease to another.",
    "resume_policy": "What a resume does with overdue touches where a campaign names no policy: shift, skip,"
    " catch_up_one, restart_delay or review.",
    "max_lateness_h": "Hours after which an overdue touch waits for a person, whatever the policy.",
    "downtime_min": "Minutes without a sender after which campaigns go on as after a pause.",
    "reply_ends": "What a reply ends: all of the contact's campaigns, or only the campaign it answers.",
    "opt_out_ends": "What an opt-out in own words ends: all, or only the campaign. STOP always ends all.",
    "cap_per_day": "Most automated texts to one contact in any 20 hours, over all campaigns; 0 = no limit.",
    "cap_per_week": "Most automated texts to one contact in seven days, over all campaigns; 0 = no limit.",
    "quiet_hours_file": "A file of quiet hours that stands before the package's own, state by state.",
    "prices_file": "A price table of your own, read over the package's.",
    "daily_budget_usd": "Dollars that all campaigns together may spend on a day; empty = no limit.",
    "require_consent": "true: no start, and no joining, without a consent on record.",
    "log_level": "How much is logged: debug, info, warning or error.",
    "log_file": "Where the log is written; empty: trd.log in your data folder.",
    "theme": "Colours of the app: trd-dark, trd-light, trd-contrast, trd-16, others; empty: by the terminal.",
    "keymap": "Keys of your own, action=keys: pause=f10 resume=f11. o shows the names.",
}
"""What each setting is for."""


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting as it is in force.

    Attributes:
        key: its name.
        value: as people write it; of a secret only whether it is set; empty where it is not.
        source: ``environment``, a file's path, or ``default``.
        sentence: what it is for.
        secret: its value is never shown.
        at_once: a change holds in the running app; else from the next start.
    """

    key: str
    value: str
    source: str
    sentence: str
    secret: bool
    at_once: bool


@dataclass(frozen=True, slots=True)
class SettingsPlace:
    """Where settings are read and written.

    Attributes:
        environment: variables to read.
        system_file: the host's file.
        user_file: the user's own, which is the one that is written.
    """

    environment: Mapping[str, str]
    system_file: Path
    user_file: Path

    @classmethod
    def usual(cls) -> SettingsPlace:
        """This process's own."""
        return cls(os.environ, SYSTEM_FILE, user_settings_file())


def described(place: SettingsPlace) -> tuple[SettingView, ...]:
    """Every setting with its value and where it comes from.

    Raises:
        SettingsError: something in the files or the environment is wrong.
    """
    settings = load_settings(place.environment, system_file=place.system_file, user_file=place.user_file)
    files = [(str(file), _parsed(_text(file))) for file in (place.user_file, place.system_file)]
    views = []
    for key in KEYS:
        source = next((name for name, found in files if key in found), "default")
        if place.environment.get(variable(key)):
            source = "environment"
        said = shown(key, getattr(settings, key))
        views.append(SettingView(key, said, source, SENTENCES[key], key in SECRETS, key in AT_ONCE))
    return tuple(views)


def described_of(settings: Settings) -> tuple[SettingView, ...]:
    """The settings of a demonstration, which has no file of its own."""
    views = []
    for key in KEYS:
        given = key in ("database_url", "carrier")
        said = "a throw-away file" if key == "database_url" else shown(key, getattr(settings, key))
        source = "demonstration" if given else "default"
        views.append(SettingView(key, said, source, SENTENCES[key], key in SECRETS, key in AT_ONCE))
    return tuple(views)


def variable(key: str) -> str:
    """The environment's name of a setting."""
    return ENVIRONMENT_PREFIX + key.upper()


def shown(key: str, value: object) -> str:
    """A value as people write it; of a secret only that it is set, of an address without its password."""
    if value is None or value == ():
        return ""
    if key in SECRETS:
        return "set"
    if key == "keymap" and isinstance(value, tuple):
        return " ".join(f"{action}={keys}" for action, keys in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    scheme, address, rest = text.partition("://")
    if address and scheme != "sqlite":  # a password in it is nobody's to read
        place, ask, _ = rest.partition("?")
        named = f"…@{place.rpartition('@')[2]}" if "@" in place else place
        return f"{scheme}://{named}{'?…' if ask else ''}"
    return text


def write(place: SettingsPlace, key: str, text: str) -> object:
    """Write one setting into the user's file, or take it out of it where ``text`` is empty.

    Returns:
        The value as `Settings` holds it; ``None`` where it was taken out.

    Raises:
        SettingsError: the value is wrong, the environment stands before the file, or the file cannot be
            read or written; nothing was changed.
    """
    if place.environment.get(variable(key)):
        raise SettingsError(
            f"{key}: {variable(key)} is set in the environment, which stands before the file; change it there"
        )
    value = checked(key, text) if text else None
    # What the file says would be refused at the next start is not written.
    file = place.user_file.resolve()
    before = _text(file)
    after = edited(before, key, None if value is None else _plain(key, value))
    if after != before:
        _replace(file, after)
    return value


def edited(text: str, key: str, value: object) -> str:
    """The text of a settings file with one value changed; ``None`` takes it out.

    Raises:
        SettingsError: the text is written in a way that cannot be edited without a risk.
    """
    wanted = dict(_parsed(text))
    wanted.pop(key, None)
    if value not in (None, {}):
        wanted[key] = value
    lines = text.splitlines()
    for start, end in reversed([(a, b) for name, a, b in _statements(lines) if name == key]):
        lines[start:end] = _changed(lines[start:end], key, value)
    if value not in (None, {}) and key not in _parsed("\n".join(lines)):
        if isinstance(value, dict):
            while lines and not lines[-1].strip():
                lines.pop()
            lines += ["", f"[{key}]", *(_line(name, keys) for name, keys in value.items())]
        else:
            lines.insert(_place_for(lines, key), _line(key, value))
    after = "\n".join(lines) + "\n"
    try:
        same = tomllib.loads(after) == wanted
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise SettingsError(f"{key} is written in a way that only a person should change; edit the file")
    return after


def _statements(lines: Sequence[str]) -> list[tuple[str, int, int]]:
    """Each value of the top level, and each table, with its first line and the one behind its last."""
    found: list[tuple[str, int, int]] = []
    table: tuple[str, int] | None = None
    at = last = 0
    while at < len(lines):
        bare = lines[at].strip()
        if not bare or bare.startswith("#"):
            at += 1
            continue
        if bare.startswith("["):
            if table:
                found.append((*table, last))
            table = (bare.partition("]")[0].strip("[ ").partition(".")[0], at)
            at += 1
        else:
            end = at + 1
            while end < len(lines) and not _whole("\n".join(lines[at:end])):
                end += 1
            if table is None:
                name = bare.partition("=")[0].strip().partition(".")[0].strip("\"' ")
                found.append((name, at, end))
            at = end
        last = at
    if table:
        found.append((*table, last))
    return found


def _changed(lines: Sequence[str], key: str, value: object) -> list[str]:
    """The lines of one value, or of one table, as they are to be; comments stay."""
    if value in (None, {}):
        return []
    if not isinstance(value, dict):
        return [_line(key, value) + _comment(lines)]
    if not lines[0].lstrip().startswith("["):
        return []  # a table on one line is written anew
    left = dict(value)
    kept = [lines[0]]
    for line in lines[1:]:
        name = line.partition("=")[0].strip().strip("\"'")
        if not line.strip() or line.lstrip().startswith("#"):
            kept.append(line)
        elif name in left:
            kept.append(_line(name, left.pop(name)) + _comment([line]))
    return [*kept, *(_line(name, keys) for name, keys in left.items())]


def _whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _comment(lines: Sequence[str]) -> str:
    """What a value's line says behind it."""
    line = lines[0]
    if len(lines) > 1:
        return ""
    for at, letter in enumerate(line):
        if letter == "#" and _whole(line[:at]):
            blanks = len(line[:at]) - len(line[:at].rstrip())
            return " " * blanks + line[at:]
    return ""


def _place_for(lines: Sequence[str], key: str) -> int:
    """Behind the line that shows it as a comment, else behind the last value before the first table."""
    tables = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
    top = lines[: min((n for n in tables), default=len(lines))]
    for number, line in enumerate(top):
        if line.startswith("#") and line.lstrip("# ").partition("=")[0].strip() == key:
            return number + 1
    while top and not top[-1].strip():
        top = top[:-1]
    return len(top)


def _plain(key: str, value: object) -> object:
    """The value as the file holds it."""
    if key == "keymap" and isinstance(value, tuple):
        return dict(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (bool, int, float)) else str(value)


def _line(key: str, value: object) -> str:
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the settings file is not valid TOML: {error}") from error


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {file}") from error


def _replace(file: Path, text: str) -> None:
    """Whole or not at all; as readable as it was, and a new one for its owner only: it may hold secrets."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".config", dir=file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
                if file.exists():
                    os.fchmod(out.fileno(), file.stat().st_mode & 0o777)
            os.replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(
            f"cannot write the settings file {file}: {error.strerror}; check who owns the folder"
        ) from error
