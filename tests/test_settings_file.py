"""Settings written back: one value changes, everything else of the file stays as a person left it."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.settings import KEYS, Settings, SettingsError, load_settings
from trd_tui.settings_file import SECRETS, SENTENCES, SettingsPlace, described, edited, write

FILE = """\
# mine
database_url = "sqlite:////srv/trd.db"  # the big disk
carrier = "simulated"
# lease_s = 15

actor = '''
ann'''
[keymap]
# left hand
pause = "f9"  # near
resume = "f10"
"""


def place(folder: Path, text: str | None = FILE, **environment: str) -> SettingsPlace:
    if text is not None:
        (folder / "config.toml").write_text(text, "utf-8")
    return SettingsPlace(
        {f"TRD_{key.upper()}": value for key, value in environment.items()},
        folder / "host.toml",
        folder / "config.toml",
    )


def loaded(at: SettingsPlace) -> Settings:
    return load_settings(at.environment, system_file=at.system_file, user_file=at.user_file)


def test_one_value_changes_and_comments_and_order_stay(tmp_path: Path) -> None:
    at = place(tmp_path)
    at.user_file.chmod(0o600)
    write(at, "lease_s", "9")
    write(at, "carrier", "twilio")
    write(at, "actor", "bo")
    write(at, "keymap", "pause=f8 stop=f12")
    assert at.user_file.read_text() == (
        '# mine\ndatabase_url = "sqlite:////srv/trd.db"  # the big disk\ncarrier = "twilio"\n# lease_s = 15\n'
        'lease_s = 9\n\nactor = "bo"\n[keymap]\n# left hand\npause = "f8"  # near\nstop = "f12"\n'
    )
    assert at.user_file.stat().st_mode & 0o777 == 0o600
    found = loaded(at)
    assert (found.lease_s, found.carrier, found.actor) == (9.0, "twilio", "bo")
    assert found.keymap == (("pause", "f8"), ("stop", "f12"))
    write(at, "keymap", "")
    write(at, "carrier", "")
    assert loaded(at).keymap == ()
    assert "carrier" not in at.user_file.read_text()
    new = place(tmp_path / "new", None)  # nothing was there: for its owner only
    write(new, "theme", "trd-light")
    assert new.user_file.stat().st_mode & 0o777 == 0o600
    assert loaded(new).theme == "trd-light"


@given(
    st.lists(st.sampled_from([*FILE.splitlines(), "", 'lease_s = 3 # "#"', 'theme = "a#b" # c']), max_size=9),
    st.sampled_from(["carrier", "lease_s", "theme", "keymap", "actor"]),
    st.none() | st.text(min_size=1) | st.just({"pause": "f9", "a b": "x"}),
)
def test_whatever_the_file_holds_only_that_value_differs(
    lines: list[str], key: str, value: str | dict[str, str] | None
) -> None:
    before = "\n".join(lines)
    try:
        was = tomllib.loads(before)
    except tomllib.TOMLDecodeError:
        return
    try:
        after = tomllib.loads(edited(before, key, value))
    except SettingsError:  # better nothing than something else
        return
    was.pop(key, None)
    assert after.pop(key, None) == value
    assert after == was


def test_every_setting_has_a_sentence_a_source_and_no_secret(tmp_path: Path) -> None:
    assert set(SENTENCES) == set(KEYS)
    at = place(
        tmp_path,
        'database_url = "postgresql://ann:hush@db/trd"\ntwilio_auth_token = "hush"\nlease_s = 9\n',
        twilio_api_key_secret="hush", redis_url="redis://:hush@r", log_level="debug",
    )  # fmt: skip
    rows = {row.key: row for row in described(at)}
    assert list(rows) == list(KEYS)
    assert "hush" not in str(rows)
    assert {key for key in SECRETS if rows[key].value == "set"} == SECRETS
    assert rows["lease_s"].source == str(at.user_file)
    assert (rows["log_level"].value, rows["log_level"].source) == ("debug", "environment")
    assert (rows["carrier"].value, rows["carrier"].source) == ("simulated", "default")


def test_what_would_be_refused_at_the_next_start_is_not_written(tmp_path: Path) -> None:
    at = place(tmp_path, log_level="info")
    for key, text, sentence in (
        ("lease_s", "soon", "lease_s must be a number of seconds"),
        ("keymap", "pause", "keymap must be a table of actions and their keys"),
        ("log_level", "debug", "TRD_LOG_LEVEL is set in the environment"),
    ):
        with pytest.raises(SettingsError, match=sentence):
            write(at, key, text)
    assert at.user_file.read_text() == FILE
