"""A new user with nothing set: the simulated carrier, a database where the system keeps such files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.support.command import command
from tests.support.drip import Drip, people


def test_the_first_campaign_of_a_new_user(tmp_path: Path) -> None:
    with command(tmp_path) as trd:
        del trd.environment["TRD_DATABASE_URL"]
        definition, contacts = Drip("First", people(20)).write(tmp_path)
        trd.ok("init")
        campaign = trd.ok("campaign", "create", definition, "--contacts", contacts, "--start").out.strip()
        start = datetime.now(UTC).isoformat()
        trd.ok("run", "--until-idle", "--start", start, "--speed", "100000")
        shown = trd.ok("campaign", "show", campaign, "--json").json[0]
        assert shown["status"] == "completed"
        assert shown["completionRate"] == 100.0
        assert shown["sentMessages"] == shown["deliveredMessages"] + shown["failedMessages"]
        assert 20 <= shown["sentMessages"] <= 180
        assert "verified" in trd.ok("verify").out
        doctor = trd("doctor")
        assert "error" not in doctor.out
        made = {file.name for file in tmp_path.rglob("*") if file.is_file()}
        assert {"config.toml", "trd.db"} <= made
        assert not trd.database.exists()
