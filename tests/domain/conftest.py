"""Settings of the property tests."""

from __future__ import annotations

from hypothesis import settings

# A time limit on one example says how busy the machine is, not whether a rule holds.
settings.register_profile("trd", deadline=None)
settings.load_profile("trd")
