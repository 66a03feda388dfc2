"""The grounder: nothing gets through that the article does not bear out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.article import Article
from summarise.clients.protocol import Answer
from summarise.document import Document
from summarise.errors import ModelOutputError
from summarise.ground import check, merge, settle
from summarise.ground.parse import parse
from summarise.pipeline import assemble
from summarise.prompt import load
from summarise.schema import Correction, Draft, DraftClaim, DraftFigure, DraftStance, MissedFigure, Summary
from summarise.text.sanitise import safe

TEXT = """\
Harbour council backs tunnel

The harbour council of Eldmouth voted on Tuesday to back a road tunnel that will cost 1.4 billion euros, its chair, Marta Lind, said.
The tunnel will take at least 12,000 lorries a day off the old bridge, Lind told reporters.
Opposition councillor Piet Aalders called the plan a monument to concrete.
Nordlink denied on 3 March 2025 that it had offered to sell its two terminals.
"""
DOCUMENT = Document.of(Article(TEXT, id="tunnel", published="2025-04-08"))
COST, LORRIES, PLAN, DENIAL = 2, 3, 4, 5


def draft(**items: object) -> Draft:
    empty: dict[str, object] = {"gist": "The council backs a tunnel.", "claims": [], "stances": [], "figures": [], "missed_figures": []}
    return Draft.model_validate(empty | items)


def claim(text: str, *sentences: int, speaker: str | None = None, mode: str = "asserts") -> DraftClaim:
    return DraftClaim.model_validate({"text": text, "speaker": speaker, "mode": mode, "sentences": list(sentences)})


def stance(holder: str | None, target: str, polarity: str, *sentences: int) -> DraftStance:
    return DraftStance.model_validate({"holder": holder, "target": target, "polarity": polarity, "sentences": list(sentences)})


def summarise(given: Draft) -> Summary:
    grounded = settle([given.model_dump_json()], DOCUMENT)
    return assemble(DOCUMENT, load(), grounded, [Answer(contents=(), client="test")])


def why(summary: Summary) -> list[str]:
    return [f"{d.kind}: {d.why}" for d in summary.checks.dropped]


def test_the_document_of_these_tests_is_numbered_as_they_assume() -> None:
    assert [DOCUMENT.quote(s)[:12] for s in DOCUMENT.sentences] == [
        "Harbour coun",
        "The harbour ",
        "The tunnel w",
        "Opposition c",
        "Nordlink den",
    ]
    assert [(m.id, m.sentence, m.figure.value) for m in DOCUMENT.mentions] == [
        ("f1", COST, Decimal("1400000000")),
        ("f2", LORRIES, Decimal(12000)),
        ("f3", DENIAL, Decimal(2)),
    ]


def test_a_claim_is_proved_by_its_whole_sentence_and_cites_the_figures_that_it_names() -> None:
    said = claim("The tunnel will cost 1.4 billion euros.", COST, speaker="Marta Lind")
    summary = summarise(draft(claims=[said], figures=[DraftFigure(id="f1"), DraftFigure(id="f2")]))
    (only,) = summary.claims
    assert (only.id, only.speaker, only.figures) == ("c1", "Marta Lind", ["f1"])
    assert [e.quote for e in only.evidence] == [DOCUMENT.quote(DOCUMENT.sentences[COST - 1])]
    assert (summary.figures[0].quote, summary.figures[0].value, summary.figures[0].currency) == (
        "1.4 billion euros",
        Decimal("1.4e9"),
        "EUR",
    )
    assert why(summary) == []


def test_the_program_adds_no_figure_and_fills_no_field_that_the_model_left_out() -> None:
    summary = summarise(draft(claims=[claim("The tunnel will cost 1.4 billion euros.", COST)], figures=[DraftFigure(id="f2")]))
    assert summary.claims[0].figures == []
    assert [(f.quote, f.measure, f.as_of, f.speaker) for f in summary.figures] == [("12,000 lorries a day", None, None, None)]


def test_a_number_that_the_article_lacks_drops_the_claim() -> None:
    summary = summarise(draft(claims=[claim("The tunnel will cost 1.5 billion euros.", COST)]))
    assert summary.claims == []
    assert why(summary) == ["claim: the number '1.5 billion' is not in the article"]


def test_the_end_of_a_range_may_be_said_with_the_scale_of_the_other_end() -> None:
    document = Document.of(Article("The port will cost $3-5 billion, the council said."))
    given = draft(gist="", claims=[claim("The port will cost at least $3 billion, the council said.", 1)])
    assert len(settle([given.model_dump_json()], document).claims) == 1


def test_a_number_of_another_scale_is_another_number() -> None:
    assert why(summarise(draft(claims=[claim("The tunnel will cost 1.4 million euros.", COST)]))) == [
        "claim: the number '1.4 million' is not in the article"
    ]


def test_a_number_that_only_another_sentence_holds_brings_that_sentence_in_as_evidence() -> None:
    summary = summarise(
        draft(claims=[claim("Lind said the tunnel would cost 1.4 billion euros and take lorries off the bridge.", LORRIES)])
    )
    assert [e.start for e in summary.claims[0].evidence] == [DOCUMENT.sentences[n - 1].start for n in (COST, LORRIES)]
    assert summary.checks.warnings == [
        "sentence 2 added as evidence for '1.4 billion' in "
        "'Lind said the tunnel would cost 1.4 billion euros and take lorries off the bridge.'"
    ]


def test_a_sentence_number_that_is_off_by_one_is_mended_and_counted() -> None:
    summary = summarise(draft(claims=[claim("Piet Aalders called the plan a monument to concrete.", LORRIES)]))
    assert summary.claims[0].evidence[0].quote.startswith("Opposition councillor")
    assert len(summary.checks.warnings) == 1


def test_a_claim_that_its_sentence_does_not_say_is_dropped() -> None:
    assert why(summarise(draft(claims=[claim("Voters everywhere demand cheaper airline tickets.", COST)]))) == [
        "claim: sentence 2 does not say it"
    ]


def test_a_speaker_who_is_not_in_the_article_is_left_out_and_costs_no_claim() -> None:
    summary = summarise(draft(claims=[claim("The tunnel will take lorries off the old bridge.", LORRIES, speaker="Anna Berg")]))
    assert [c.speaker for c in summary.claims] == [None]
    assert why(summary) == ["field: speaker: 'Anna', 'Berg' is not in the article"]


def test_a_holder_who_is_not_in_the_article_costs_the_stance() -> None:
    given = draft(stances=[stance("Anna Berg", "tunnel", "against", PLAN)])
    assert (summarise(given).stances, check(DOCUMENT)(given)) == (
        [],
        ["stance 1, 'Anna Berg, tunnel': 'Anna', 'Berg' is not in the article"],
    )


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("marta lind", "Marta Lind"),
        ("Marta Lind (chair)", "Marta Lind"),
        ("Lind, the council's chair", "Lind"),
        ("author", None),
        (None, None),
    ],
)
def test_a_speaker_is_written_as_the_article_writes_it(said: str | None, kept: str | None) -> None:
    summary = summarise(draft(claims=[claim("The tunnel will take lorries off the old bridge.", LORRIES, speaker=said)]))
    assert [c.speaker for c in summary.claims] == [kept]


def test_words_of_two_names_do_not_make_a_third() -> None:
    assert summarise(draft(stances=[stance("Marta Aalders", "tunnel", "against", PLAN)])).stances == []


def test_a_sentence_that_does_not_exist_drops_the_item_and_costs_the_others_nothing() -> None:
    good, bad = claim("The tunnel will take lorries off the old bridge.", LORRIES), claim("The tunnel will cost a lot.", 99)
    summary = summarise(draft(claims=[bad, good]))
    assert [c.text for c in summary.claims] == [good.text]
    assert why(summary) == ["claim: there is no sentence 99; the last is 5"]


def test_a_claim_said_twice_is_kept_once() -> None:
    said = claim("The tunnel will take lorries off the old bridge.", LORRIES)
    summary = summarise(draft(claims=[said, said]))
    assert len(summary.claims) == 1
    assert why(summary) == ["claim: said twice: 'The tunnel will take lorries off the old bridge.'"]


def test_a_pair_of_holder_and_target_has_one_stance() -> None:
    both = [stance("Marta Lind", "the tunnel", "favour", COST), stance("Marta Lind", "The tunnel", "against", COST)]
    summary = summarise(draft(stances=both))
    assert [(s.id, s.holder, s.target, s.polarity) for s in summary.stances] == [("s1", "Marta Lind", "the tunnel", "favour")]
    assert len(summary.checks.dropped) == 1


def test_a_figure_takes_its_value_from_the_rules_and_its_measure_from_the_model() -> None:
    given = DraftFigure(id="f2", measure="lorries taken off the bridge", as_of=None, speaker="Lind")
    (figure,) = summarise(draft(figures=[given])).figures
    assert (figure.value, figure.unit, figure.per, figure.bound) == (Decimal(12000), "lorry", "day", "at_least")
    assert (figure.measure, figure.speaker) == ("lorries taken off the bridge", "Lind")
    assert TEXT[figure.start : figure.end] == figure.quote == "12,000 lorries a day"


def test_a_field_that_does_not_hold_is_dropped_without_its_figure() -> None:
    given = DraftFigure(id="f2", measure="share of 77 harbours", as_of="1999", speaker="Nobody Known")
    summary = summarise(draft(figures=[given]))
    assert len(summary.figures) == 1
    assert summary.figures[0].speaker is None
    assert why(summary) == [
        "field: the number '77' is not in the article",
        "field: the date 1999 is not in the article",
        "field: 'Known' is not in the article",
    ]


@pytest.mark.parametrize("date", ["2025", "2025-03", "2025-03-03"])
def test_a_date_whose_parts_stand_in_the_article_or_its_date_is_kept(date: str) -> None:
    (figure,) = summarise(draft(figures=[DraftFigure(id="f3", measure=None, as_of=date, speaker=None)])).figures
    assert figure.as_of == date


def test_a_marker_that_does_not_exist_or_comes_twice_is_dropped() -> None:
    given = [DraftFigure(id=i, measure=None, as_of=None, speaker=None) for i in ("f2", "f2", "f9")]
    summary = summarise(draft(figures=given))
    assert [f.id for f in summary.figures] == ["f1"]
    assert why(summary) == ["figure: f2 is listed twice", "figure: there is no marker f9"]


def missed(quote: str, sentence: int) -> Draft:
    return draft(missed_figures=[MissedFigure(sentence=sentence, quote=quote, measure=None, as_of=None, speaker=None)])


def test_a_missed_figure_that_has_a_marker_is_that_figure() -> None:
    assert [f.quote for f in summarise(missed("12,000 lorries", LORRIES)).figures] == ["12,000 lorries a day"]


def test_a_missed_figure_must_stand_in_its_sentence() -> None:
    assert why(summarise(missed("13,000 lorries", LORRIES))) == ["missed_figure: sentence 3 does not hold '13,000 lorries'"]


def test_a_missed_figure_must_hold_a_number() -> None:
    assert why(summarise(missed("the old bridge", LORRIES))) == ["missed_figure: 'the old bridge' holds no number that measures something"]


def test_a_gist_with_an_invented_number_gives_way_to_the_claims() -> None:
    said = claim("The tunnel will take lorries off the old bridge.", LORRIES)
    summary = summarise(draft(gist="The council backs 9 tunnels.", claims=[said]))
    assert summary.gist == said.text
    assert why(summary) == ["gist: the number '9' is not in the article"]


def test_markers_that_a_model_copies_are_no_part_of_the_text() -> None:
    said = claim("The tunnel will cost 1.4 billion euros‹f1›.", COST)
    summary = summarise(draft(gist="A tunnel for 1.4 billion euros ‹f1› is backed.", claims=[said]))
    assert (summary.claims[0].text, summary.gist) == (
        "The tunnel will cost 1.4 billion euros.",
        "A tunnel for 1.4 billion euros is backed.",
    )


def test_no_gist_is_no_fault() -> None:
    said = claim("The tunnel will take lorries off the old bridge.", LORRIES)
    summary = summarise(draft(gist=" ", claims=[said]))
    assert (summary.gist, why(summary)) == (said.text, [])


def test_what_a_model_is_told_is_what_would_be_dropped() -> None:
    given = draft(claims=[claim("The tunnel will cost 7 euros.", COST)])
    assert check(DOCUMENT)(given) == ["claim 1, 'The tunnel will cost 7 euros.': the number '7' is not in the article"]


# --- several attempts, broken answers ---------------------------------------------------------------------------------


def test_a_second_answer_mends_the_first_and_loses_none_of_it() -> None:
    kept, fault = claim("The tunnel will take lorries off the old bridge.", LORRIES), claim("It costs 7 euros.", COST)
    first = draft(claims=[kept, fault], figures=[DraftFigure(id="f2")]).model_dump_json()
    second = draft(gist="", claims=[claim("The tunnel will cost 1.4 billion euros.", COST)]).model_dump_json()
    grounded = settle([first, second], DOCUMENT)
    assert [c.text for c in grounded.claims] == [kept.text, "The tunnel will cost 1.4 billion euros."]
    assert [f.figure.quote for f in grounded.figures] == ["12,000 lorries a day"]


def test_the_first_attempt_without_a_fault_counts() -> None:
    bad = draft(claims=[claim("It costs 7 euros.", COST)]).model_dump_json()
    good = draft(claims=[claim("The tunnel will take lorries off the old bridge.", LORRIES)]).model_dump_json()
    assert settle([bad, good, bad], DOCUMENT) == settle([good], DOCUMENT)


def test_of_faulty_attempts_the_one_that_keeps_most_counts() -> None:
    fault = claim("It costs 7 euros.", COST)
    poor = draft(claims=[fault]).model_dump_json()
    rich = draft(claims=[fault, claim("The tunnel will take lorries off the old bridge.", LORRIES)]).model_dump_json()
    assert len(settle([rich, poor], DOCUMENT).claims) == 1


def test_an_invalid_item_does_not_cost_the_valid_ones() -> None:
    content = (
        '{"gist": "The council backs a tunnel.", "claims": [{"text": "no other fields"}, '
        '{"text": "The tunnel will take lorries off the old bridge.", "speaker": null, "mode": "asserts", "sentences": [3]}], '
        '"stances": "none", "figures": [{"id": "g1"}], "extra": 1}'
    )
    grounded = settle([content], DOCUMENT)
    assert [c.text for c in grounded.claims] == ["The tunnel will take lorries off the old bridge."]
    assert [(d.kind, d.why) for d in grounded.dropped] == [
        ("claim", "sentences: Field required"),
        ("stance", "Input should be an object"),
        ("figure", "id: String should match pattern '^f[1-9][0-9]{0,5}$'"),
    ]


def test_an_answer_in_a_code_fence_is_read() -> None:
    given = draft(claims=[claim("The tunnel will take lorries off the old bridge.", LORRIES)])
    assert settle([f"Here it is:\n```json\n{given.model_dump_json()}\n```"], DOCUMENT) == settle([given.model_dump_json()], DOCUMENT)


@pytest.mark.parametrize("content", ["", "I cannot do that.", "[1, 2]", "{}", "null", '{"claims": 3}', "[" * 100_000])
def test_an_answer_that_is_no_draft_is_an_error_of_the_model(content: str) -> None:
    with pytest.raises(ModelOutputError):
        settle([content], DOCUMENT)


def test_no_attempt_at_all_is_an_error_of_the_model() -> None:
    with pytest.raises(ModelOutputError, match="returned nothing"):
        settle([], DOCUMENT)


def test_lists_over_their_limit_are_cut_and_counted() -> None:
    items = ", ".join('{"id": "f2", "measure": null, "as_of": null, "speaker": null}' for _ in range(203))
    grounded = settle([f'{{"gist": "", "claims": [], "stances": [], "figures": [{items}], "missed_figures": []}}'], DOCUMENT)
    assert ("figure", "3 more than the 200 that may be listed") in [(d.kind, d.why) for d in grounded.dropped]


def test_an_answer_that_lists_as_much_as_it_may_says_so() -> None:
    text = "".join(f"The council said that {n} pumps were bought for town {n}.\n\n" for n in range(2, 252))
    document = Document.of(Article(text))
    figures = [{"id": mention.id, "measure": None, "as_of": None, "speaker": None} for mention in document.mentions]
    listed = [settle([draft(figures=figures[:most]).model_dump_json()], document).warnings for most in (199, 200)]
    assert listed == [[], [f"an answer may list 200 figures and this one does; the article has {len(figures)} marked numbers"]]


def test_huge_items_are_only_glanced_at() -> None:
    grounded = settle(['{"claims": ["' + "x" * 2_000_000 + '"], "gist": "tunnel"}'], DOCUMENT)
    assert all(len(str(d.item)) < 400 for d in grounded.dropped)


def test_parts_of_one_article_merge_rank_by_rank_and_without_repeats() -> None:
    one = settle([draft(claims=[claim("The tunnel will take lorries off the old bridge.", 3)]).model_dump_json()], DOCUMENT)
    two = settle(
        [
            draft(
                claims=[
                    claim("Piet Aalders called the plan a monument to concrete.", 4),
                    claim("The tunnel will take lorries off the old bridge.", 3),
                ],
                figures=[DraftFigure(id="f1", measure=None, as_of=None, speaker=None)],
            ).model_dump_json()
        ],
        DOCUMENT,
    )
    merged = merge([one, two])
    assert [c.sentences for c in merged.claims] == [(3,), (4,)]
    assert [f.figure.quote for f in merged.figures] == ["1.4 billion euros"]


# --- the inverse test: whatever the Draft ------------------------------------------------------------------------------

_vocabulary = st.sampled_from(
    [*TEXT.split(), "7", "1.5", "1.4", "two", "seven", "billion", "12,000", "٣", "½", "Berg", "2025", "17%", "€9"]
)
_phrase = st.lists(_vocabulary, min_size=1, max_size=12).map(" ".join)
_any_text = st.one_of(_phrase, st.text(min_size=1, max_size=80), st.sampled_from([s for s in TEXT.split("\n") if s]))
_name = st.none() | _any_text | st.sampled_from(["Lind", "Marta Lind", "Nordlink"])
_numbers = st.lists(st.integers(1, 8), min_size=1, max_size=4)
_date = st.none() | st.sampled_from(["2025", "2025-03", "2025-03-03", "2024", "2025-11", "1999-01-01"])
_ids = st.integers(1, 6).map(lambda n: f"f{n}")
_drafts = st.builds(
    Draft,
    gist=_any_text | st.just(""),
    claims=st.lists(
        st.builds(DraftClaim, text=_any_text, speaker=_name, mode=st.sampled_from(["asserts", "denies"]), sentences=_numbers), max_size=6
    ),
    stances=st.lists(
        st.builds(DraftStance, holder=_name, target=_any_text, polarity=st.sampled_from(["favour", "mixed"]), sentences=_numbers),
        max_size=6,
    ),
    figures=st.lists(st.builds(DraftFigure, id=_ids, measure=st.none() | _any_text, as_of=_date, speaker=_name), max_size=6),
    missed_figures=st.lists(
        st.builds(MissedFigure, sentence=st.integers(1, 8), quote=_any_text, measure=st.none() | _any_text, as_of=_date, speaker=_name),
        max_size=4,
    ),
)


def _digits(text: str) -> set[str]:
    """The runs of digits of a text, whatever their script, without grouping: an oracle that shares nothing with the rules."""
    plain = "".join(str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in text)
    return {run.replace(",", "") for run in re.findall(r"\d+(?:,\d{3})*", plain)}


@given(_drafts)
def test_whatever_the_draft_the_summary_holds_only_what_the_article_bears_out(given: Draft) -> None:
    summary = summarise(given)
    spans = [e for item in (*summary.claims, *summary.stances, *summary.figures) for e in item.evidence] + list(summary.figures)
    assert all(TEXT[s.start : s.end] == s.quote and s.quote for s in spans)
    ids = {f.id for f in summary.figures}
    assert all(set(c.figures) <= ids for c in summary.claims)
    assert len(ids) == len(summary.figures)
    assert [f.start for f in summary.figures] == sorted({f.start for f in summary.figures})
    texts = [
        summary.gist,
        *(c.text for c in summary.claims),
        *(s.target for s in summary.stances),
        *(f.measure or "" for f in summary.figures),
    ]
    names = [*(c.speaker for c in summary.claims), *(s.holder for s in summary.stances), *(f.speaker for f in summary.figures)]
    assert set().union(*map(_digits, texts)) <= _digits(TEXT) | {"2"}  # it has "two terminals"
    assert all(name in " ".join(TEXT.split()) for name in names if name)
    assert all({int(p) for p in (f.as_of or "2025").split("-")} <= {2025, 2024, 3, 4, 8} for f in summary.figures)
    assert Summary.model_validate_json(summary.to_json()).to_json() == summary.to_json()


@given(_drafts)
def test_a_draft_without_a_fault_loses_nothing(given: Draft) -> None:
    grounded = settle([given.model_dump_json()], DOCUMENT)
    if not grounded.dropped:
        assert (len(grounded.claims), len(grounded.stances)) == (len(given.claims), len(given.stances))
        assert {m.id for m in DOCUMENT.mentions if m.figure.start in {f.figure.start for f in grounded.figures}} >= {
            f.id for f in given.figures
        }


@given(st.text(max_size=400) | st.builds(lambda d, n: d.model_dump_json()[:n], _drafts, st.integers(0, 600)))
def test_any_text_for_an_answer_gives_a_summary_or_an_error_of_the_model(content: str) -> None:
    try:
        grounded = settle([content], DOCUMENT)
    except ModelOutputError:
        return
    assert assemble(DOCUMENT, load(), grounded, [Answer(contents=(content,), client="test")]).schema_version == 1


# --- model text is clean ----------------------------------------------------------------------------------------------

_dirt = st.text(
    st.sampled_from(
        "\0\x07\x08\t\n\x0b\x1b\r\x7f\x85\x9b\xad\u061c\u200b\u200d\u200e\u2028\u202e\u2066\u2800\u3164\ufe0f\ufeff\uffff\U0001fffe\U000e0041"
    )
)
_dirty = st.one_of(st.text(max_size=20), _dirt, st.builds(lambda text, dirt: dirt.join(text.split(" ")), _phrase, _dirt))


def _texts_of(value: Any) -> Iterator[str]:
    """Every text of a Summary as JSON, also the names of fields, but for what stands in the article."""
    if isinstance(value, dict):
        yield from value
        yield from (text for name, item in value.items() if name not in {"quote", "evidence"} for text in _texts_of(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts_of(item))
    elif isinstance(value, str):
        yield value


@given(_dirty, _dirty, _dirty, st.booleans(), st.booleans())
def test_whatever_a_model_writes_no_text_holds_what_a_screen_obeys_or_hides(
    one: str, two: str, key: str, escaped: bool, valid: bool
) -> None:
    said = f"The tunnel will cost 1.4 billion {one}euros{two}"
    answer = {
        "gist": f"{two}The council backs{one} a tunnel.",
        "claims": [{"text": said, "speaker": f"Marta{one or ' '}Lind{two}", "mode": "asserts", "sentences": [COST]}],
        "stances": [{"holder": f"Marta Lind{one}", "target": f"the{one} tunnel{two}", "polarity": "favour", "sentences": [COST]}],
        "figures": [{"id": f"f1{one}", "measure": f"cost {one}of the tunnel", "as_of": f"2025{two}", "speaker": f"{two}Lind"}],
        "missed_figures": [{"sentence": 3, "quote": f"12,000{one}", "measure": two or None, "as_of": None, "speaker": None}],
        **({} if valid else {f"{key}more": one}),
    }
    grounded = settle([json.dumps(answer, ensure_ascii=escaped)], DOCUMENT)
    summary = assemble(DOCUMENT, load(), grounded, [Answer(contents=(), client="test")])
    texts = list(_texts_of(summary.model_dump(mode="json")))
    assert [ascii(safe(text)) for text in texts] == [ascii(text) for text in texts]
    assert not any("\n" in text for text in texts)


def test_signs_that_are_not_seen_in_an_article_cost_no_claim_and_come_into_no_name() -> None:
    document = Document.of(Article("Ana Ru\u200biz\u202e said the tun\xadnel would cost 1.4 billion euros.\n"))
    answer = draft(claims=[claim("The tunnel would cost 1.4 billion euros.", 1, speaker="Ana Ruiz")])
    summary = assemble(document, load(), settle([answer.model_dump_json()], document), [Answer(contents=(), client="test")])
    assert [(c.text, c.speaker) for c in summary.claims] == [("The tunnel would cost 1.4 billion euros.", "Ana Ruiz")]
    assert all(safe(text) == text for text in _texts_of(summary.model_dump(mode="json")))
    assert summary.claims[0].evidence[0].quote == document.article.text.rstrip("\n")


def test_the_quote_of_a_missed_figure_is_looked_for_as_the_article_stands() -> None:
    document = Document.of(Article("They planted some forty\u200b trees there."))
    missed = {"sentence": 1, "quote": "forty\u200b trees", "measure": "trees planted", "as_of": None, "speaker": None}
    content = json.dumps({"gist": "", "claims": [], "stances": [], "figures": [], "missed_figures": [missed]})
    assert [f.figure.quote for f in settle([content], document).figures] != []


def test_a_draft_is_clean_when_it_is_checked_too() -> None:
    content = draft(claims=[claim("x", 2)]).model_dump_json().replace('"x"', '"The\\ttunnel\\u202e will\\u0000 cost 1.4 billion euros."')
    assert Draft.model_validate_json(content).claims[0].text == "The tunnel will cost 1.4 billion euros."
    assert check(DOCUMENT)(Draft.model_validate_json(content)) == []


def test_a_text_of_invisible_characters_only_is_no_text() -> None:
    content = (
        draft(claims=[claim("x", 2), claim("The tunnel will cost 1.4 billion euros.", 2)]).model_dump_json().replace('"x"', '"\\u200b"')
    )
    grounded = settle([content], DOCUMENT)
    assert ([c.text for c in grounded.claims], [d.kind for d in grounded.dropped]) == (
        ["The tunnel will cost 1.4 billion euros."],
        ["claim"],
    )


def test_a_mended_answer_keeps_its_corrections_and_the_defaults_of_what_it_leaves_out() -> None:
    claim = {"text": "The tunnel will cost 1.4 billion euros.", "mode": None, "speaker": "null", "sentences": "2"}
    corrections = [{"id": "f1", "field": "unit", "value": ""}, {"id": "f1", "field": "value", "value": 1400000000}]
    draft, dropped = parse(json.dumps({"claims": [claim], "stances": None, "corrections": corrections, "gist": "A tunnel."}))
    assert dropped == []
    assert draft.claims == [DraftClaim(text="The tunnel will cost 1.4 billion euros.", sentences=[2])]
    assert draft.corrections == [Correction(id="f1", field="unit", value=""), Correction(id="f1", field="value", value="1400000000")]
