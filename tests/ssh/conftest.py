"""One host for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ssh.host import Host, running_host


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host with users and an sshd; it ends with the module."""
    folder: Path = tmp_path_factory.mktemp("host")
    with running_host(folder) as running:
        yield running
