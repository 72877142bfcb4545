"""What the tests of the screens share."""

from pathlib import Path

import pytest

from tests.support.real_desk import Built, build
from tests.support.rest import make_pilots_quick
from tests.support.sheets import parse_once
from tests.support.steps import LEADS
from trd_tui.tui.new_campaign.screen import NewCampaignScreen

make_pilots_quick()
parse_once()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The demonstration's own database, built once."""
    return build(tmp_path_factory.mktemp("demo") / "demo.db")


@pytest.fixture
def steps_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is typed is kept at once, and the working directory is empty but for a file of leads."""
    monkeypatch.setattr(NewCampaignScreen, "KEPT_AFTER", 0.01)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "leads.csv").write_text(LEADS)
    monkeypatch.chdir(folder)
