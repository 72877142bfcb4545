"""Settings: files and environment into one validated value, and every refusal a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from trd_tui.settings import KEYS, Settings, SettingsError, database_alone, load_settings


def load(folder: Path, user: str = "", host: str = "", **environment: str) -> Settings:
    (folder / "user.toml").write_text(user, "utf-8")
    (folder / "host.toml").write_text(host, "utf-8")
    return load_settings(
        {f"TRD_{key.upper()}": value for key, value in environment.items()},
        system_file=folder / "host.toml",
        user_file=folder / "user.toml",
    )


def test_what_nobody_sets_has_its_default(tmp_path: Path) -> None:
    settings = load_settings({}, system_file=tmp_path / "no", user_file=tmp_path / "neither")
    assert settings.carrier == "simulated"
    assert (settings.carrier_timeout_s, settings.reconcile_over_s, settings.lease_s) == (20, 300, 15)
    assert settings.database_url.startswith("sqlite:///")
    assert settings.database_url.endswith("trd.db")
    assert settings.unknown_policy == "hold"


def test_the_user_overrides_the_host_and_the_environment_both(tmp_path: Path) -> None:
    host = 'database_url = "sqlite:////srv/trd.db"\ncarrier = "twilio"\nlease_s = 5\n'
    settings = load(tmp_path, user='carrier = "simulated"\nlease_s = 7\n', host=host, lease_s="9.5")
    assert settings.database_url == "sqlite:////srv/trd.db"
    assert settings.carrier == "simulated"
    assert settings.lease_s == 9.5


def test_every_key_can_come_from_the_environment(tmp_path: Path) -> None:
    seconds = {"carrier_timeout_s": "3", "reconcile_over_s": "3", "lease_s": "3"}
    numbers = {**seconds, "max_lateness_h": "48", "downtime_min": "20"}
    numbers |= {"cap_per_day": "0", "cap_per_week": "7"}
    words = {"carrier": "twilio", "unknown_policy": "retry", "log_level": "debug", "resume_policy": "skip"}
    words |= {"reply_ends": "campaign", "opt_out_ends": "campaign"}
    words |= {"require_consent": "true"}
    urls = {"twilio_api_base": "http://127.0.0.1:1", "public_url": "https://x.example"}
    plain = {**dict.fromkeys(KEYS, "value"), "daily_budget_usd": "50.00", "keymap": "pause=f9 stop=f12,S"}
    settings = load(tmp_path, **{**plain, **numbers, **words, **urls})
    assert settings.actor == "value"
    assert settings.keymap == (("pause", "f9"), ("stop", "f12,S"))
    assert settings.log_file == settings.prices_file == Path("value")
    assert settings.daily_budget_micros == 50_000_000
    assert settings.require_consent
    assert (settings.resume_policy, settings.max_lateness_h, settings.downtime_min) == ("skip", 48.0, 20.0)
    assert (settings.cap_per_day, settings.cap_per_week) == (0, 7)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("carier = 'twilio'", r"unknown setting 'carier'; did you mean 'carrier'\?"),
        ("carrier = 'pigeon'", "carrier must be simulated or twilio, not 'pigeon'"),
        ("carrier = 3", "carrier must be text in quotes"),
        ("require_consent = 'maybe'", "require_consent must be true or false, not 'maybe'"),
        ("lease_s = 'soon'", "lease_s must be a number of seconds above 0"),
        ("lease_s = -1", "lease_s must be a number"),
        ("daily_budget_usd = 'lots'", "daily_budget_usd: 'lots' is not an amount of dollars"),
        ("daily_budget_usd = true", "daily_budget_usd must be an amount of dollars"),
        ("max_lateness_h = 0", "max_lateness_h must be a number of hours above 0 and at most 8,760"),
        ("downtime_min = 'a bit'", "downtime_min must be a number of minutes above 0"),
        ("cap_per_day = -1", r"cap_per_day must be a whole number from 0 \(no limit\) to 100"),
        ("cap_per_week = 'four'", "cap_per_week must be a whole number"),
        ("cap_per_week = true", "cap_per_week must be a whole number"),
        ("resume_policy = 'flood'", "resume_policy must be shift or skip or catch_up_one"),
        ("reply_ends = 'one'", "reply_ends must be all or campaign, not 'one'"),
        ("opt_out_ends = 1", "opt_out_ends must be text in quotes"),
        ("lease_s = true", "lease_s must be a number"),
        ("twilio_api_base = 'localhost:80'", "must be a URL that begins with http"),
        ("twilio_api_base = 'http://h:99999'", "must be a URL that begins with http"),
        ("public_url = 'https://x.example/?a=1'", "public_url must be a scheme and a host"),
        ("public_url = 'https://my_host.example'", "public_url must have a host without an underscore"),
        ("carrier = ", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_remedy(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence) as caught:
        load(tmp_path, user=text)
    assert "user.toml" in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, user="carier = 'twilio'\nlease_s = -1", cap_per_day="lots")
    said = ("unknown setting 'carier'", "lease_s must be", "TRD_CAP_PER_DAY: cap_per_day must be")
    assert [any(each in one for one in caught.value.all) for each in said] == [True] * 3
    assert len(caught.value.all) == 3


def test_the_database_is_told_from_the_rest_when_the_rest_is_wrong(tmp_path: Path) -> None:
    user = tmp_path / "user.toml"

    def alone(text: str, **environment: str) -> Settings:
        user.write_text(text)
        return database_alone(environment, system_file=tmp_path / "no", user_file=user)

    wrong = "database_url = 'sqlite:////srv/trd.db'\ncap_per_dy = 3\nactor = 'ann'\nlease_s = 'soon'"
    assert alone(wrong, TRD_CAP_PER_DAY="x") == Settings(database_url="sqlite:////srv/trd.db", actor="ann")
    assert alone(wrong, TRD_DATABASE_URL="sqlite:///a.db").database_url == "sqlite:///a.db"
    assert alone("carrier = ", TRD_DATABASE_URL="sqlite:///a.db").database_url == "sqlite:///a.db"
    for text in ("carrier = ", "databse_url = 'sqlite:///a.db'", "database_url = 3"):
        with pytest.raises(SettingsError, match=r"user\.toml"):
            alone(text)
    with pytest.raises(SettingsError, match="TRD_DATABSE_URL; did you mean TRD_DATABASE_URL"):
        alone(wrong, TRD_DATABSE_URL="sqlite:///a.db")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "user.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings({}, system_file=tmp_path / "no", user_file=tmp_path / "user.toml")


def test_a_misspelt_variable_names_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TRD_DATABSE_URL; did you mean TRD_DATABASE_URL"):
        load_settings({"TRD_DATABSE_URL": "x"}, system_file=tmp_path / "no", user_file=tmp_path / "neither")


def test_somebody_elses_variable_is_left_alone(tmp_path: Path) -> None:
    load_settings({"TRD_XYZZY": "1"}, system_file=tmp_path / "no", user_file=tmp_path / "neither")


def test_secrets_stay_out_of_repr(tmp_path: Path) -> None:
    settings = load(tmp_path, twilio_auth_token="s3cret-token", twilio_api_key_secret="s3cret-key")
    assert "s3cret" not in repr(settings)


def test_an_api_key_stands_before_the_auth_token(tmp_path: Path) -> None:
    token = {"twilio_account_sid": "AC1", "twilio_auth_token": "t"}
    assert load(tmp_path, **token).twilio_auth() == ("AC1", "t")
    key = {"twilio_api_key_sid": "SK1", "twilio_api_key_secret": "k"}
    assert load(tmp_path, **token, **key).twilio_auth() == ("SK1", "k")
    assert load(tmp_path, twilio_account_sid="AC1").twilio_auth() is None


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:1"])
def test_virtual_time_may_drive_a_peer_on_this_host(tmp_path: Path, base: str) -> None:
    assert load(tmp_path, carrier="twilio", twilio_api_base=base).virtual_time_refusal() is None


@pytest.mark.parametrize("base", ["https://api.twilio.com", "http://127.evil.example", "http://10.0.0.1"])
def test_virtual_time_is_refused_before_a_real_carrier(tmp_path: Path, base: str) -> None:
    refusal = load(tmp_path, carrier="twilio", twilio_api_base=base).virtual_time_refusal()
    assert refusal is not None
    assert "TRD_CARRIER=simulated" in refusal
    assert load(tmp_path, carrier="twilio").virtual_time_refusal() is not None
    assert load(tmp_path).virtual_time_refusal() is None
