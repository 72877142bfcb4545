"""``python -m tests.bench [NAME...] [--quick]``: every benchmark, or those named, as tables.

Ratios are taken within one run, because single figures vary with whatever else the machine does.
"""

from __future__ import annotations

import argparse
import importlib
import time

NAMES = ("import", "list", "api", "sdk", "send_path", "size", "screen")


def main() -> int:
    """Run them; returns 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all by default")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    options = parser.parse_args()
    unknown = [name for name in options.name if name not in NAMES]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(NAMES)}")
    begun, missed = time.perf_counter(), 0
    for name in options.name or NAMES:
        table = importlib.import_module(f"tests.bench.bench_{name}").main(quick=options.quick)
        table.show()
        missed += table.missed
    kept = "every promise kept" if not missed else f"{missed} promises missed"
    sizes = ", at sizes for a smoke run" if options.quick else ""
    print(f"\n{kept}{sizes}, {time.perf_counter() - begun:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
