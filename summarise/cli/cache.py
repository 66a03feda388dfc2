"""`summarise cache`."""

from __future__ import annotations

import argparse
import sys

from summarise.cli.settings import cache_folder_of
from summarise.clients.cache import Recording, Store, export_records, import_records, stats, verify


def stats_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        found = stats(store)
        print(f"{store.path}  {found.bytes:,} bytes")
        print(f"{found.records:,} answers in {found.attempts:,} attempts, {found.damaged:,} damaged, {found.superseded:,} superseded lines")
        for title, counts in (("status", found.by_status), ("model", found.by_model)):
            print(f"  {title}: {', '.join(f'{name} {count:,}' for name, count in counts.most_common()) or 'none'}")
        unpriced = f" and {found.unpriced:,} attempts at an unknown price" if found.unpriced else ""
        print(f"  {found.input_tokens:,} tokens in, {found.output_tokens:,} out, ${found.cost_usd:.4f}{unpriced}")
    return 0


def verify_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        verdict = verify(store)
        for fault in verdict.faults:
            print(fault, file=sys.stderr)
        print(
            f"{verdict.lines:,} lines and {verdict.rows:,} rows read: {'all whole' if verdict.whole else f'{len(verdict.faults)} faults'}"
        )
    return 0 if verdict.whole else 1


def export_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        count = export_records(store, arguments.file)
    print(f"{count:,} answers written to {arguments.file}", file=sys.stderr)
    return 0


def import_(arguments: argparse.Namespace) -> int:
    with Store(cache_folder_of(arguments)) as store:
        done = import_records(store, arguments.file)
    print(f"{done.new:,} new, {done.better:,} better, {done.known:,} known already, {done.damaged:,} damaged lines", file=sys.stderr)
    return 1 if done.damaged else 0


def _opened(arguments: argparse.Namespace) -> Recording:
    """The answers as they stand on disk; looking at them makes and changes nothing."""
    return Recording(cache_folder_of(arguments))
