"""``python -m tests.season --contacts 100000``: a season of nine touches, judged text by text."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.season.judge import KINDS
from tests.season.live import live
from trd_tui.store.migrate import ensure_schema


def main() -> int:
    """Live a season and print what the judge says; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.season", description=__doc__)
    parser.add_argument("--contacts", type=int, default=3_000, help="how many contacts (default 3000)")
    parser.add_argument("--seed", type=int, default=1, help="of places and answers (default 1)")
    parser.add_argument("--folder", type=Path, help="where the database goes; kept there (default: nowhere)")
    asked = parser.parse_args()
    begun, worked = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory(prefix="trd-season-") as folder:
        place = asked.folder or Path(folder)
        url = f"sqlite:///{place / 'season.db'}"
        ensure_schema(url)
        found = live(place, url, asked.contacts, asked.seed)
    verdict = found.verdict
    took, of_it = time.monotonic() - begun, time.process_time() - worked
    print(f"{asked.contacts:,} contacts, {verdict.texts:,} texts")
    print(f"{took:,.0f} s, {of_it:,.0f} s of processor time, {found.peak_mb:,} MB at most")
    for what, count in sorted(verdict.seen.items()):
        print(f"  {what}: {count:,}")
    print("violations:")
    for kind in KINDS:
        print(f"  {kind}: {verdict.wrong[kind]:,}")
    for line in [*verdict.examples, *found.differences]:
        print(line)
    return 1 if verdict.wrong.total() or found.differences else 0


if __name__ == "__main__":
    sys.exit(main())
