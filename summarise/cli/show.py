"""`summarise show`."""

from __future__ import annotations

import argparse
import sys


def show(arguments: argparse.Namespace) -> int:
    from summarise.cli.settings import read_options_of, settings_of
    from summarise.pipeline import Summariser
    from summarise.reading import Unread, read
    from summarise.views.terminal import colour_wanted, show_summary

    summariser = Summariser(settings_of(arguments), with_text=True)
    layers = [layer for layer in ("claims", "stances", "figures") if getattr(arguments, layer)]
    shown = 0
    for article in read(arguments.paths, read_options_of(arguments)):
        if isinstance(article, Unread):
            raise article.error
        print(show_summary(summariser.summarise(article), layers=layers, colour=colour_wanted(sys.stdout)))
        shown += 1
    return 0 if shown else 1
