"""The command line in this process: exit status, standard output and standard error."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.templates import new_sqlite
from trd_tui import settings as places
from trd_tui.cli.main import main
from trd_tui.settings import load_settings


class Ran(NamedTuple):
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Trd = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folders that nobody else has, and no settings of the host."""
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setattr(places, "SYSTEM_FILE", tmp_path / "etc" / "config.toml")
    for key in places.KEYS:
        monkeypatch.delenv(f"TRD_{key.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def trd(home: Path, capsys: pytest.CaptureFixture[str]) -> Trd:
    """Run a command; its words as arguments."""

    def run(*words: str) -> Ran:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run


def new_database() -> None:
    """What ``trd init`` makes, where this user's database is; a copy, which is quicker."""
    new_sqlite(Path(load_settings(system_file=places.SYSTEM_FILE).database_url.removeprefix("sqlite:///")))


@pytest.fixture(scope="session")
def kept_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``trd demo --headless --keep`` leaves: a database that holds the demonstration."""
    file = tmp_path_factory.mktemp("demo") / "demo.db"
    assert main(["demo", "--headless", "--keep", str(file)]) == 0
    return file


@pytest.fixture
def demo(trd: Trd, home: Path, kept_demo: Path, monkeypatch: pytest.MonkeyPatch) -> Trd:
    """The command on a database that holds the demonstration."""
    shutil.copyfile(kept_demo, home / "demo.db")
    monkeypatch.setenv("TRD_DATABASE_URL", f"sqlite:///{home / 'demo.db'}")
    return trd
