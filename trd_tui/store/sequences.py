"""Campaign sequences and compiled templates, kept between batches and forgotten when a campaign is edited."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from trd_tui.domain.clearance import Rules
from trd_tui.domain.due import CampaignTerms
from trd_tui.domain.frequency import USUAL_CAPS, Caps
from trd_tui.domain.phone import sender_kind
from trd_tui.domain.prices import PriceTable, Tariff
from trd_tui.domain.sequence import Sequence, Touch
from trd_tui.domain.template import Template
from trd_tui.domain.texts import compile_texts
from trd_tui.domain.variants import Choice
from trd_tui.domain.window import Window
from trd_tui.price_files import usual_prices
from trd_tui.store import queue, variants


@dataclass(frozen=True, slots=True)
class Compiled:
    """One version of a campaign's sequence, ready to render.

    Attributes:
        terms: the campaign's terms when it was compiled.
        sequence: its touches.
        rules: what the campaign asks for, with its compiled templates.
    """

    terms: CampaignTerms
    sequence: Sequence
    rules: Rules


@dataclass(slots=True)
class SequenceCache:
    """Compiled sequences by campaign id.

    Attributes:
        caps: most texts to one contact over all campaigns.
        prices: the price table; each sender has its kind's tariff of it.
    """

    caps: Caps = USUAL_CAPS
    prices: PriceTable = field(default_factory=usual_prices)
    _known: dict[str, Compiled] = field(default_factory=dict)
    _tariffs: dict[str, Tariff] = field(default_factory=dict)

    def load(self, connection: Connection, campaign_ids: Iterable[str]) -> dict[str, Compiled]:
        """Compile what is new or has changed; always with the campaigns' present terms."""
        terms = queue.terms(connection, campaign_ids)
        stale = [
            id_
            for id_, term in terms.items()
            if (known := self._known.get(id_)) is None
            or known.terms.sequence_version != term.sequence_version
        ]
        touches: dict[str, list[Touch]] = {id_: [] for id_ in stale}
        if stale:
            texts = variants.by_touch(connection, stale)
            for row in queue.touches(connection, stale):
                several = texts.get((row.campaign_id, row.position), ())
                active, removed = bool(row.active), bool(row.removed)
                touches[row.campaign_id].append(
                    Touch(row.position, row.day, row.body, active, row.kind, removed, several)
                )
        loaded: dict[str, Compiled] = {}
        templates: Mapping[int, Template]
        choices: Mapping[int, Choice]
        for id_, term in terms.items():
            if id_ in touches:
                sequence = Sequence(tuple(touches[id_]))
                templates, choices = compile_texts(id_, sequence.active)
            else:
                known = self._known[id_]
                sequence, templates, choices = known.sequence, known.rules.templates, known.rules.choices
            loaded[id_] = self._known[id_] = Compiled(
                term,
                sequence,
                Rules(
                    term.timezone,
                    Window(term.window_days, term.window_from, term.window_to),
                    templates,
                    json.loads(term.variables),
                    choices,
                    self.caps,
                    self._tariff(term.sender),
                ),
            )
        return loaded

    def _tariff(self, sender: str) -> Tariff:
        found = self._tariffs.get(sender)
        if found is None:
            found = self._tariffs[sender] = self.prices.tariff(sender_kind(sender))
        return found
