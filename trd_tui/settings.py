"""The settings: two files and the environment, read into one validated value.

``/etc/trd/config.toml`` comes first (several operators of one host share it), then the user's own file,
then the environment. A key that nobody knows is an error, because a misspelt setting that is silently
ignored is how a program comes to text from the wrong account.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from trd_tui.domain.nearest import did_you_mean, nearest
from trd_tui.domain.policies import REACHES, RESUME_POLICIES, Reach

SYSTEM_FILE = Path("/etc/trd/config.toml")
"""Settings of the host, written by ``trd init --shared`` and read before the user's own."""

ENVIRONMENT_PREFIX = "TRD_"
_DATABASE = f"{ENVIRONMENT_PREFIX}DATABASE_URL"

_WORDS: dict[str, tuple[str, ...]] = {
    "carrier": ("simulated", "twilio"),
    "unknown_policy": ("hold", "retry"),
    "resume_policy": RESUME_POLICIES,
    "reply_ends": REACHES,
    "opt_out_ends": REACHES,
    "log_level": ("debug", "info", "warning", "error"),
}
_SECONDS = ("carrier_timeout_s", "reconcile_over_s", "lease_s")
_CAPS = ("cap_per_day", "cap_per_week")
_MOST_TEXTS = 100
_SWITCHES = ("require_consent",)
_SPANS = {"max_lateness_h": ("hours", 8_760), "downtime_min": ("minutes", 10_080)}


class SettingsError(ValueError):
    """A setting is not one that TRD understands; the message names it, where it stands and what to write.

    Attributes:
        all: a sentence for each that is wrong.
    """

    def __init__(self, *sentences: str) -> None:
        super().__init__("; ".join(sentences))
        self.all = sentences


def user_settings_file() -> Path:
    """Where the user's own settings live on this system."""
    from platformdirs import user_config_path  # 5 ms that `trd --help` need not pay

    return user_config_path("trd", appauthor=False) / "config.toml"


def user_data_folder() -> Path:
    """Where the user's own database and logs live on this system."""
    from platformdirs import user_data_path

    return user_data_path("trd", appauthor=False)


def sqlite_url(file: Path) -> str:
    """The database URL of an SQLite file."""
    return f"sqlite:///{file}"


def is_this_host(host: str) -> bool:
    """Whether a host of a URL is this very one, by its address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name, and who answers to it is not ours to know: 127.evil.example is one
        return False


@dataclass(frozen=True)
class Settings:
    """Every setting, validated. Secrets stay out of ``repr`` and therefore out of logs and errors."""

    database_url: str
    """``sqlite:///FILE`` or ``postgresql://...``."""
    carrier: str = "simulated"
    """Who sends: ``simulated`` or ``twilio``."""
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = field(default=None, repr=False)
    twilio_api_key_sid: str | None = None
    twilio_api_key_secret: str | None = field(default=None, repr=False)
    twilio_api_base: str | None = None
    """Another base URL for Twilio's REST API: a proxy or a local peer."""
    redis_url: str | None = field(default=None, repr=False)
    public_url: str | None = None
    """How the carrier reaches this host; part of every webhook signature."""
    actor: str | None = None
    """Who acts; ``None`` means the login name."""
    unknown_policy: str = "hold"
    """What becomes of a message that the carrier never lists: ``hold`` it for a person, or ``retry``."""
    carrier_timeout_s: float = 20.0
    """Seconds after which a call to the carrier counts as unanswered."""
    reconcile_over_s: float = 300.0
    """Seconds for which a message that the carrier does not list is looked for."""
    lease_s: float = 15.0
    """Seconds after which a silent scheduler has lost its lease."""
    resume_policy: str = "shift"
    """What a resume does with overdue touches, of campaigns whose definition names no policy."""
    max_lateness_h: float = 72.0
    """Hours after which an overdue touch waits for a person, whatever the resume policy."""
    downtime_min: float = 15.0
    """Minutes without a sender after which campaigns go on by their resume policy, as after a pause."""
    reply_ends: Reach = "all"
    """What a reply ends: ``all`` of the contact's campaigns, or only the ``campaign`` that it answers."""
    opt_out_ends: Reach = "all"
    """The same of an opt-out in the contact's own words; STOP and its like always end all."""
    cap_per_day: int = 1
    """Most automated texts to one contact in a day (any 20 hours), over all campaigns; 0 = no limit."""
    cap_per_week: int = 4
    """Most automated texts to one contact in seven days, over all campaigns; 0 = no limit."""
    quiet_hours_file: Path | None = None
    """A file of quiet hours whose rules take the place of the package's, state by state."""
    prices_file: Path | None = None
    """A price table of one's own, read over the package's."""
    daily_budget_usd: str | None = None
    """Dollars that all campaigns together may spend on one day of their calendars; ``None`` is no limit."""
    require_consent: bool = False
    """Whether a campaign whose contacts have no consent on record is refused to start, and they to join."""
    log_level: str = "info"
    log_file: Path | None = None
    theme: str | None = None
    """Colours of the app; ``None``: what the terminal can show."""
    keymap: tuple[tuple[str, str], ...] = ()
    """Keys of the app that differ from its own: the action's id and the keys, separated by commas."""

    @property
    def daily_budget_micros(self) -> int | None:
        """The daily budget of all campaigns in micro-dollars."""
        if self.daily_budget_usd is None:
            return None
        from trd_tui.domain.money import parse_usd  # decimals, which the first paint does without

        return parse_usd(self.daily_budget_usd)

    def twilio_auth(self) -> tuple[str, str] | None:
        """User and secret for Twilio's REST API, an API key first; ``None`` when incomplete."""
        if self.twilio_api_key_sid and self.twilio_api_key_secret:
            return self.twilio_api_key_sid, self.twilio_api_key_secret
        if self.twilio_account_sid and self.twilio_auth_token:
            return self.twilio_account_sid, self.twilio_auth_token
        return None

    def webhook_refusal(self) -> str | None:
        """Why Twilio's webhooks cannot be served; ``None`` when they can.

        Without the public URL and the auth token nobody can say that a post is Twilio's.
        """
        if self.public_url is None:
            return "set TRD_PUBLIC_URL to the address at which Twilio reaches this host"
        if not self.twilio_account_sid:
            return "set TRD_TWILIO_ACCOUNT_SID"
        if not self.twilio_auth_token:
            return (
                "set TRD_TWILIO_AUTH_TOKEN: Twilio signs webhooks with the auth token,"
                " and an API key cannot check them"
            )
        return None

    def virtual_time_refusal(self) -> str | None:
        """Why a virtual clock must not drive this carrier; ``None`` when it may.

        Time that runs ahead sends real people tomorrow's texts today, so only a simulation or a peer on this
        very host may see it.
        """
        if self.carrier == "simulated":
            return None
        if is_this_host(urlsplit(self.twilio_api_base or "").hostname or ""):
            return None
        return (
            "a virtual clock (--speed, --start) is refused because the carrier is real;"
            " set TRD_CARRIER=simulated, or TRD_TWILIO_API_BASE to a peer on this host"
        )


KEYS = tuple(setting.name for setting in fields(Settings))
"""Every key of the settings file; the environment's name is the same in capitals after ``TRD_``."""


def _read_file(file: Path) -> dict[str, object]:
    try:
        text = file.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"cannot read the settings file {file}: {reason}") from error
    import tomllib  # a millisecond that who has no file need not pay

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from error
    return found


def _read_environment(environment: Mapping[str, str], wrong: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in environment.items():
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if key in KEYS:
            if value != "":
                found[key] = value
            continue
        # Other programs may use the prefix too, so only what looks like a slip of ours is an error.
        near = nearest(key, KEYS)
        if near is not None:
            wrong.append(
                f"unknown environment variable {name}; did you mean {ENVIRONMENT_PREFIX}{near.upper()}?"
            )
    return found


def checked(key: str, value: object, source: str = "") -> object:
    """A setting's value as `Settings` holds it.

    Args:
        key: one of `KEYS`.
        value: as a file holds it, or text.
        source: where it stands, for the error; nothing where a person has just typed it.

    Raises:
        SettingsError: it is not one that TRD understands; the message names the key.
    """
    try:
        return _checked(key, value)
    except SettingsError as error:
        if not source:
            raise
        raise SettingsError(*(f"{source}: {each}" for each in error.all)) from error


def _checked(key: str, value: object) -> object:
    if key == "keymap":
        return _keymap(value)
    if key in _SECONDS:
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = -1.0
        if isinstance(value, bool) or not 0 < seconds < 86_400:
            raise SettingsError(f"{key} must be a number of seconds above 0, for example 20")
        return seconds
    if key in _SPANS:
        return _span(key, value)
    if key in _CAPS:
        return _cap(key, value)
    if key == "daily_budget_usd":
        return _dollars(key, value)
    if key in _SWITCHES:
        word = str(value).strip().lower()
        if word not in ("true", "false"):
            raise SettingsError(f"{key} must be true or false, not {value!r}")
        return word == "true"
    if not isinstance(value, str):
        raise SettingsError(f'{key} must be text in quotes, for example {key} = "..."')
    if key in _WORDS:
        word = value.strip().lower()
        if word not in _WORDS[key]:
            raise SettingsError(f"{key} must be {' or '.join(_WORDS[key])}, not {value!r}")
        return word
    if key in ("log_file", "quiet_hours_file", "prices_file"):
        return Path(value).expanduser()
    if key in ("twilio_api_base", "public_url"):
        if not _is_web_address(value):
            raise SettingsError(f"{key} must be a URL that begins with http:// or https://")
        if key == "public_url":
            _check_public_url(value)
        return value.rstrip("/")
    return value


def _check_public_url(url: str) -> None:
    if {"?", "#", "@"} & set(url):
        raise SettingsError(
            "public_url must be a scheme and a host, with a path at most, for example https://trd.example.com"
        )
    if "_" in (urlsplit(url).hostname or ""):
        # Twilio would refuse each message that carries such an address (code 21609).
        raise SettingsError("public_url must have a host without an underscore; Twilio takes none")


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, or brackets around no address
        return False


def _cap(key: str, value: object) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()) or int(text) > _MOST_TEXTS:
        raise SettingsError(f"{key} must be a whole number from 0 (no limit) to {_MOST_TEXTS}")
    return int(text)


def _dollars(key: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SettingsError(f'{key} must be an amount of dollars, like "50.00"')
    from trd_tui.domain.money import MoneyError, parse_usd

    try:
        parse_usd(str(value))
    except MoneyError as error:
        raise SettingsError(f"{key}: {error}") from error
    return str(value)


def _keymap(value: object) -> tuple[tuple[str, str], ...]:
    """A table of the file, or text like ``pause=f10 resume=f11``; which actions there are, the app knows."""
    if isinstance(value, str):
        pairs = [entry.partition("=")[::2] for entry in value.split()]
        value = dict(pairs) if all(keys for _, keys in pairs) else None
    if not isinstance(value, dict) or not all(isinstance(keys, str) for keys in value.values()):
        raise SettingsError(
            'keymap must be a table of actions and their keys, like pause = "f10"'
            " (as text: pause=f10 resume=f11)"
        )
    return tuple((str(action), "".join(keys.split())) for action, keys in value.items())


def _span(key: str, value: object) -> float:
    unit, most = _SPANS[key]
    try:
        span = float(str(value))
    except ValueError:
        span = -1.0
    if isinstance(value, bool) or not 0 < span <= most:
        raise SettingsError(f"{key} must be a number of {unit} above 0 and at most {most:,}")
    return span


def load_settings(
    environment: Mapping[str, str] | None = None,
    *,
    system_file: Path = SYSTEM_FILE,
    user_file: Path | None = None,
) -> Settings:
    """Read the host's file, the user's file and the environment, the later before the earlier.

    Args:
        environment: variables to read; the process's own by default.
        system_file: the host's file, which need not exist.
        user_file: the user's file, which need not exist; by default where the system keeps such files.

    Raises:
        SettingsError: unknown keys, wrong values or a file that cannot be read.
    """
    values: dict[str, object] = {}
    wrong: list[str] = []

    def take(key: str, value: object, source: str) -> None:
        try:
            values[key] = checked(key, value, source)
        except SettingsError as error:
            wrong.extend(error.all)

    for file in (system_file, user_file or user_settings_file()):
        for key, value in _read_file(file).items():
            if key in KEYS:
                take(key, value, str(file))
            else:
                wrong.append(f"{file}: unknown setting '{key}'{did_you_mean(key, KEYS)}")
    for key, value in _read_environment(os.environ if environment is None else environment, wrong).items():
        take(key, value, f"{ENVIRONMENT_PREFIX}{key.upper()}")
    if wrong:
        raise SettingsError(*wrong)
    if "database_url" not in values:
        values["database_url"] = sqlite_url(user_data_folder() / "trd.db")
    return Settings(**values)  # type: ignore[arg-type]  # every value went through _checked


def database_alone(
    environment: Mapping[str, str] | None = None,
    *,
    system_file: Path = SYSTEM_FILE,
    user_file: Path | None = None,
) -> Settings:
    """Which database it is, whatever else in the settings is wrong: the emergency stop needs no more.

    The arguments are those of `load_settings`.

    Raises:
        SettingsError: that cannot be told for sure, and a stop of another database would be a false comfort.
    """
    given = dict(os.environ if environment is None else environment)
    url, actor = given.get(_DATABASE) or None, given.get(f"{ENVIRONMENT_PREFIX}ACTOR") or None
    wrong: list[str] = []
    if url is None:
        for name in given:
            slip = name.removeprefix(ENVIRONMENT_PREFIX)
            if slip != name and slip.lower() not in KEYS and nearest(slip, KEYS) == "database_url":
                wrong.append(f"unknown environment variable {name}; did you mean {_DATABASE}?")
        for file in (system_file, user_file or user_settings_file()):
            for key, value in _read_file(file).items():
                if key not in KEYS and nearest(key, KEYS) == "database_url":
                    wrong.append(f"{file}: unknown setting '{key}'; did you mean 'database_url'?")
                elif key == "database_url":
                    url = str(checked(key, value, str(file)))
                elif key == "actor" and actor is None and isinstance(value, str):
                    actor = value
    if wrong:
        raise SettingsError(*wrong)
    return Settings(database_url=url or sqlite_url(user_data_folder() / "trd.db"), actor=actor)
