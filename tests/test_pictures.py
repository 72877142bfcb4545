"""The README's pictures can be made again by their one command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.pictures import SHOTS, shoot
from tests.support.real_desk import build


@pytest.mark.system
def test_pictures_are_made(tmp_path: Path) -> None:
    built = build(tmp_path / "demo.db")
    for name in ("overview", "overview-80x24"):
        size, keys = SHOTS[name]
        asyncio.run(shoot(built, name, size, keys, tmp_path))
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
