"""How long whoever looks for commits sleeps."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trd_tui.store import commit_rest
from trd_tui.store.changes import Changes
from trd_tui.store.commit_rest import AFTER_S, EVERY_S, LOOKS, MORE, CommitRest
from trd_tui.store.signs import LogSigns

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells of writes; elsewhere it looks"
)


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log; who sleeps beside it wakes at once."""
    monkeypatch.setattr(commit_rest, "RESTING_S", 0)
    file = tmp_path / "trd.db-wal"
    file.touch()
    return file


@pytest.fixture
def rest(log_file: Path) -> Iterator[CommitRest]:
    rest = CommitRest(Changes(f"sqlite:///{log_file.parent / 'trd.db'}"))
    assert rest.rest(1, news=True) == 0, "nothing is under way: it has slept"
    yield rest
    rest.close()


def write(file: Path) -> None:
    with file.open("ab") as log:
        log.write(b"frames")


def test_a_write_is_followed_by_looks_until_its_commit_is_there(rest: CommitRest, log_file: Path) -> None:
    write(log_file)
    assert [rest.rest(1, news=False) for _ in range(9)] == [EVERY_S] * 9
    assert rest.rest(2, news=True) == 0


def test_a_commit_that_was_seen_may_not_be_what_is_being_written(rest: CommitRest, log_file: Path) -> None:
    write(log_file)
    assert [rest.rest(2, news=True), *(rest.rest(2, news=False) for _ in range(MORE))] == [EVERY_S] * MORE + [
        0
    ]
    write(log_file)
    assert rest.rest(3, news=True) == EVERY_S
    assert rest.rest(4, news=True) == 0


def test_what_was_taken_back_is_not_waited_for_for_ever(rest: CommitRest, log_file: Path) -> None:
    write(log_file)
    pauses = [rest.rest(1, news=False) for _ in range(LOOKS + 2)]
    assert pauses[0] == EVERY_S
    assert pauses[-1] == 0


def test_a_write_ends_the_sleep_and_the_commit_has_its_moment(
    rest: CommitRest, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_ = LogSigns.any
    asked = []

    def written_meanwhile(signs: LogSigns) -> bool:
        found = any_(signs)
        asked.append(found)
        if len(asked) == 1:
            write(log_file)  # after the look, before it lies down
        return found

    monkeypatch.setattr(LogSigns, "any", written_meanwhile)
    assert rest.rest(1, news=False) == AFTER_S


@pytest.mark.parametrize("gone", [False, True])
def test_where_signs_cannot_be_trusted_looks_follow_each_other(
    rest: CommitRest, log_file: Path, gone: bool
) -> None:
    if gone:
        log_file.unlink()
    for version in range(2, 5):
        assert rest.rest(version, news=not gone) == EVERY_S
    write(log_file)
    assert rest.rest(9, news=False) == EVERY_S


def test_a_database_without_a_log_is_looked_at_all_the_time(tmp_path: Path) -> None:
    rest = CommitRest(Changes(f"sqlite:///{tmp_path / 'trd.db'}"))
    assert rest.rest(1, news=False) == EVERY_S
    rest.wake()
    rest.close()
