"""A lease that stands still is left behind, whatever its wall-clock end says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trd_tui.engine.patience import LEAST_S, Patience
from trd_tui.store.lease import Lease

SECOND = 1_000_000_000
FAR = 2**52


def held(token: int = 1, expires_at: int = FAR) -> Lease:
    return Lease(token, "owner", "another process", expires_at, None)


def test_a_lease_that_nobody_renews_is_given_up() -> None:
    patience = Patience(1)
    patience.saw(held(), 0)
    patience.saw(held(), int(LEAST_S) * SECOND - 1)
    assert patience.lost_with is None
    patience.saw(held(), int(LEAST_S) * SECOND)
    assert patience.lost_with == 1


@given(st.lists(st.integers(0, 59), min_size=1, max_size=20))
def test_a_lease_that_is_renewed_within_the_time_never_is(pauses: list[int]) -> None:
    patience, now = Patience(60), 0
    for turn, pause in enumerate(pauses):
        patience.saw(held(expires_at=FAR + turn), now)
        now += pause * SECOND
        patience.saw(held(expires_at=FAR + turn), now)
        assert patience.lost_with is None


def test_another_owner_begins_anew() -> None:
    patience = Patience(60)
    patience.saw(held(1), 0)
    patience.saw(held(2), 59 * SECOND)
    patience.saw(held(2), 100 * SECOND)
    assert patience.lost_with is None
