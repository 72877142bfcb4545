"""``trd campaign list`` and ``show``: the same rows and figures as the screen and the HTTP API."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from trd_tui.cli.control import stop_shape, tell_stop
from trd_tui.cli.errors import CliError
from trd_tui.cli.output import iso, note, print_json, printable, progress_line, say_more, table
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many, sent_words
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.health_views import Coming
    from trd_tui.services.listing import OwnPause
    from trd_tui.services.views import CampaignDetail
    from trd_tui.wiring import Product

STATUSES = ("all", "draft", "active", "paused", "completed", "archived")
SORTS = (
    "activity",
    "name",
    "status",
    "progress",
    "contacts",
    "sent",
    "delivered",
    "failed",
    "replies",
    "rate",
    "next",
    "created",
)
MOST_ROWS = 10_000
_NAMED = 3
"""Campaigns that have paused by themselves and are named below a list."""

_QUICK = 20_000
"""Contacts whose texts are measured before anybody would look for a sign of life."""


def add_list(commands: Any) -> None:
    """Put ``campaign list`` into the table."""
    parser = commands.add_parser("list", help="campaigns with their figures")
    parser.add_argument("--status", choices=STATUSES, default="all", help="default: all but the archived")
    parser.add_argument("--search", metavar="T", default="", help="part of the name, in any case")
    parser.add_argument("--sort", metavar="F", choices=SORTS, default="activity", help=f"{', '.join(SORTS)}")
    parser.add_argument("--reverse", action="store_true", help="turn the order round")
    parser.add_argument("--limit", metavar="N", type=page_limit, default=20, help="rows of the page (20)")
    parser.add_argument("--offset", metavar="N", type=page_offset, default=0, help="rows before the page (0)")
    parser.add_argument("--json", action="store_true", help="print the HTTP API's answer")
    parser.set_defaults(run=run_list)


def add_show(commands: Any) -> None:
    """Put ``campaign show`` into the table."""
    parser = commands.add_parser("show", help="campaigns in full, with the funnel of their touches")
    parser.add_argument("ids", nargs="+", metavar="ID", help="as `trd campaign list` shows it")
    parser.add_argument(
        "--cost", action="store_true", help="say what is to come also for more than 100,000 contacts"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.set_defaults(run=run_show)


def page_limit(text: str) -> int:
    """A number of rows, for the parser."""
    return _count(text, 1)


def page_offset(text: str) -> int:
    """A number of rows to leave out, for the parser."""
    return _count(text, 0)


def _count(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text[:12]) <= 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} on")
    return int(text)


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Print one page of campaigns."""
    limit = min(options.limit, MOST_ROWS)

    async def body(
        product: Product, _actor: Actor
    ) -> tuple[dict[str, Any], dict[str, Any] | None, list[str]]:
        from trd_tui.services import control, listing
        from trd_tui.services.shapes import list_shape
        from trd_tui.services.views import SMALLEST_FIRST, ListQuery, SortKey

        query = ListQuery(
            status=None if options.status == "all" else options.status,
            search=options.search,
            sort=SortKey(options.sort),
            descending=(options.sort not in SMALLEST_FIRST) != options.reverse,
            limit=limit,
            offset=options.offset,
        )
        page, summary = await listing.page_and_summary(product.db, query)
        stop = stop_shape(await control.state(product.db))
        paused = await listing.paused_by_themselves(product.db, product.clock, _NAMED)
        told = [f"paused by itself: {_named(each)}: {each.reason}" for each in paused]
        return list_shape(page, summary, limit, options.offset), stop, told

    answer, stop, told = with_product(settings, body)
    tell_stop(stop)  # not within the answer: that is the HTTP API's, key by key
    for line in told:
        note(printable(line))
    if options.json:
        print_json(answer)
        return 0
    print(list_table(answer["campaigns"]))
    pages, summary = answer["pagination"], answer["summary"]
    shown = len(answer["campaigns"])
    print()
    print(
        f"{shown} of {pages['total']}; {summary['activeCampaigns']} of {summary['totalCampaigns']} active,"
        f" {one_or_many(summary['totalContacts'], 'contact')}, {summary['totalMessages']:,} sent,"
        f" {one_or_many(summary['totalReplies'], 'reply', 'replies')} ({summary['overallReplyRate']} %)"
    )
    say_more(pages, shown)
    return 0


def _named(paused: OwnPause) -> str:
    return f"the sender {paused.name}" if paused.is_sender else f"{paused.name} ({paused.id})"


def list_table(campaigns: Iterable[Mapping[str, Any]]) -> str:
    """Campaigns of the list as a table for people; instants in UTC."""
    heads = (
        "ID",
        "Name",
        "Status",
        ">Done",
        ">Contacts",
        ">Sent",
        ">Failed",
        ">Replies",
        ">Rate",
        "Next (UTC)",
    )
    return table(
        heads,
        (
            (
                row["id"],
                row["name"],
                row["status"],
                f"{row['completionRate']:.1f} %",
                f"{row['totalContacts']:,}",
                f"{row['sentMessages']:,}",
                f"{row['failedMessages']:,}",
                f"{row['replies']:,}",
                f"{100 * row['replies'] / row['sentMessages'] if row['sentMessages'] else 0:.1f} %",
                _moment(row["nextScheduledMessage"]),
            )
            for row in campaigns
        ),
    )


def _moment(text: str | None) -> str | None:
    return None if text is None else text.replace("T", " ").removesuffix("Z")[:16]


def run_show(options: argparse.Namespace, settings: Settings) -> int:
    """Print campaigns in full; all are looked for, and exit 1 when one is not there."""
    ids = list(dict.fromkeys(options.ids))

    async def body(product: Product, _actor: Actor) -> tuple[list[_Shown | None], dict[str, Any] | None]:
        from trd_tui.services import control, estimates, listing

        found = [await listing.campaign_detail(product.db, id_) for id_ in ids]
        contacts = sum(detail.row.open_count for detail in found if detail is not None)
        counted = options.cost or contacts <= estimates.COUNTED_CONTACTS
        progress = progress_line("contacts") if contacts > _QUICK else None
        shown = [
            None if each is None else await _shown(product, settings, each, counted, progress)
            for each in found
        ]
        return shown, stop_shape(await control.state(product.db))

    shown, stop = with_product(settings, body)
    there = [each for each in shown if each is not None]
    if options.json:
        print_json([{**each.shape, "emergencyStop": stop} for each in there])
    elif there:
        print("\n\n".join(map(_in_full, there)))
        tell_stop(stop)
    missing = [id_ for id_, each in zip(ids, shown, strict=True) if each is None]
    if missing:
        raise CliError(f"there is no campaign {', '.join(missing)}; `trd campaign list` shows all")
    return 0


class _Shown(NamedTuple):
    """A campaign for programs; what comes next, what is to come and its variants in words."""

    shape: dict[str, Any]
    coming: list[str]
    to_come: list[str]
    variants: list[str]


async def _shown(
    product: Product,
    settings: Settings,
    detail: CampaignDetail,
    counted: bool,
    progress: Callable[[int, int], None] | None,
) -> _Shown:
    from trd_tui.services.shapes import detail_shape
    from trd_tui.services.waiting import coming
    from trd_tui.wiring import sequences_of

    rules, budget = sequences_of(settings), settings.daily_budget_micros
    ahead = await coming(product.db, product.clock, detail.row.id, rules, daily_budget=budget)
    shape = detail_shape(detail) | {"coming": None if ahead is None else _coming_shape(ahead)}
    said = [] if ahead is None else _coming_lines(ahead)
    if not counted:
        return _Shown(shape, said, ["not counted for so many contacts; --cost counts it"], _variants(detail))
    from trd_tui.cli.cost_lines import cost_lines, cost_shape
    from trd_tui.services.estimates import campaign_cost

    cost = await campaign_cost(product.db, detail.row.id, product.prices, progress=progress)
    return _Shown({**shape, "toCome": cost_shape(cost)}, said, cost_lines(cost), _variants(detail))


def _coming_shape(ahead: Coming) -> dict[str, Any]:
    return {
        "at": iso(ahead.at),
        "messages": ahead.looked,
        "more": ahead.more,
        "decisions": [
            {"rule": row.id, "said": row.name, "messages": row.messages, "notBefore": iso(row.at)}
            for row in ahead.rows
        ],
    }


def _coming_lines(ahead: Coming) -> list[str]:
    """What will not simply go then, by the rule that will say so; nothing where all of it goes."""
    kept = [row for row in ahead.rows if row.id != "send"]
    if not kept:
        return []
    due = one_or_many(ahead.looked, "message")
    first = f"of the first {due} then" if ahead.more else f"of {due} then"
    goes = ahead.looked - sum(row.messages for row in kept)
    lines = [f"{first} {f'{goes:,}' if goes else 'none'} can go"]
    return lines + [
        f"{row.messages:,}: {row.name}" + (f"; not before {iso(row.at)}" if row.at is not None else "")
        for row in kept
    ]


_LINES = (
    ("Status", "{status}{why}, {completionRate} % done"),
    ("Sender", "{sender}"),
    ("Times", "{sendTime} {timezone}, window {window[days]} {window[from]}-{window[to]}"),
    ("Contacts", "{totalContacts:,}, {replies:,} replied, {optedOut:,} asked to stop"),
    (
        "Messages",
        "{sent}, {deliveredMessages:,} delivered, {failedMessages:,} failed",
    ),
    ("Ahead", "{waiting:,} waiting, {inFlight:,} in flight, {held:,} held"),
    ("Cost", "$ {costUsd} for {size}, of it $ {realCostUsd} as the carrier has billed"),
    ("Created", "{created}"),
    ("Next", "{next}"),
)


def _variants(detail: CampaignDetail) -> list[str]:
    from trd_tui.cli.variant_lines import variant_lines
    from trd_tui.services.variant_views import results_of

    results = results_of(detail.touches)
    return ["", *variant_lines(results)] if results else []


def _money(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is promised beside the cost, and the budgets, where there are any."""
    if (reserved := detail["reservedUsd"]) != "0.00":
        yield "Reserved", f"$ {reserved} for messages in flight"
    if (by_hand := detail["byHandUsd"]) != "0.00":
        yield "By hand", f"$ {by_hand} for tests, answers and what may have been sent unseen"
    budgets = (("budgetUsd", "in all"), ("dailyBudgetUsd", "a day"))
    known = [f"$ {detail[key]} {words}" for key, words in budgets if detail[key] is not None]
    if known:
        dearest = detail["dearestOfEstimate"]
        above = "" if dearest == "1.000" else f"; the carrier has billed up to {dearest} of an estimate"
        yield "Budget", f"{', '.join(known)}{above}"


def _in_full(shown: _Shown) -> str:
    detail = shown.shape
    size = one_or_many(detail["segments"], "segment")
    lines = [f"{printable(detail['name'])}  ({detail['id']})"]
    reason = detail["pauseReason"]
    said = {
        **detail,
        "why": f" ({reason})" if reason else "",
        "sent": sent_words(detail["sentMessages"], detail["perhapsSent"]),
        "size": size,
        "next": detail["nextScheduledMessage"] or "-",
    }
    lines += [f"  {label:9} {printable(text.format(**said))}" for label, text in _LINES]
    lines += [f"  {'':9} {printable(text)}" for text in shown.coming]
    lines += [f"  {label:9} {text}" for label, text in _money(detail)]
    lines += [f"  {'' if at else 'To come':9} {text}" for at, text in enumerate(shown.to_come)]
    funnel = table(
        (">Touch", ">Day", ">Sent", ">Delivered", ">Failed", ">Replied", ">Opted out", "Text"),
        (
            (
                touch["position"],
                touch["day"],
                touch["sent"],
                touch["delivered"],
                touch["failed"],
                touch["replied"],
                touch["optedOut"],
                _text(touch),
            )
            for touch in detail["touches"]
        ),
    )
    return "\n".join([*lines, "", funnel, *shown.variants])


def _text(touch: Mapping[str, Any]) -> str:
    result = touch["result"]
    running = [each for each in result["variants"] if not each["removed"]] if result else []
    text = f"({len(running)} variants) {touch['body'][:46]}" if running else touch["body"][:60]
    return text if touch["active"] else f"(off) {text}"
