"""Wording: a sentence, or a stretch of one, rewritten as a claim that can be read by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from summarise.clients.mock.attribution import Attribution, CharRange
from summarise.clients.mock.grammar import is_verb
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.parsed_document import ParsedDocument, ParsedSentence
from summarise.clients.mock.speakers import SourcedAttribution
from summarise.text.tokens import folded

LONGEST = 600
_OPENER = re.compile(r"(?:([A-Za-z]+(?: [a-z]+){0,4}),\s+|(And|But|Yet|So|Then)\s+)(?=\S)")
# "MOSCOW, May 8, 2015 (Agency) - "
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’-]+(?:[ ,/]+[A-Z][A-Za-z.'’-]*){0,4}(?:,? \d{1,2})?(?:, \d{4})?(?: ?\([^()]{1,40}\))?\s*(?:--|[-–—])\s+(?=[A-Z\"“‘])"
)
_PAIRS = (("“", "”"), ("``", "''"), ("«", "»"))
# The marks of emphasis in Markdown, at the edge of a word.
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=[^\s*_])|(?<=[^\s*_])[*_]{1,3}(?!\w)")
_QUOTE_MARKS = '"“”'


def as_sentence(text: str) -> str:
    """`text` without "However," and the like, a capital first, quotation marks balanced, a stop at the end; at most `LONGEST` long."""
    text = folded(_EMPHASIS.sub("", text))
    dateline = _DATELINE.match(text)
    text = shortened(balanced(without_opener(text[dateline.end() :] if dateline else text)))
    text = text.rstrip(" ,;:—–-")
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    closed = text.rstrip("\"”’')]» ")
    if closed.endswith((".", "!", "?", "…")):
        return text
    if closed.endswith(",") and closed != text:
        return f"{closed[:-1]}.{text[len(closed) :]}"
    return f"{text}."


def quoted(text: str) -> str:
    """`text` in quotation marks, where it does not stand in them already."""
    return text if not text or text[0] in '"“«' else f"“{text}”"


def without_opener(text: str) -> str:
    match = _OPENER.match(text)
    if not match:
        return text
    opener = (match[1] or match[2]).lower().replace(" ", "_")
    return text[match.end() :] if opener in words("grammar", "openers") else text


def balanced(text: str) -> str:
    """Add the quotation mark that is missing at either end."""
    for opens, closes in _PAIRS:
        lacking = text.count(opens) - text.count(closes)
        if lacking > 0:
            text += closes * min(lacking, 1)
        elif lacking < 0:
            text = opens + text
    return f'{text}"' if text.count('"') % 2 and text.startswith('"') else f'"{text}' if text.count('"') % 2 else text


def shortened(text: str) -> str:
    """`text`, cut behind its last sentence or word where it is too long."""
    if len(text) <= LONGEST - 4:
        return text
    cut = text[: LONGEST - 8]
    stop = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    cut = cut[: stop + 1] if stop > 80 else cut[: max(cut.rfind(" "), 80)] + " …"
    return balanced(cut)


LEAST_SHARE = 0.22
_VIEWS = frozenset({"believe", "think", "feel", "expect", "argue", "hope", "fear"})
# As many words of the article's own before a source make a statement of its own.
_LEAST_OWN_WORDS = 5
_FUSED = frozenset("what than whom".split())


@dataclass(frozen=True, slots=True)
class AttributedSentence:
    """What one sentence claims: `inside` are the speaker's words in it, in characters of the text, `share` their part of its letters."""

    sourced: SourcedAttribution
    share: float
    inside: list[CharRange]


def attributed_sentences(parsed: ParsedDocument, said: Sequence[SourcedAttribution]) -> dict[int, AttributedSentence]:
    """By sentence number; sentences that nobody tells, or hardly, have none: those are the article's own voice."""
    best: dict[int, AttributedSentence] = {}
    for sourced in said:
        if _is_stated(sourced):
            for number, inside in _by_sentence(parsed, sourced.attribution.spans).items():
                share = _share(parsed.sentences[number - 1], inside)
                if share >= LEAST_SHARE and (number not in best or share > best[number].share):
                    best[number] = AttributedSentence(sourced, share, inside)
    return {
        number: attributed for number, attributed in best.items() if not _is_by_the_way(parsed, parsed.sentences[number - 1], attributed)
    }


def _is_stated(sourced: SourcedAttribution) -> bool:
    """Views are told; what somebody knows, sees or plans is the article's own voice."""
    return sourced.attribution.kind != "believes" or sourced.attribution.cue in _VIEWS


def _sentences_between(parsed: ParsedDocument, start: int, end: int) -> list[ParsedSentence]:
    """The sentences that hold the characters [start, end)."""
    return parsed.sentences[parsed.sentence_at(start) : parsed.sentence_at(max(start, end - 1)) + 1]


def _by_sentence(parsed: ParsedDocument, spans: Sequence[CharRange]) -> dict[int, list[CharRange]]:
    """By number, the sentences that `spans` reach into, with what of them each sentence holds."""
    found: dict[int, list[CharRange]] = {}
    for start, end in spans:
        for sentence in _sentences_between(parsed, start, end):
            if start < sentence.end and end > sentence.start:
                found.setdefault(sentence.number, []).append((max(start, sentence.start), min(end, sentence.end)))
    return found


def _share(sentence: ParsedSentence, inside: Sequence[CharRange]) -> float:
    return sum(b - a for a, b in inside) / max(1, sentence.end - sentence.start)


def _is_by_the_way(parsed: ParsedDocument, sentence: ParsedSentence, attributed: AttributedSentence) -> bool:
    """Whether the sentence says something of its own before it comes to its source: "Talks broke up when Lind announced that …"."""
    source, inside = attributed.sourced.attribution.source, attributed.inside
    if source is None or attributed.sourced.attribution.sentence != sentence.number:
        return False
    tokens = parsed.tokens
    before = tokens.between(sentence.start, min(inside[0][0], tokens.starts[source.start]))
    first, hinge = (tokens.lows[before.start], tokens.lows[before.stop - 1]) if before else ("", "")
    if hinge in _FUSED:
        return True  # "half of what scientists say they may land"
    if len(before) < _LEAST_OWN_WORDS:
        return False
    leads_in = any(first in words("grammar", kind) for kind in ("prepositions", "subordinators", "auxiliaries")) or first.endswith("ing")
    acts = hinge in words("grammar", "subordinators") or any(is_verb(tokens.lows[i]) or tokens.lows[i].endswith("ed") for i in before[1:])
    return acts and not leads_in


# Cues whose words are kept in the claim: without "denied" or "called" the statement would be another.
_KEEP_KIND = frozenset({"denies", "demands", "judges", "beside", "believes"})
_UNCLEAR = frozenset("he she it they we i this that these those there here his her its their my our him them such who which".split())
_CONDITIONS = frozenset("without with under despite given if unless until because although though while should were had".split())
_PRONOUNS = frozenset("he she it they".split())
_RESTATING_QUOTE_MARKS = "\"“`'‘«"
_FEWEST_WORDS = 4


def restated(parsed: ParsedDocument, sentence: ParsedSentence, attributed: AttributedSentence) -> str:
    """What the speaker says: their words alone where these are a whole statement, else the sentence with its source."""
    attribution = attributed.sourced.attribution
    own = _own_words(parsed, attributed)
    if attribution.kind == "interview":
        return quoted(own or "")
    if keeps_cue(attribution) or attributed.sourced.speaker is None or _is_conditional(parsed, sentence, attributed):
        return whole(parsed, sentence, attributed)
    return own or whole(parsed, sentence, attributed)


def keeps_cue(attribution: Attribution) -> bool:
    """Whether the statement cannot be told without its cue."""
    return attribution.kind in _KEEP_KIND or attribution.cue == "declare"


def whole(parsed: ParsedDocument, sentence: ParsedSentence, attributed: AttributedSentence) -> str:
    """The sentence, with the speaker's name in place of a pronoun that stands for it."""
    text, source, speaker = parsed.text, attributed.sourced.attribution.source, attributed.sourced.speaker
    if source is None or not speaker or source.stop - source.start != 1 or parsed.tokens.lows[source.start] not in _PRONOUNS:
        return as_sentence(text[sentence.start : sentence.end])
    start, end = parsed.tokens.starts[source.start], parsed.tokens.ends[source.start]
    if not sentence.start <= start < sentence.end or speaker.split()[-1] in text[sentence.start : sentence.end]:
        return as_sentence(text[sentence.start : sentence.end])
    return as_sentence(f"{text[sentence.start : start]}{speaker}{text[end : sentence.end]}")


def names_source(parsed: ParsedDocument, sentence: ParsedSentence, attributed: AttributedSentence) -> bool:
    """Whether the sentence itself says who speaks, so that it can be told as it stands."""
    attribution = attributed.sourced.attribution
    if attribution.kind in {"interview", "quote"} or attribution.source is None or attribution.sentence != sentence.number:
        return False
    return sentence.start <= parsed.tokens.starts[attribution.source.start] < sentence.end


def _own_words(parsed: ParsedDocument, attributed: AttributedSentence) -> str | None:
    """The speaker's words; None where they cannot stand alone."""
    inside = attributed.inside
    if attributed.sourced.attribution.kind != "interview" and not (inside and _stands_alone(parsed, inside)):
        return None
    return as_sentence(" ".join(parsed.text[a:b].strip() for a, b in inside))


def _is_conditional(parsed: ParsedDocument, sentence: ParsedSentence, attributed: AttributedSentence) -> bool:
    """ "Without the wall, Lind says, …": what stands before the speaker limits what is said, and must not be cut."""
    first = parsed.tokens.between(sentence.start, sentence.end).start
    return parsed.tokens.lows[first] in _CONDITIONS and attributed.inside[0][0] > parsed.tokens.starts[first]


def _stands_alone(parsed: ParsedDocument, inside: Sequence[tuple[int, int]]) -> bool:
    """Whether the speaker's words are a whole statement: a subject that is no pronoun, and a verb before the first comma."""
    tokens = parsed.tokens
    held = [i for a, b in inside for i in tokens.between(a, b)]
    spelled = [i for i in held if tokens.words[i][0].isalnum()]
    if len(spelled) < _FEWEST_WORDS:
        return False
    first = tokens.lows[spelled[0]]
    if parsed.text[inside[0][0]] in _RESTATING_QUOTE_MARKS:
        return tokens.words[spelled[0]][0].isupper() or (first == tokens.words[spelled[0]] and len(inside) > 1)
    leads = any(first in words("grammar", kind) for kind in ("prepositions", "subordinators"))
    return not leads and first not in _UNCLEAR | {"to", "and"} and _has_verb(tokens.lows, held)


def _has_verb(lows: Sequence[str], held: Sequence[int]) -> bool:
    """Whether a verb stands behind the subject and before a clause that hangs on it."""
    for i in held[1:]:
        if lows[i] == "," or lows[i] in words("grammar", "relatives"):
            return False
        if is_verb(lows[i]) or (lows[i].endswith("ed") and lows[i - 1] not in words("grammar", "determiners")):
            return True
    return False
