"""Wording: a sentence, or the part of it that a source says, as a claim that can be read by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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


# The least part of a sentence that makes it a source's; the rest of a sentence names the source, or is the article's.
LEAST_SHARE = 0.22
_VIEWS = frozenset({"believe", "think", "feel", "expect", "argue", "hope", "fear"})
# As many words of the article's own before a source make a statement of its own.
_LEAST_OWN_WORDS = 5
_FUSED = frozenset("what than whom".split())


@dataclass(frozen=True, slots=True)
class AttributedSentence:
    """A sentence with its source: `inside` are the source's words in it, in characters of the text, `share` their part of its length."""

    sentence: ParsedSentence
    attribution: Attribution
    speaker: str | None
    share: float
    inside: list[CharRange]


def attributed_sentences(parsed: ParsedDocument, sourced: Sequence[SourcedAttribution]) -> dict[int, AttributedSentence]:
    """The sentences that are mainly the words of a source, by their numbers; the others are the article's own."""
    best: dict[int, AttributedSentence] = {}
    for one in sourced:
        # Views are stated; what somebody knows, sees or plans is reported by the article.
        if one.attribution.kind != "believes" or one.attribution.cue in _VIEWS:
            for sentence, inside in _by_sentence(parsed, one.attribution.spans):
                share = sum(end - start for start, end in inside) / max(1, sentence.end - sentence.start)
                if share >= LEAST_SHARE and (sentence.number not in best or share > best[sentence.number].share):
                    best[sentence.number] = AttributedSentence(sentence, one.attribution, one.speaker, share, inside)
    return {number: attributed for number, attributed in best.items() if not _states_more(parsed, attributed)}


def _by_sentence(parsed: ParsedDocument, spans: Sequence[CharRange]) -> Iterable[tuple[ParsedSentence, list[CharRange]]]:
    """The sentences that `spans` reach into, with what of them each sentence holds."""
    found: dict[int, list[CharRange]] = {}
    for start, end in spans:
        for sentence in parsed.sentences[parsed.sentence_at(start) : parsed.sentence_at(max(start, end - 1)) + 1]:
            if start < sentence.end and end > sentence.start:
                found.setdefault(sentence.number, []).append((max(start, sentence.start), min(end, sentence.end)))
    return ((parsed.sentences[number - 1], inside) for number, inside in found.items())


def _states_more(parsed: ParsedDocument, attributed: AttributedSentence) -> bool:
    """Whether the sentence states something of its own before it comes to its source: "Talks broke up when Lind announced that …"."""
    source, sentence = attributed.attribution.source, attributed.sentence
    if source is None or attributed.attribution.sentence != sentence.number:
        return False
    tokens = parsed.tokens
    before = tokens.between(sentence.start, min(attributed.inside[0][0], tokens.starts[source.start]))
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
_QUOTE_MARKS = "\"“`'‘«"
_FEWEST_WORDS = 4


def restated(parsed: ParsedDocument, attributed: AttributedSentence) -> str:
    """What the speaker says: their words alone where these are a whole statement, else the sentence with its source."""
    if attributed.attribution.kind == "interview":
        return quoted(_joined(parsed, attributed.inside))
    needs_source = _needs_cue(attributed.attribution) or attributed.speaker is None or _is_conditional(parsed, attributed)
    if needs_source or not _stands_alone(parsed, attributed.inside):
        return whole(parsed, attributed)
    return _joined(parsed, attributed.inside) or whole(parsed, attributed)


def _joined(parsed: ParsedDocument, inside: Sequence[CharRange]) -> str:
    return as_sentence(" ".join(parsed.text[start:end].strip() for start, end in inside))


def _needs_cue(attribution: Attribution) -> bool:
    """Whether the statement would be another without its cue."""
    return attribution.kind in _KEEP_KIND or attribution.cue == "declare"


def whole(parsed: ParsedDocument, attributed: AttributedSentence) -> str:
    """The sentence, with the speaker's name in place of a pronoun that stands for it."""
    source, speaker, sentence = attributed.attribution.source, attributed.speaker, attributed.sentence
    text = parsed.text[sentence.start : sentence.end]
    if source is None or not speaker or source.stop - source.start != 1 or parsed.tokens.lows[source.start] not in _PRONOUNS:
        return as_sentence(text)
    start, end = parsed.tokens.starts[source.start] - sentence.start, parsed.tokens.ends[source.start] - sentence.start
    if not 0 <= start < len(text) or speaker.split()[-1] in text:
        return as_sentence(text)
    return as_sentence(f"{text[:start]}{speaker}{text[end:]}")


def names_source(parsed: ParsedDocument, attributed: AttributedSentence) -> bool:
    """Whether the sentence itself says who speaks, so that it can stand alone."""
    attribution, sentence = attributed.attribution, attributed.sentence
    if attribution.kind in {"interview", "quote"} or attribution.source is None or attribution.sentence != sentence.number:
        return False
    return sentence.start <= parsed.tokens.starts[attribution.source.start] < sentence.end


def _is_conditional(parsed: ParsedDocument, attributed: AttributedSentence) -> bool:
    """Whether what stands before the speaker limits what is said, and must not be cut: "Without the wall, Lind says, …"."""
    first = parsed.tokens.between(attributed.sentence.start, attributed.sentence.end).start
    return parsed.tokens.lows[first] in _CONDITIONS and attributed.inside[0][0] > parsed.tokens.starts[first]


def _stands_alone(parsed: ParsedDocument, inside: Sequence[CharRange]) -> bool:
    """Whether the speaker's words are a whole statement: a subject that is no pronoun, and a verb before the first comma."""
    tokens = parsed.tokens
    held = [i for a, b in inside for i in tokens.between(a, b)]
    spelled = [i for i in held if tokens.words[i][0].isalnum()]
    if len(spelled) < _FEWEST_WORDS:
        return False
    first = tokens.lows[spelled[0]]
    if parsed.text[inside[0][0]] in _QUOTE_MARKS:
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
