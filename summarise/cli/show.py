"""`summarise show`."""

from __future__ import annotations

import argparse
import os
import sys


def show(arguments: argparse.Namespace) -> int:
    from summarise import display
    from summarise.cli.settings import read_options_of, settings_of
    from summarise.cli.signals import finishing
    from summarise.cli.terminal import put
    from summarise.pipeline import Summariser
    from summarise.reading import Unread, read

    layers = [layer for layer in ("claims", "stances", "figures") if getattr(arguments, layer)]
    colour = display.wants_colour(sys.stdout, os.environ)
    with Summariser(settings_of(arguments)) as summariser, finishing(summariser.stop):
        for article in read(arguments.paths, read_options_of(arguments)):
            if isinstance(article, Unread):
                raise article.error
            item = summariser.summarise(article)
            lines = display.show(item, colour=colour, layers=layers, text=article.text, with_text=arguments.text)
            put("".join(f"{line}\n" for line in lines), visible=str)  # display has made the texts safe, and its colours are ours
    return 0
