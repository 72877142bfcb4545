"""Prometheus' text format, written by hand: some twenty lines without a label that needs escaping.

A client library would keep the figures in memory beside the database, which knows them better.
"""

from __future__ import annotations

from collections.abc import Iterable

from trd_tui import __version__
from trd_tui.api.gate import Calls
from trd_tui.domain.carrier_trouble import IN_WORDS
from trd_tui.services.health import Gauges

Samples = Iterable[tuple[str, int | float]]
"""Labels, as they are written, and the value."""


def metrics_text(gauges: Gauges, calls: Calls) -> str:
    """Everything that is measured."""
    totals, queue, control = gauges.totals, gauges.queue, gauges.control
    lines: list[str] = []

    def family(name: str, kind: str, help_: str, samples: Samples) -> None:
        lines.extend((f"# HELP {name} {help_}", f"# TYPE {name} {kind}"))
        lines.extend(f"{name}{labels} {value}" for labels, value in samples)

    def counter(name: str, help_: str, value: int | float) -> None:
        family(name, "counter", help_, [("", value)])

    def gauge(name: str, help_: str, value: int | float) -> None:
        family(name, "gauge", help_, [("", value)])

    family("trd_build_info", "gauge", "The version that runs.", [(f'{{version="{__version__}"}}', 1)])
    family(
        "trd_campaigns",
        "gauge",
        "Campaigns by status.",
        [(f'{{status="{status}"}}', count) for status, count in sorted(gauges.campaigns.items())],
    )
    counter("trd_messages_sent_total", "Messages that the carrier accepted.", totals["sent_count"])
    counter("trd_messages_delivered_total", "Messages delivered.", totals["delivered_count"])
    counter("trd_messages_failed_total", "Messages refused, failed or undelivered.", totals["failed_count"])
    counter("trd_replies_total", "Contacts whose reply counts.", totals["replied_count"])
    counter("trd_opt_outs_total", "Contacts who opted out.", totals["opted_out_count"])
    gauge("trd_queue_depth", "Messages of active campaigns that wait.", queue.waiting)
    family(
        "trd_messages",
        "gauge",
        "Messages that are not done, by state.",
        [
            ('{state="scheduled"}', queue.waiting),
            ('{state="sending"}', gauges.in_flight["sending"]),
            ('{state="unknown"}', gauges.in_flight["unknown"]),
            ('{state="held"}', queue.held),
        ],
    )
    if queue.next_due_at is not None:
        gauge(
            "trd_next_due_timestamp_seconds",
            "Campaign instant of the earliest message of an active campaign.",
            queue.next_due_at / 1_000,
        )
    gauge("trd_scheduler_alive", "Whether a process holds the lease and renews it.", int(gauges.sender_alive))
    counter("trd_scheduler_changes_total", "Changes of the process that sends.", gauges.lease.token)
    gauge("trd_emergency_stop", "Whether all automated sending is stopped.", int(control.stopped))
    trouble = control.trouble.kind if gauges.sender_alive and control.trouble is not None else None
    family(
        "trd_carrier_trouble",
        "gauge",
        "Whether the carrier refuses the credentials, or cannot be reached: due texts wait.",
        [(f'{{kind="{kind}"}}', int(trouble == kind)) for kind in sorted(IN_WORDS)],
    )
    if control.heartbeat_at is not None:
        gauge(
            "trd_scheduler_heartbeat_timestamp_seconds",
            "When somebody could last send.",
            control.heartbeat_at / 1_000,
        )
    family(
        "trd_api_requests_total",
        "counter",
        "Answers of this process by HTTP status.",
        [(f'{{status="{status}"}}', count) for status, count in sorted(calls.by_status.items())],
    )
    counter("trd_api_request_seconds_total", "Time that these answers took.", round(calls.seconds, 6))
    return "\n".join(lines) + "\n"
