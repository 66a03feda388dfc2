"""`summarise cache`."""

from __future__ import annotations

import argparse
import sys

from summarise.cli.apart import refuse_same
from summarise.cli.settings import settings_without_key
from summarise.clients.cache import Recording, Store, export_records, import_records, stats, verify
from summarise.views.visible import safe


def stats_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        found = stats(store)
        print(f"{store.path}  {found.bytes:,} bytes")
        print(f"{found.records:,} answers in {found.attempts:,} attempts, {found.damaged:,} damaged, {found.superseded:,} superseded lines")
        for title, counts in (("status", found.by_status), ("model", found.by_model)):
            print(f"  {title}: {', '.join(f'{safe(name)} {count:,}' for name, count in counts.most_common()) or 'none'}")
        unpriced = f" and {found.unpriced:,} attempts at an unknown price" if found.unpriced else ""
        print(f"  {found.input_tokens:,} tokens in, {found.output_tokens:,} out, ${found.cost_usd:.4f}{unpriced}")
    return 0


def verify_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        verdict = verify(store)
        for fault in verdict.faults:
            print(safe(fault), file=sys.stderr)
        print(
            f"{verdict.lines:,} lines and {verdict.rows:,} rows read: {'all whole' if verdict.whole else f'{len(verdict.faults)} faults'}"
        )
    return 0 if verdict.whole else 1


def export_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        refuse_same([arguments.file], [str(store.path)])
        count = export_records(store, arguments.file)
        for warning in store.warnings:
            print(safe(f"summarise: {warning}"), file=sys.stderr)
    print(f"{count:,} answers written to {arguments.file}", file=sys.stderr)
    return 0


def import_(arguments: argparse.Namespace) -> int:
    with Store(settings_without_key(arguments).cache_folder) as store:
        done = import_records(store, arguments.file)
    print(f"{done.new:,} new, {done.better:,} better, {done.known:,} known already, {done.damaged:,} damaged lines", file=sys.stderr)
    return 1 if done.damaged else 0


def _opened(arguments: argparse.Namespace) -> Recording:
    """The answers as they stand on disk; looking at them makes and changes nothing."""
    return Recording(settings_without_key(arguments).cache_folder)
