"""What the tests of the screens share."""

import pytest

from tests.support.real_desk import Built, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The demonstration's own database, built once."""
    return build(tmp_path_factory.mktemp("demo") / "demo.db")
