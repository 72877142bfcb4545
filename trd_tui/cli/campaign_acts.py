"""``trd campaign start``, ``pause``, ``resume``, ``duplicate``, ``archive``, ``delete``: many ids at once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from trd_tui.cli.errors import REFUSED, CliError, UsageError
from trd_tui.cli.output import confirm, note, print_json, printable
from trd_tui.cli.session import with_product
from trd_tui.domain.consent import without_consent
from trd_tui.domain.policies import RESUME_POLICIES
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.domain.not_stored import NotStored
    from trd_tui.services.actor import Actor
    from trd_tui.services.views import ActPreview, ActResult
    from trd_tui.wiring import Product


class ResumeTerms(TypedDict, total=False):
    """What a resume is asked beside the campaigns."""

    policy: str | None
    max_lateness_ms: int


_HELP = {
    "start": "start drafts: their contacts are enrolled today",
    "pause": "pause active campaigns; what waits stays where it is",
    "resume": "resume paused campaigns by their resume policy",
    "duplicate": "make a draft with the same settings and touches",
    "archive": "put campaigns away for good; they keep their figures",
    "delete": "hide campaigns everywhere; messages and replies are kept",
}
_ASKS = ("archive", "delete")
_BULK = {"pause": ("--all-active", "active"), "resume": ("--all-paused", "paused")}


def add(commands: Any) -> None:
    """Put every act into the table."""
    for act, help_ in _HELP.items():
        parser = commands.add_parser(act, help=help_)
        parser.add_argument("ids", nargs="*", metavar="ID", help="as `trd campaign list` shows it")
        if act in _BULK:
            flag, status = _BULK[act]
            parser.add_argument(flag, dest="everyone", action="store_true", help=f"every {status} campaign")
        if act == "resume":
            parser.add_argument(
                "--policy",
                choices=RESUME_POLICIES,
                help="for this once, what becomes of touches that fell due; else the campaign's own",
            )
        if act == "duplicate":
            parser.add_argument("--name", help="the draft's name (with one ID)")
            parser.add_argument("--with-contacts", action="store_true", help="enrol the same contacts too")
        if act in _ASKS:
            parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--preview", action="store_true", help="only say what it would do")
        parser.add_argument(
            "--json", action="store_true", help="print one JSON array (--preview: one object)"
        )
        parser.set_defaults(run=run, act=act, everyone=False)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do one act to every campaign named; all are tried, and exit 1 when one was refused."""
    if bool(options.ids) == options.everyone:
        flag = f" or {_BULK[options.act][0]}" if options.act in _BULK else ""
        raise UsageError(f"name campaigns by their IDs{flag}; `trd campaign list` shows them")
    if options.act == "duplicate" and options.name is not None and len(options.ids) > 1:
        raise UsageError("--name belongs to one ID; leave it out to name the drafts after their originals")
    return with_product(settings, lambda product, actor: _run(options, product, actor))


async def _run(options: argparse.Namespace, product: Product, actor: Actor) -> int:
    from trd_tui.services import previews
    from trd_tui.services.stored_draft import not_stored

    ids = list(dict.fromkeys(options.ids)) or await _everyone(product, _BULK[options.act][1])
    if options.preview or (options.act in _ASKS and not options.yes):
        more: ResumeTerms = resume_terms(options, product.settings) if options.act == "resume" else {}
        prices = product.prices if options.act in ("start", "resume") else None
        preview = await previews.preview(
            product.db, product.clock, options.act, ids, prices=prices, limits=product.limits, **more
        )
        if options.preview:
            return _print_preview(options, preview)
        _ask(preview)
    if options.act == "start":
        _tell_not_stored(await not_stored(product.db, ids))
        await _tell_short_budgets(product, ids)
    results = await _act(options, product, actor, ids)
    if options.json:
        from trd_tui.services.shapes import result_shape

        print_json([result_shape(result) for result in results])
    for result in results:
        line = _line(result)
        if not result.ok:
            note(f"trd campaign {options.act}: {line}")
        elif not options.json:
            print(line)
        tell_consent(result)
    if not results:
        note("there is none: nothing to do")
    done = [result.campaign_id for result in results if result.ok]
    if options.act in ("start", "resume") and done:
        await tell_hindrances(product, done)
    return 0 if all(result.ok for result in results) else REFUSED


def _tell_not_stored(drafts: Sequence[NotStored]) -> None:
    """Before a start: what it goes without."""
    if drafts:
        from trd_tui.domain.not_stored import start_goes_without

        note(f"warning: {start_goes_without(drafts)}")


async def _tell_short_budgets(product: Product, ids: Sequence[str]) -> None:
    """Before a start: whose budget does not last for the first text to everybody."""
    from trd_tui.services.previews import short_budget
    from trd_tui.services.start_budgets import short_starts

    for short in await short_starts(product.db, product.clock, ids, product.prices):
        left = short_budget(short, "start")
        note(printable(f"warning: the budget of {short.name} has {left}: trd campaign edit raises it"))


def tell_consent(result: ActResult) -> None:
    """After a start: who is texted without a consent on record."""
    without = result.figures.get("without_consent")
    if result.ok and without:
        contacts = int(result.figures.get("contacts") or 0)
        note(f"warning: {without_consent(int(without), contacts)}: trd campaign lint {result.campaign_id}")


async def tell_hindrances(product: Product, ids: Sequence[str]) -> None:
    """After a start or a resume of campaigns: why nothing goes all the same."""
    from trd_tui.services.control import hindrances

    for sentence in await hindrances(product.db, product.clock, ids):
        note(f"warning: {sentence}")


def _line(result: ActResult) -> str:
    """ID, name and what became of it; of a campaign that is not there the ID, once."""
    if result.name != result.campaign_id:
        return printable(f"{result.campaign_id}  {result.name}  {result.message}")
    said = result.campaign_id in result.message
    return printable(result.message if said else f"{result.campaign_id}: {result.message}")


async def _everyone(product: Product, status: str) -> Sequence[str]:
    from trd_tui.services import listing
    from trd_tui.services.views import ListQuery

    return await listing.matching_ids(product.db, ListQuery(status=status))


def resume_terms(options: argparse.Namespace, settings: Settings) -> ResumeTerms:
    """The policy for this once, and the limit of lateness of the settings."""
    return {"policy": options.policy, "max_lateness_ms": int(settings.max_lateness_h * 3_600_000)}


def _print_preview(options: argparse.Namespace, preview: ActPreview) -> int:
    from trd_tui.cli.resume_lines import printable_lines, resume_shape

    if options.json:
        from trd_tui.services.shapes import not_stored_shape, result_shape

        print_json(
            {
                "act": preview.act,
                "sentence": preview.sentence,
                "campaigns": preview.campaigns,
                "contacts": preview.contacts,
                "messages": preview.messages,
                "mayPutOff": preview.may_put_off,
                "notStored": not_stored_shape(preview.not_stored),
                "refused": [result_shape(result) for result in preview.refused],
                **({"resumes": [resume_shape(each) for each in preview.resumes]} if preview.resumes else {}),
            }
        )
    else:
        print(printable(preview.sentence))
        for each in preview.resumes:
            print(printable_lines(each))
        for result in preview.refused:
            note(_line(result))
    _tell_not_stored(preview.not_stored)
    return REFUSED if preview.refused else 0


def _ask(preview: ActPreview) -> None:
    """Ask before what is hard to take back; a script says ``--yes``."""
    if preview.campaigns and not confirm(preview.sentence):
        raise CliError(f"not done: {preview.sentence} Say yes, or use --yes")


async def _act(
    options: argparse.Namespace, product: Product, actor: Actor, ids: Sequence[str]
) -> list[ActResult]:
    from trd_tui.services import campaigns, drafts

    db, clock = product.db, product.clock
    match options.act:
        case "start":
            required = product.settings.require_consent
            return await campaigns.start(db, clock, actor, ids, require_consent=required)
        case "pause":
            return await campaigns.pause(db, clock, actor, ids)
        case "resume":
            return await campaigns.resume(db, clock, actor, ids, **resume_terms(options, product.settings))
        case "archive":
            return await campaigns.archive(db, clock, actor, ids)
        case "delete":
            return await campaigns.delete(db, clock, actor, ids)
        case _:
            return [
                await drafts.duplicate(
                    db, clock, actor, id_, options.name, with_contacts=options.with_contacts
                )
                for id_ in ids
            ]
