"""The README's pictures can be made again by their one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pictures import SHOTS, shoot


@pytest.mark.system
async def test_pictures_are_made(tmp_path: Path) -> None:
    for name in ("overview", "overview-80x24"):
        size, keys = SHOTS[name]
        await shoot(name, size, keys, tmp_path)
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
