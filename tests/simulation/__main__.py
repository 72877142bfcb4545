"""``python -m tests.simulation --runs 1000 --seed 1``: whole campaigns, one a seed; says which fail."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import sha256

from tests.simulation.simulate import Outcome, Templates, simulate


def main() -> int:
    """Run the simulations; the exit code says whether all went well."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="how many seeds, counted from --seed")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--ledger", action="store_true", help="print what the carrier has been asked")
    args = parser.parse_args()
    figures: Counter[str] = Counter()
    books, failed, begun = sha256(), 0, time.perf_counter()
    for outcome in _outcomes(range(args.seed, args.seed + args.runs)):
        if args.ledger:
            print(outcome.ledger, end="")
        books.update(outcome.ledger.encode())
        figures += outcome.figures
        if outcome.complaints:
            failed += 1
            print(f"seed {outcome.seed} fails; again with: python -m tests.simulation --seed {outcome.seed}")
            print("\n".join(f"  {complaint}" for complaint in outcome.complaints[:20]), flush=True)
    spent = time.perf_counter() - begun
    counted = ", ".join(f"{number} {name}" for name, number in sorted(figures.items()))
    print(f"{args.runs} runs, {failed} failed, {spent / args.runs:.2f} s each: {counted}")
    print(f"books {books.hexdigest()}")
    return 1 if failed else 0


def _outcomes(seeds: Iterable[int]) -> Iterator[Outcome]:
    with closing(Templates()) as templates:
        for seed in seeds:
            try:
                yield simulate(seed, templates.copy("trd.db"))
            except Exception:
                yield Outcome(seed, "", traceback.format_exc().splitlines()[-8:], Counter())


if __name__ == "__main__":
    sys.exit(main())
