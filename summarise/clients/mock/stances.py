"""Stances: who is for or against what, by verbs of support and opposition and by words of praise and blame in judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from summarise.clients.mock.attribution import questions
from summarise.clients.mock.grammar import Clause, Phrase, before_verb, is_verb, subject_left, subject_right
from summarise.clients.mock.lexicon import forms, words
from summarise.clients.mock.parsed_document import ParsedDocument, ParsedSentence
from summarise.clients.mock.reported_speech import first_subject
from summarise.clients.mock.speakers import Speakers
from summarise.clients.mock.wording import AttributedSentence
from summarise.schema import DraftStance, Polarity

_SENTIMENT_NEAR = 3


def sign(lows: Sequence[str], k: int) -> int:
    """+1 where the word at k praises, -1 where it blames, turned round by a negation shortly before it; else 0."""
    low = lows[k]
    value = (low in words("sentiment", "praise")) - (low in words("sentiment", "blame"))
    if value and any(w in words("sentiment", "negators") for w in lows[max(0, k - _SENTIMENT_NEAR) : k]):
        return -value
    return value


def balance(lows: Sequence[str]) -> int:
    """The words that praise less those that blame."""
    return sum(sign(lows, k) for k in range(len(lows)))


_MOST = 30
_LONGEST_TARGET = 8
_LONGEST_JUDGEMENT = 16
_NOT = frozenset("not never n't t no cannot hardly".split())
_UNREAL = frozenset("would could should may might if whether must can".split())
_BE = frozenset("is are was were be been being".split())


@dataclass(frozen=True, slots=True)
class StanceSignal:
    """A sign of a stance: `holder` is for (+1) or against (-1) what begins with `target`."""

    sentence: int
    holder: Phrase
    target: Phrase
    sign: int


def find_stances(parsed: ParsedDocument, speakers: Speakers) -> list[DraftStance]:
    """One row for each holder and target, in text order; holders that cannot be named are left out."""
    rows: dict[tuple[str, str], list[StanceSignal]] = {}
    for signal in signals(parsed):
        holder = speakers.name(signal.holder, signal.sentence)
        target = _target(parsed, speakers, signal)
        if (
            holder
            and target
            and _is_holder(parsed, signal)
            and holder.lower() not in target.lower()
            and target.lower() not in holder.lower()
        ):
            rows.setdefault((holder, target), []).append(signal)
    return [_row(holder, target, found) for (holder, target), found in rows.items()][:_MOST]


def _row(holder: str, target: str, found: Sequence[StanceSignal]) -> DraftStance:
    signs = {signal.sign for signal in found}
    polarity: Polarity = "mixed" if len(signs) > 1 else "favour" if 1 in signs else "against"
    return DraftStance(holder=holder, target=target, polarity=polarity, sentences=list(dict.fromkeys(e.sentence for e in found))[:6])


def _is_holder(parsed: ParsedDocument, signal: StanceSignal) -> bool:
    """Whether the head of the holder is somebody: a name, a pronoun that was resolved, people, an office or an institution."""
    tokens, holder = parsed.tokens, signal.holder
    inside = range(holder.start, holder.stop)
    head = next((i - 1 for i in inside[1:] if tokens.lows[i] in words("grammar", "prepositions")), holder.stop - 1)
    low = tokens.lows[head]
    kinds = ("plural_people", "offices", "institutions", "titles")
    return tokens.words[head][0].isupper() or low in {"he", "she", "who"} or any(low in words("people", kind) for kind in kinds)


def _target(parsed: ParsedDocument, speakers: Speakers, signal: StanceSignal) -> str | None:
    tokens, start, stop = parsed.tokens, signal.target.start, signal.target.stop
    while start < stop and tokens.lows[start] in {"the", "a", "an"}:
        start += 1
    lows = tokens.lows[start:stop]
    if (
        not lows
        or lows[-1] in words("stances", "no_targets")
        or lows[-1] in {"to", "s"}
        or lows[0] in words("grammar", "prepositions")
        or lows[0] in words("grammar", "pronouns")
        or lows[0] in words("grammar", "determiners")
        or not any(low[0].isalpha() for low in lows)
    ):
        return None
    name = speakers.person(Phrase(start, stop, 0, 0))
    return (name or tokens.phrase(start, stop))[:200]


def signals(parsed: ParsedDocument) -> Iterator[StanceSignal]:
    """Every sign of a stance outside boilerplate and quotes, in text order."""
    judges, verbs = forms("stances", "judges"), _table()
    for sentence, clause, boilerplate in zip(parsed.sentences, parsed.clauses, parsed.kinds.boilerplate, strict=True):
        if boilerplate or not sentence.is_prose:
            continue
        for k, low in enumerate(clause.lows):
            signal = _judgement(parsed, sentence, clause, k) if low in judges else None
            signal = signal or (_verb_at(sentence, clause, k, verbs[low]) if low in verbs else None)
            if signal:
                yield signal


def _verb_at(sentence: ParsedSentence, clause: Clause, k: int, found: dict[str, int]) -> StanceSignal | None:
    after = clause.low(k + 1)
    width, sign = (2, found[after]) if after in found and after else (1, found.get("", 0))
    return _verb(sentence, clause, k, width, sign) if sign else None


@cache
def _table() -> dict[str, dict[str, int]]:
    """For each inflected stance verb, its sign by the particle behind it ("" for none)."""
    table: dict[str, dict[str, int]] = {}
    for section, sign in (("for", 1), ("against", -1)):
        for form in forms("stances", section):
            verb, _, particle = form.partition("_")
            table.setdefault(verb, {})[particle] = sign
    return table


def _verb(sentence: ParsedSentence, clause: Clause, k: int, width: int, sign: int) -> StanceSignal | None:
    """ "X backs Y", "X did not back Y", "X voted to back Y", "Y was criticised by X"."""
    j = before_verb(clause, k)
    between = {clause.low(i) for i in range(j + 1, k)}
    if between & _UNREAL or _is_noun(clause, k):
        return None
    if between & _NOT:
        sign = -1 if sign > 0 else 0
    if between & _BE and not clause.low(k).endswith("ing"):
        return _passive(sentence, clause, k, width, sign)
    holder, sign = _holder(clause, k, j, sign)
    if holder and clause.low(k) in _bases() and not _may_be_bare(clause, k, holder):
        return None
    at = k + width
    while clause.low(at) in {"“", "”", "‘", "’"}:
        at += 1
    target = object_right(clause, at) if _may_be_verb(clause, k, at) else None
    return StanceSignal(sentence.number, holder, target, sign) if holder and target and sign else None


def _is_noun(clause: Clause, k: int) -> bool:
    before = clause.low(k - 1)
    return (
        before in words("grammar", "determiners")
        or before == "s"
        or (before in words("grammar", "prepositions") and before != "to")
        or clause.low(k + 1) == "of"
        or (k > 0 and clause.word(k)[0].isupper())
    )


def _may_be_verb(clause: Clause, k: int, at: int) -> bool:
    """A form in -s may be a plural noun ("the attacks hurt …"): it needs an object that is plainly one."""
    low, follows = clause.low(k), clause.word(at)
    return not low.endswith("s") or low.endswith("ss") or follows[:1].isupper() or follows.lower() in words("grammar", "determiners")


@cache
def _bases() -> frozenset[str]:
    return frozenset(base for section in ("for", "against") for base in forms("stances", section).values())


def _may_be_bare(clause: Clause, k: int, holder: Phrase) -> bool:
    """Whether a base form can be a verb here: a helping verb or "to" before it, or a plural subject; else "support" is a noun."""
    before, last = clause.low(k - 1), clause.tokens.lows[holder.stop - 1]
    helped = before == "to" or before in words("grammar", "auxiliaries") or before in words("grammar", "negations")
    return (
        helped
        or last.endswith("s")
        or last in {"i", "we", "they", "who", "people", "police"}
        or clause.low(k - 1) in words("people", "plural_people")
    )


def _holder(clause: Clause, k: int, j: int, sign: int) -> tuple[Phrase | None, int]:
    """The subject of a stance verb; behind "to", the subject of the verb that governs it ("voted to back", "refused to back")."""
    if clause.low(j) in {"and", "but"}:
        return first_subject(clause, k), sign
    if clause.low(j) != "to":
        return (subject_left(clause, k), sign) if not clause.low(k).endswith("ing") or clause.low(k - 1) in _BE else (None, 0)
    governor = clause.low(j - 1)
    if governor in forms("stances", "governs"):
        negated = {clause.low(i) for i in range(before_verb(clause, j - 1) + 1, j - 1)} & (_NOT | _UNREAL)
        return (None, 0) if negated else (subject_left(clause, j - 1), sign)
    return None, 0


def _passive(sentence: ParsedSentence, clause: Clause, k: int, width: int, sign: int) -> StanceSignal | None:
    at = k + width
    if clause.low(at) != "by" or not sign:
        return None
    holder, target = subject_right(clause, at), subject_left(clause, k)
    return StanceSignal(sentence.number, holder, target, sign) if holder and target else None


def object_right(clause: Clause, k: int) -> Phrase | None:
    """The noun phrase that begins at k: to the first verb, sign or preposition other than "of"."""
    stop = k
    while stop < len(clause.items) and stop - k < _LONGEST_TARGET and not _ends_object(clause, stop, k):
        stop += 1
    while stop > k and clause.low(stop - 1) in {"of", "the", "a", "s", "and", "or", "to"}:
        stop -= 1
    return clause.phrase(k, _past_bare_noun(clause, k, stop))


def _past_bare_noun(clause: Clause, k: int, stop: int) -> int:
    """A lone common noun says too little: "the relationship" goes on to "with Putin"."""
    nouns = [i for i in range(k, stop) if clause.low(i) not in words("grammar", "determiners")]
    if len(nouns) != 1 or clause.word(nouns[0])[0].isupper() or clause.low(stop) not in {"with", "to", "between", "on", "against", "for"}:
        return stop
    end = stop + 1
    while end - stop <= 4 and clause.word(end)[:1].isupper() and clause.items[end] >= 0:
        end += 1
    return end if end > stop + 1 else stop


def _ends_object(clause: Clause, k: int, start: int) -> bool:
    low = clause.low(k)
    if low == '"' or not (low[0].isalnum() or (low == "." and len(clause.low(k - 1)) <= 3 and k + 1 < len(clause.items))):
        return True
    closed = (
        low in words("grammar", "subordinators")
        or low in words("grammar", "relatives")
        or low in words("grammar", "weekdays")
        or low in words("grammar", "times")
    )
    preposition = low in words("grammar", "prepositions") and low not in {"of", "like"}
    headed = clause.low(k - 1) in words("grammar", "determiners") or clause.low(k - 1) == "s"
    verb = k > start and not headed and (is_verb(low) or low.endswith("ing")) and not clause.word(k)[0].isupper()
    return closed or preposition or verb or low in {"and", "or"} or (low in words("grammar", "adverbs") and k > start)


def _judgement(parsed: ParsedDocument, sentence: ParsedSentence, clause: Clause, k: int) -> StanceSignal | None:
    """ "X called Y a threat": the words behind the object praise or blame it."""
    j = before_verb(clause, k)
    if {clause.low(i) for i in range(j + 1, k)} & (_NOT | _UNREAL | _BE) or _is_noun(clause, k):
        return None
    gerund = clause.low(k).endswith("ing") and clause.low(k - 1) not in _BE
    holder, stop = None if gerund else subject_left(clause, k), _judged_end(clause, k + 1)
    if holder and clause.low(holder.at - 1) == "what":
        return None
    bare = clause.low(k + 1) == "as"
    target = (_antecedent(clause, holder) if holder else None) if bare else clause.phrase(k + 1, stop)
    value = balance(_judging_words(parsed, clause, stop)) if target and holder else 0
    return StanceSignal(sentence.number, holder, target, 1 if value > 0 else -1) if holder and target and value else None


def _antecedent(clause: Clause, holder: Phrase) -> Phrase | None:
    """What "whom" stands for in "Putin, whom he described as …"."""
    at = holder.at - 1
    if clause.low(at) != "whom":
        return None
    at -= clause.low(at - 1) == ","
    start = at
    while start > 0 and clause.word(start - 1)[:1].isupper():
        start -= 1
    return clause.phrase(start, at)


def _judged_end(clause: Clause, k: int) -> int:
    """Where the object of "called" ends and the judgement begins."""
    stop = k
    if clause.low(stop) in words("grammar", "determiners"):
        stop += 1
    while stop < len(clause.items) and stop - k < _LONGEST_TARGET:
        low = clause.low(stop)
        judging = low in words("sentiment", "praise") or low in words("sentiment", "blame") or low.endswith("ly")
        if (stop > k and (low in {"a", "an", "the", "as", '"', "“"} or judging)) or not (low[0].isalnum() or low == "’s"):
            break
        stop += 1
    return stop


def _judging_words(parsed: ParsedDocument, clause: Clause, start: int) -> list[str]:
    """The words of a judgement in lower case, those inside a quote too, to the next comma."""
    lows: list[str] = []
    for k in range(start, min(start + _LONGEST_JUDGEMENT, len(clause.items))):
        item = clause.items[k]
        if item < 0:
            quote = parsed.quotes[~item]
            inside = parsed.tokens.between(quote.start, quote.end)
            return lows + parsed.tokens.lows[inside.start : min(inside.stop, inside.start + _LONGEST_JUDGEMENT)]
        if clause.low(k) in {",", ";", "."}:
            break
        lows.append(clause.low(k))
    return lows


_HOLDS = frozenset({"think", "believe"})
_THIS = frozenset({"this", "that", "it"})
_IS = frozenset({"is", "was"})
_DECIDES = frozenset({"vote", "decide", "agree", "plan", "offer", "move"})
_FARTHEST_TO = 8
_LONGEST_AUTHOR_JUDGEMENT = 6
# "This" is what was decided in the same paragraph or the one before.
_FARTHEST = 1


def author_judgements(parsed: ParsedDocument, attributed: Mapping[int, AttributedSentence]) -> list[DraftStance]:
    """ "The council voted to move the market. I think this is a mistake.": the author is against "move the market".

    A decision may stand in a sentence with another source, a judgement may not.
    """
    found: list[DraftStance] = []
    decided: tuple[ParsedSentence, str] | None = None
    interview = bool(questions(parsed))
    for sentence, clause, claimable in zip(parsed.sentences, parsed.clauses, parsed.kinds.claimable, strict=True):
        if not claimable or not sentence.is_prose:
            continue
        sign = 0 if interview or _is_anothers(parsed, attributed.get(sentence.number)) else _author_judgement(clause)
        if sign and decided and sentence.paragraph - decided[0].paragraph <= _FARTHEST:
            sentences = [decided[0].number, sentence.number]
            found.append(DraftStance(holder=None, target=decided[1], polarity="favour" if sign > 0 else "against", sentences=sentences))
            decided = None
        decision = next(_decisions(clause), None)
        decided = (sentence, decision) if decision else decided
    return found


def _is_anothers(parsed: ParsedDocument, attributed: AttributedSentence | None) -> bool:
    """Whether a sentence is the words of anybody but the author ("I think …" is an attribution too)."""
    if attributed is None:
        return False
    source = attributed.attribution.source
    return source is None or parsed.tokens.lows[source.start : source.stop] != ["i"]


def _author_judgement(clause: Clause) -> int:
    """The sign of "I think this is a mistake" at the head of a sentence; 0 for anything else."""
    k = 3 if clause.low(2) == "that" and clause.low(3) in _THIS else 2
    if clause.low(0) != "i" or clause.low(1) not in _HOLDS or clause.low(k) not in _THIS or clause.low(k + 1) not in _IS:
        return 0
    end = next(
        (i for i in range(k + 2, k + 2 + _LONGEST_AUTHOR_JUDGEMENT) if clause.low(i) in {"", ",", ".", ";"}),
        k + 2 + _LONGEST_AUTHOR_JUDGEMENT,
    )
    value = balance(clause.lows[k + 2 : end])
    return (value > 0) - (value < 0)


def _decisions(clause: Clause) -> Iterator[str]:
    """What somebody voted or decided to do: a verb and its object."""
    known = forms("stances", "governs")
    for k, low in enumerate(clause.lows):
        if known.get(low) in _DECIDES and low != known[low]:
            to = next((i for i in range(k + 1, k + 1 + _FARTHEST_TO) if clause.low(i) == "to" and clause.low(i + 1).isalpha()), None)
            phrase = object_right(clause, to + 2) if to is not None else None
            if to is not None and phrase and clause.items[to + 1] >= 0:
                yield clause.tokens.phrase(clause.items[to + 1], phrase.stop)
