"""The label of a group: what its figures measure, in words of one of the articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from summarise.compare.figures.context import stem_of
from summarise.compare.figures.profile import Profile
from summarise.views.amount import measured
from summarise.views.visible import one_line
from summarise.words import STOP_WORDS

# With fewer telling words a measure says too little, and what follows the number is taken instead.
_TELLING = 2
_MOST_WORDS = 5
# Characters behind the number in which they are looked for: five long words have fewer.
_FARTHEST = 200
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_JOINT = re.compile(r"[,;:.!?()“”\"—–]")


def label(members: Sequence[Profile]) -> str:
    """The measure whose words most of them share; the words after the number where that says little; else the figure itself."""
    common = Counter(stem for profile in members for stem in profile.weights)

    def worth(text: str) -> tuple[int, int, str]:
        """A word that stands around one number only is none of the thing."""
        stems = set(_stems(text))
        return sum(common[stem] for stem in stems if common[stem] > 1), -len(text), text

    measures = {one_line(measured(profile.figure)) for profile in members} - {""}
    best = max(measures, key=worth, default="")
    if len(set(_stems(best))) >= _TELLING:
        return best
    phrases = {phrase for profile in members if (phrase := _phrase(profile))}
    return max(phrases, key=worth, default="") or best or one_line(members[0].figure.quote)


def _phrase(profile: Profile) -> str:
    """The words that follow the number up to the next joint, no stop words at their end; "" where the first of them does not tell."""
    figure, sentence = profile.figure, profile.context.sentence
    start = profile.context.place + len(figure.quote)
    rest = _JOINT.split(sentence[start : start + _FARTHEST], maxsplit=1)[0]
    words = [*_counted(figure.quote), *_WORD.findall(rest)][:_MOST_WORDS]
    while words and words[-1].lower() in STOP_WORDS:
        words.pop()
    return one_line(" ".join(words)) if words and stem_of(words[0]) else ""


def _counted(quote: str) -> list[str]:
    """The words of a figure that say what is counted: "nine people" is people."""
    return [word for word in _WORD.findall(quote) if stem_of(word)]


def _stems(text: str) -> list[str]:
    return [stem for word in _WORD.findall(text) if (stem := stem_of(word))]
