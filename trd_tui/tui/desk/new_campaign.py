"""What the steps of a new campaign ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.domain.finding import Finding
    from trd_tui.domain.outlook import Outlook
    from trd_tui.domain.sheet import Fault, Sheet, TypedTouch
    from trd_tui.services.csv_files import FileLook, FoundFile
    from trd_tui.services.draft_audience import AudienceFigures
    from trd_tui.services.draft_news import DraftNews
    from trd_tui.services.estimates import CampaignCost
    from trd_tui.services.imports import ImportReport
    from trd_tui.services.new_campaign import KnownSender
    from trd_tui.services.typed_texts import TypedText


class Watch(Protocol):
    """Whoever is told how far something long is, and may call it off."""

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        ...

    def report(self, done: int, total: int) -> None:
        """How far it is; raises ``ActCancelledError`` when it was called off."""
        ...


@dataclass(frozen=True)
class FilesHere:
    """Files of the folder in which the program was started.

    Attributes:
        folder: its path.
        files: those that may hold contacts.
        copying: how one more gets there from elsewhere.
        found_at: real instant of the look, for their age: a disk knows no campaign time.
    """

    folder: str
    files: tuple[FoundFile, ...]
    copying: str
    found_at: int


@dataclass(frozen=True)
class Texts:
    """A text as somebody reads it, and what a lint says of all of them."""

    text: TypedText | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Review:
    """What the draft would do, before it is started.

    Attributes:
        outlook: the dry run; ``None`` when there is nothing to run.
        problem: why there was none, and what to do.
        cost: the estimate; ``None`` where there are too many contacts to count them unasked.
        findings: the lint over texts and contacts.
        notes: what the law asks, a sentence each.
        hindrance: why nothing would go all the same, in a sentence; empty where nothing keeps it.
    """

    outlook: Outlook | None
    problem: str
    cost: CampaignCost | None
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = field(default=())
    hindrance: str = ""


class StepsDesk(Protocol):
    """The part of the desk that the steps of a new campaign ask."""

    async def open(self, campaign_id: str) -> Sheet:
        """What was typed before; of a new campaign (no id) by this person, of a draft by anybody."""
        ...

    async def unfinished(self, campaign_id: str) -> bool:
        """Whether the steps were left before their end."""
        ...

    async def keep(self, sheet: Sheet) -> None:
        """Keep what is typed until the next login."""
        ...

    async def check(self, sheet: Sheet) -> Sequence[Fault]:
        """What keeps steps from being done."""
        ...

    async def save(self, sheet: Sheet) -> tuple[Sheet, Sequence[Fault]]:
        """Store in the draft what is right; the first step makes it."""
        ...

    async def heard(self, sheet: Sheet) -> DraftNews:
        """What others have done to the draft since the sheet was read."""
        ...

    async def hand_over(self, sheet: Sheet) -> bool:
        """Typed touches of what is no draft any more wait on its Touches page; answers whether any do."""
        ...

    async def finish(self, sheet: Sheet) -> None:
        """The steps are done; the draft alone is kept."""
        ...

    async def senders(self) -> Sequence[KnownSender]:
        """Who can send."""
        ...

    async def audience(self, campaign_id: str) -> AudienceFigures:
        """Who is in the draft."""
        ...

    async def files(self) -> FilesHere:
        """Which files may hold contacts."""
        ...

    async def complete(self, typed: str) -> tuple[str, Sequence[str]]:
        """What a half-typed path can be completed to, and what may be meant."""
        ...

    async def look(self, sheet: Sheet, watch: Watch) -> tuple[FileLook, ImportReport | None]:
        """A first look at the sheet's file, and what an import would do; nothing is stored.

        Raises:
            ContactFileError: it cannot be imported at all.
            ImportRefusedError: what is said of consent cannot be recorded.
        """
        ...

    async def load(self, sheet: Sheet, watch: Watch) -> ImportReport:
        """Import the sheet's file into its draft; called off, what is stored stays."""
        ...

    async def take_contacts(self, sheet: Sheet, watch: Watch) -> int:
        """Enrol those of another campaign who have not answered; answers how many joined."""
        ...

    async def empty(self, sheet: Sheet, watch: Watch) -> int:
        """Take everybody out of the draft; answers how many."""
        ...

    async def campaigns(self, but: str) -> Sequence[tuple[str, str, str]]:
        """Campaigns to copy from: id, name and what is known of them."""
        ...

    async def touches(self, campaign_id: str) -> tuple[TypedTouch, ...]:
        """The touches of a campaign; of the house without an id."""
        ...

    async def texts(self, sheet: Sheet, touch: int, person: int) -> Texts:
        """A typed touch as one of the first contacts reads it, and the lint."""
        ...

    async def review(self, sheet: Sheet, watch: Watch) -> Review:
        """The dry run with its cost, the lint and what the law asks; may be called off."""
        ...
