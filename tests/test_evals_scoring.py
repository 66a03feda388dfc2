"""Scoring: what is found, what is like it, what matches, and what each metric makes of it."""

from __future__ import annotations

import copy
import gzip
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evals_made import GOLD, changed, evidence, gold, output, perfect, scored, values
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.errors import UsageError
from summarise.evals.alignment import best_likeness, likeness, locate, locate_span, overlap, same_name
from summarise.evals.evaluate import evaluate
from summarise.evals.metrics import METRICS
from summarise.evals.outputs import invented_numbers, parse_lines, parse_output, read_outputs
from summarise.evals.scorer import score
from summarise.text.tokens import Tokenised, covered, forms

LOWER = {name for name, metric in METRICS.items() if metric.lower_is_better}
Line = dict[str, Any]

# --- tokens and places ------------------------------------------------------------------------------------------------


def test_tokens_are_words_numbers_and_signs_that_are_said() -> None:
    assert forms("Lind's “1,234.5%” — $3bn co-op, ﬁne.") == ["Lind", "1,234.5", "%", "$", "3", "bn", "co", "op", "fine"]


def test_hidden_characters_and_composed_letters_do_not_keep_words_apart() -> None:
    assert forms("co\u00adoperate cafe\u0301") == forms("cooperate café")


def test_a_quote_is_found_exactly_in_part_or_not_at_all() -> None:
    text = Tokenised("The old bridge was closed on Monday for good.")
    assert locate(text, "bridge was closed", share=0.6).span == (8, 25)
    in_part = locate(text, "old bridge was shut", share=0.6)
    assert (in_part.grounding, in_part.span) == ("partial", (4, 18))
    assert locate(text, "the new tunnel was opened", share=0.6).grounding == "none"
    assert locate(text, "", share=0.6).grounding == "none"


def test_of_several_places_the_one_nearest_to_where_it_is_said_to_be_is_taken() -> None:
    text = Tokenised("rain and snow, rain and wind")
    assert locate(text, "rain", share=0.6).span == (0, 4)
    assert locate(text, "rain", share=0.6, near=14).span == (15, 19)


def test_offsets_that_do_not_fit_their_quote_prove_nothing() -> None:
    text = Tokenised("rain and snow, rain and wind")
    assert locate_span(text, {"start": 15, "end": 19, "quote": "rain"}, share=0.6).span == (15, 19)
    assert locate_span(text, {"start": 9, "end": 13}, share=0.6).span == (9, 13)
    assert locate_span(text, {"start": 0, "end": 4, "quote": "wind"}, share=0.6).span is None
    assert locate_span(text, {"start": 20, "end": 4000, "quote": "wind"}, share=0.6).span is None
    assert locate_span(text, {"start": 0, "quote": "wind"}, share=0.6).span == (24, 28)
    assert locate_span(text, {"quote": "wind"}, share=0.6).span == (24, 28)


# --- likeness ---------------------------------------------------------------------------------------------------------


def test_evidence_is_compared_with_the_best_of_several_places() -> None:
    assert overlap([covered([range(1, 3)]), covered([range(5, 9)])], covered([range(6, 8)])) == pytest.approx(2 * 2 / 6)
    assert overlap([], covered([range(1, 2)])) == 0.0


@given(*[st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)).map(lambda run: range(run[0], sum(run)))) for _ in range(2)])
def test_runs_overlap_as_the_sets_of_their_tokens_do(one: list[range], other: list[range]) -> None:
    a, b = set[int]().union(*one), set[int]().union(*other)
    assert covered(one).bit_count() == len(a)
    assert overlap([covered(one)], covered(other)) == (2 * len(a & b) / (len(a) + len(b)) if a & b else 0.0)


def test_wordings_are_compared_by_the_words_that_carry_meaning() -> None:
    assert likeness("The board wants a dam", "A dam is what the board wants") == 1.0
    assert likeness("The board wants a dam", "Farmers oppose the plan") == 0.0
    assert likeness("ships carry coal", "ships carry oil") == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "other",
    ["The dam will cost 3 billion euros", "The dam will not cost 2 billion euros", "She denied the dam will cost 2 billion euros"],
)
def test_wordings_that_contradict_each_other_are_never_alike_enough(other: str) -> None:
    assert likeness("The dam will cost 2 billion euros", other) > 0.6
    assert likeness("The dam will cost 2 billion euros", other, 0.49) == 0.49


@pytest.mark.parametrize("other", ["The dam will cost two billion euros", "The dam will cost billions of euros"])
def test_a_number_written_otherwise_or_left_out_is_no_contradiction(other: str) -> None:
    assert likeness("The dam will cost 2 billion euros", other, 0.49) > 0.49


def test_a_name_is_an_alias_or_as_like_as_its_words() -> None:
    assert same_name(["Ines Moro", "the director"], ["Director"]) == 1.0
    assert same_name(["Ines Moro"], ["Moro"]) == pytest.approx(2 / 3)
    assert same_name(["author", "Jo Roe"], []) == 1.0
    assert same_name(["Ines Moro"], []) == 0.0
    assert best_likeness(["a"], None) == 0.0


# --- outputs ----------------------------------------------------------------------------------------------------------


def test_a_bad_line_costs_no_other_and_is_told_with_its_number() -> None:
    reading = parse_lines(
        ['{"article": {"id": "a"}}', "", "{", "[]", '{"claims": []}', '{"article": {"id": NaN}}', "[" * 100_000], "x.jsonl"
    )
    assert [one.id for one in reading.outputs] == ["a"]
    assert [fault.split(": ")[0] for fault in reading.problems] == [f"x.jsonl:{number}" for number in (3, 4, 5, 6, 7)]
    assert reading.problems[2] == "x.jsonl:5: no article.id and no article.sha256: it cannot be told which article this is"


def test_packed_lines_are_read_and_a_file_without_summaries_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"article": {"sha256": "ab"}}'))
    assert [one.sha256 for one in read_outputs(tmp_path / "a.jsonl.gz").outputs] == ["ab"]
    (tmp_path / "b.jsonl").write_text("nothing\n")
    with pytest.raises(UsageError, match=r"b\.jsonl: holds no summary"):
        read_outputs(tmp_path / "b.jsonl")
    with pytest.raises(UsageError, match="No such file"):
        read_outputs(tmp_path / "gone.jsonl")


def test_a_failed_article_is_an_output_without_items() -> None:
    (one,) = parse_lines(['{"article": {"id": "a"}, "error": {"kind": "limit", "message": "too dear"}}']).outputs
    assert (one.failed, one.claims) == ("limit: too dear", ())


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=6
)
_items = st.lists(
    st.dictionaries(
        st.sampled_from("id text speaker mode evidence holder target polarity start end quote value low unit".split()), _json, max_size=6
    )
    | _json,
    max_size=4,
)


@settings(max_examples=60)
@given(st.fixed_dictionaries({"claims": _items, "stances": _items, "figures": _items, "gist": _json, "run": _json}))
def test_no_output_makes_scoring_fail(line: Line) -> None:
    found = score(gold(), parse_output({"article": {"id": "reservoir"}, **line}))
    assert all(math.isfinite(count) and count >= 0 for count in found.counts.values())


def test_an_article_is_joined_by_its_id_or_by_the_digest_of_its_text() -> None:
    from summarise.article import sha256_of

    by_text = changed(lambda line: line.update(article={"id": "other", "sha256": sha256_of(gold().text)}))
    assert values(scored(by_text))["claims.f1"] == 1.0


def test_an_article_without_output_has_failed_and_is_never_dropped() -> None:
    result = scored()
    assert [run.failed for run in result.articles[0].runs] == ["not in the output"]
    assert (values(result)["claims.f1"], values(result)["claims.precision"]) == (0.0, None)
    assert len(result.failed) == 1


def test_repeats_failures_and_missing_outputs_are_joined_to_their_articles() -> None:
    corpus = [gold(GOLD.replace("id: reservoir", f"id: a{number}").replace("on Monday", f"on day {number}")) for number in range(4)]
    lines = [{**perfect(), "article": {"id": id}} for id in ("a0", "a1", "a1")]
    failed = {"article": {"id": "a2"}, "error": {"kind": "limit", "message": "too dear"}}
    result = evaluate(corpus, [output(line) for line in (*lines, failed)], resamples=10)
    assert [[run.failed for run in article.runs] for article in result.articles] == [
        [None],
        [None, None],
        ["limit: too dear"],
        ["not in the output"],
    ]


def test_outputs_of_unknown_articles_are_left_out_and_told() -> None:
    assert scored(perfect(), {"article": {"id": "stranger"}}).warnings == ("1 output of articles without gold left out",)


def test_an_output_of_another_text_is_told_and_its_evidence_found_by_its_quotes() -> None:
    def moved(line: Line) -> None:
        line["article"]["sha256"] = "0" * 64
        for item in (*line["claims"], *line["stances"]):
            for span in item["evidence"]:
                span.update(start=span["start"] + 9, end=span["end"] + 9)

    result = scored(changed(moved))
    assert result.warnings == ("the output is of another text than gold's for reservoir: evidence is looked up by its quotes",)
    assert (values(result)["claims.strict"], values(result)["text.grounded"]) == (1.0, 1.0)


# --- matching ---------------------------------------------------------------------------------------------------------


def test_gold_scored_against_itself_is_perfect_in_every_metric() -> None:
    found = values(scored(perfect()))
    assert found == {name: 0.0 if name in LOWER else 1.0 for name in METRICS}


def test_what_is_optional_costs_nothing_either_way() -> None:
    def add(line: Line) -> None:
        line["claims"].append(
            {"text": "Some 300 people came", "speaker": None, "mode": "asserts", "evidence": evidence("300 and 350 people came")}
        )
        line["stances"].append(
            {"holder": "Birk", "target": "old pipes", "polarity": "against", "evidence": evidence("old pipes be mended")}
        )

    assert values(scored(changed(add))) == values(scored(perfect()))


def test_a_layer_that_is_not_labelled_in_full_has_recall_only() -> None:
    partly = gold(GOLD.replace("complete: [claims, stances, figures]", "complete: [stances]"))
    found = values(scored(perfect(partly), of=partly))
    assert (found["claims.recall"], found["claims.speaker"], found["stances.f1"]) == (1.0, 1.0, 1.0)
    assert [found[name] for name in ("claims.f1", "claims.precision", "figures.f1", "figures.value")] == [None] * 4


def test_the_fields_that_are_measured_decide_no_match() -> None:
    def spoil(line: Line) -> None:
        line["claims"][0].update(speaker="Nobody", mode="denies")
        line["stances"][0].update(polarity="against")
        line["figures"][0].update(unit="tonne", per="year", bound="at_most", as_of="1999", speaker="Nobody")

    found = values(scored(changed(spoil)))
    assert (found["claims.f1"], found["stances.f1"], found["figures.f1"]) == (1.0, 1.0, 1.0)


def test_reasons_say_why_an_item_was_missed_or_is_too_many() -> None:
    def spoil(line: Line) -> None:
        line["claims"][0].update(text="Ninety-nine bridges fell", evidence=evidence("made up out of thin air"))
        line["claims"].append(copy.deepcopy(line["claims"][1]))
        line["figures"][0]["unit"] = "flat"

    (article,) = scored(changed(spoil)).articles
    reasons = {(one.verdict, one.gold): one.reason for one in article.runs[0].decisions if one.verdict in ("missed", "matched")}
    assert reasons["missed", "c1"] == "nearest is c2 (evidence 0.00, wording 0.13), not near enough"
    assert reasons["matched", "f1"] == "unit: flat in place of home"
    assert {one.reason for one in article.runs[0].decisions if one.verdict == "spurious"} == {
        "a copy of c2",
        "its evidence is not in the text; 99 stands nowhere in the article",
    }


def test_a_finer_time_is_right_and_a_coarser_one_is_not() -> None:
    def dated(when: str) -> float | None:
        return values(scored(changed(lambda line: line["figures"][3].update(as_of=when))))["figures.as_of"]

    assert (dated("2030-04-12"), dated("2030-04"), dated("2030")) == (1.0, 1.0, 0.5)


def test_numbers_and_units_may_be_written_otherwise() -> None:
    def rewrite(line: Line) -> None:
        line["figures"][0].update(value="90000.0", unit="homes")
        line["figures"][2].update(unit="%")
        line["figures"][1].update(currency="eur", measure="price of the dam")

    assert values(scored(changed(rewrite)))["figures.full"] == 1.0


def test_other_right_wordings_count_as_right() -> None:
    assert values(scored(changed(lambda line: line["figures"][1].update(measure="price of the dam"))))["figures.measure"] == 1.0


def test_mixed_has_no_place_on_the_scale_of_kappa() -> None:
    result = scored(changed(lambda line: line["stances"][0].update(polarity="mixed")))
    assert (result.estimate("stances.kappa").n, result.estimate("stances.kappa").value) == (2, 1.0)


def test_kappa_is_undefined_where_nothing_varies() -> None:
    assert values(scored(changed(lambda line: line.update(stances=line["stances"][:1]))))["stances.kappa"] is None


# --- which labels are conveyed -----------------------------------------------------------------------------------------

_CLAIM_METRICS = ("claims.vital_recall", "claims.item_precision", "claims.item_speaker", "claims.item_mode")
_BOTH = "The reservoir will supply at least 90,000 homes a day by 2036, but would cost 2.5 billion euros, 12% more than planned."
_BOTH_QUOTES = evidence(
    "The reservoir will supply at least 90,000 homes a day by 2036", "It would cost 2.5 billion euros, 12% more than planned"
)


def _only(*claims: Line, gist: str = "") -> list[float | None]:
    """Vital recall, precision, accuracy of speakers and of modes of these claims."""
    found = values(scored(changed(lambda line: line.update(claims=list(claims), gist=gist))))
    return [found[name] for name in _CLAIM_METRICS]


def _claim(text: str, *quotes: str, speaker: str | None = None, mode: str = "asserts") -> Line:
    return {"text": text, "speaker": speaker, "mode": mode, "evidence": evidence(*quotes)}


def test_one_claim_may_convey_several_labels() -> None:
    both = {"text": _BOTH, "speaker": "Ines Moro", "mode": "predicts", "evidence": _BOTH_QUOTES}
    assert _only(both) == [1.0, 1.0, 1.0, 1.0]


def test_the_gist_conveys_labels_but_counts_for_no_precision() -> None:
    assert _only(gist="The reservoir would cost 2.5 billion euros, 12% more than planned.") == [0.5, None, None, None]
    assert _only(gist="A reservoir is planned that would cost billions.") == [0.0, None, None, None]


def test_a_claim_that_conveys_only_what_is_optional_or_okay_is_right() -> None:
    optional = _claim("Between 300 and 350 people came", "Between 300 and 350 people came to the meeting")
    okay = _claim("Old pipes should be mended first", "demanded that old pipes be mended first", speaker="Birk", mode="demands")
    assert _only(optional, okay) == [0.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "text",
    [
        "Tom Birk was offered money for his land.",
        "Tom Birk was never offered money for 99 acres of his land.",
        "Tom Birk was not angry.",
    ],
)
def test_the_opposite_a_made_up_number_and_other_words_convey_nothing(text: str) -> None:
    quote = "denied that he had been offered money for his land"
    assert _only(_claim("Tom Birk was never offered money for his land.", quote))[1] == 1.0
    assert _only(_claim(text, quote))[1] == 0.0


def test_evidence_that_holds_less_than_half_of_the_quote_conveys_nothing() -> None:
    text = "Old pipes should be mended first."
    assert _only(_claim(text, "old pipes be mended"))[1] == 1.0
    assert _only(_claim(text, "that old pipes"))[1] == 0.0


def test_claims_that_say_the_same_count_as_one_that_is_right_if_all_are() -> None:
    quote = "demanded that old pipes be mended first"
    right, again = (
        _claim(text, quote, speaker="Birk", mode="demands") for text in ("Mend the old pipes first", "The old pipes: mend first")
    )
    wrong = _claim("Villagers met", "told villagers on Monday")
    assert _only(right, wrong)[1] == _only(right, again, wrong)[1] == 0.5
    assert _only(right, {**again, "evidence": wrong["evidence"]}, wrong)[1] == 0.0


def test_a_text_without_end_conveys_no_more_than_a_claim_can_hold() -> None:
    assert _only({"text": "so " * 200 + _BOTH, "speaker": None, "evidence": _BOTH_QUOTES})[:2] == [0.0, 0.0]


def test_decisions_tell_which_claims_convey_a_label() -> None:
    both = {"id": "x", "text": _BOTH, "speaker": "Ines Moro", "mode": "predicts", "evidence": _BOTH_QUOTES}
    (article,) = scored(changed(lambda line: line.update(claims=[both], gist=_BOTH))).articles
    told = {one.gold: one.conveyed for one in article.runs[0].decisions if one.layer == "claims"}
    assert told == {"c1": ("x", "gist"), "c2": ("x", "gist"), "c3": (), "c4": (), "c5": ()}


# --- figures said twice, and facts that are nowhere --------------------------------------------------------------------


def _second_mention(**fields: Any) -> Line:
    """GOLD says the cost once more, where no label is."""
    again = {"quote": "2,500 million", "value": 2500000000, "currency": "EUR", "bound": "exact", **fields}
    return changed(lambda line: line["figures"].append(again))


def test_a_second_mention_of_a_labelled_figure_costs_nothing() -> None:
    of = gold(GOLD.replace("in April.\n", "in April. A cost of 2,500 million, 80 a head.\n"))
    once = values(scored(perfect(of), of=of))
    assert values(scored(_second_mention(), of=of)) == once
    (article,) = scored(_second_mention(), of=of).articles
    assert [one.verdict for one in article.runs[0].decisions if one.gold is None] == ["repeated"]


@pytest.mark.parametrize("fields", [{"value": 80}, {"currency": "USD"}, {"unit": "head"}, {"quote": "2.5 billion euros"}])
def test_another_value_unit_or_currency_or_the_same_place_is_no_second_mention(fields: Line) -> None:
    of = gold(GOLD.replace("in April.\n", "in April. A cost of 2,500 million, 80 a head.\n"))
    assert values(scored(_second_mention(**fields), of=of))["figures.precision"] == 0.8


def test_made_up_values_units_currencies_and_dates_are_hallucinated() -> None:
    def rate(**fields: Any) -> float | None:
        return values(scored(changed(lambda line: line["figures"][0].update(fields))))["text.hallucinated"]

    one = round(1 / 12, 6)
    assert [rate(value=999), rate(value=None, low=300, high=999), rate(unit="acre")] == [one] * 3
    assert [rate(currency="JPY"), rate(as_of="1999"), rate(value=999, unit="acre")] == [one] * 3
    assert [rate(unit="villagers"), rate(value=-12), rate(as_of="2031-01-05")] == [0.0] * 3


def test_three_values_replaced_by_999_are_three_hallucinations() -> None:
    def spoil(line: Line) -> None:
        for figure in line["figures"][:3]:
            figure.update(value=999)

    assert values(scored(changed(spoil)))["text.hallucinated"] == round(3 / 12, 6)


def test_a_derived_value_and_a_year_told_by_its_distance_are_not_made_up() -> None:
    derived = GOLD.replace("people came", "people, a third of the village, came").replace("in April.", "five years ago.")
    of = gold(derived.replace("as_of: 2030-04", "as_of: 2025").replace("people at the meeting", "people there"))
    line = perfect(of)
    line["figures"].append({"quote": "a third of the village", "value": 33.3, "unit": "percent", "bound": "about"})
    line["figures"].append({"quote": "a third of the village", "value": 34, "unit": "percent", "bound": "about"})
    line["figures"][3]["as_of"] = "2025"
    (article,) = scored(line, of=of).articles
    assert [one.invented for one in article.runs[0].items.figures][3:] == [(), (), ("34",)]


def test_evidence_moved_by_three_characters_is_not_grounded() -> None:
    def move(line: Line) -> None:
        for item in (*line["claims"], *line["stances"]):
            for span in item["evidence"]:
                span.update(start=span["start"] + 3, end=span["end"] + 3)
        for figure in line["figures"]:
            figure.update(start=figure["start"] + 3, end=figure["end"] + 3)

    found = values(scored(changed(move)))
    assert (found["text.grounded"], found["text.ungrounded"]) == (0.0, 1.0)


# --- each metric by itself --------------------------------------------------------------------------------------------

FOUND = {"claims": ["soft", "strict", "joint"], "stances": ["triple", "macro"], "figures": ["core", "full"]}


def _layer(layer: str, *more: str, without: str = "") -> set[str]:
    return {f"{layer}.{name}" for name in ("f1", "recall", "precision", *FOUND[layer], *more) if name != without}


def _slots(*names: str) -> set[str]:
    return {f"figures.{name}" for name in names}


_NEW_CLAIM = {"text": "Villagers met", "speaker": None, "mode": "asserts", "evidence": evidence("told villagers on Monday")}
_NEW_STANCE = {"holder": "Dietz", "target": "old pipes", "polarity": "mixed", "evidence": evidence("according to the auditor")}
_NEW_FIGURE = {"quote": "Monday", "value": 12, "bound": "exact"}
_PARTLY = evidence("Ines Moro, told villagers on Tuesday")


def _around(quotes: list[Line]) -> Callable[[Line], object]:
    return lambda line: line["figures"][0].update(evidence=quotes)


ONE_FAULT: dict[str, tuple[Callable[[Line], object], set[str]]] = {
    "a wrong speaker": (
        lambda line: line["claims"][0].update(speaker="Birk"),
        {"claims.item_speaker", "claims.speaker", "claims.joint"},
    ),
    "a wrong mode": (lambda line: line["claims"][0].update(mode="denies"), {"claims.item_mode", "claims.mode"}),
    "too much evidence": (
        lambda line: line["claims"][2].update(evidence=evidence("and demanded that old pipes be mended first")),
        {"claims.soft", "claims.strict"},
    ),
    "a claim missed": (lambda line: line["claims"].pop(3), _layer("claims", without="precision")),
    "a key claim missed": (lambda line: line["claims"].pop(0), _layer("claims", "vital_recall", "key", "key_at_k", without="precision")),
    "a key claim too late": (lambda line: line["claims"].append(line["claims"].pop(0)), {"claims.key_at_k"}),
    "a claim too many": (lambda line: line["claims"].append(_NEW_CLAIM), _layer("claims", "item_precision", "spurious", without="recall")),
    "a claim made up": (
        lambda line: line["claims"].append({"text": "Cows fly", "evidence": evidence("cows can fly")}),
        {*_layer("claims", "item_precision", without="recall"), "text.grounded", "text.ungrounded", "text.hallucinated"},
    ),
    "a claim without evidence": (
        lambda line: line["claims"].append({"text": "Cows fly"}),
        {*_layer("claims", "item_precision", without="recall"), "text.grounded", "text.ungrounded"},
    ),
    "a wrong polarity": (lambda line: line["stances"][0].update(polarity="against"), {"stances.triple", "stances.macro", "stances.kappa"}),
    "a stance missed": (lambda line: line["stances"].pop(0), _layer("stances", without="precision")),
    "a stance too many": (
        lambda line: line["stances"].append(_NEW_STANCE),
        _layer("stances", "spurious", without="recall") - {"stances.macro"},
    ),
    "a figure too many": (lambda line: line["figures"].append(_NEW_FIGURE), _layer("figures", "spurious", "value", without="recall")),
    "a figure missed": (
        lambda line: line["figures"].pop(0),
        _layer("figures", "value", "unit", "per", "bound", "measure", "as_of", "speaker", without="precision"),
    ),
    "a wrong value": (
        lambda line: line["figures"][0].update(value=9000),
        {*_slots("value", "core", "full", "value_accuracy"), "text.hallucinated"},
    ),
    "a wrong unit": (lambda line: line["figures"][0].update(unit="villager"), _slots("unit", "core", "full")),
    "a wrong currency": (
        lambda line: line["figures"][1].update(currency="USD"),
        {*_slots("currency", "core", "full"), "text.hallucinated"},
    ),
    "a wrong rate": (lambda line: line["figures"][0].update(per="year"), _slots("per", "full")),
    "a wrong bound": (lambda line: line["figures"][0].update(bound="at_most"), _slots("bound", "core", "full")),
    "a wrong time": (lambda line: line["figures"][0].update(as_of="2031"), _slots("as_of", "full")),
    "a wrong measure": (lambda line: line["figures"][0].update(measure="cows"), _slots("measure", "full")),
    "a wrong giver": (lambda line: line["figures"][0].update(speaker="Birk"), _slots("speaker", "full")),
    "a field too many": (lambda line: line["figures"][1].update(per="year"), _slots("per", "full")),
    "evidence found in part": (_around(_PARTLY), {"text.grounded", "text.partial"}),
    "evidence found nowhere": (_around(evidence("cows can fly")), {"text.grounded", "text.ungrounded", "text.hallucinated"}),
    "a number made up": (lambda line: line.update(gist="About 77 villages."), {"text.hallucinated"}),
}


@pytest.mark.parametrize("fault", ONE_FAULT)
def test_a_fault_lowers_the_metrics_that_measure_it_and_no_other(fault: str) -> None:
    change, expected = ONE_FAULT[fault]
    before, after = values(scored(perfect())), values(scored(changed(change)))
    assert {name for name in METRICS if after[name] != before[name]} == expected
    assert all(_not_better(name, before[name], after[name]) for name in METRICS)


def test_every_metric_has_a_fault_that_lowers_it() -> None:
    assert set().union(*(expected for _, expected in ONE_FAULT.values())) == set(METRICS)


def _not_better(name: str, before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return after >= before - 1e-9 if name in LOWER else after <= before + 1e-9


# --- what may not pay -------------------------------------------------------------------------------------------------

_FAULTS = st.lists(st.sampled_from(sorted(set(ONE_FAULT) - {"a number made up"})), max_size=4, unique=True)


def _spoiled(faults: list[str]) -> Line:
    line = perfect()
    for fault in faults:
        if all(line[layer] for layer in ("claims", "stances", "figures")) and len(line["claims"]) > 3 and len(line["figures"]) > 3:
            ONE_FAULT[fault][0](line)
    return copy.deepcopy(line)


@settings(max_examples=40)
@given(_FAULTS, st.randoms(use_true_random=False))
def test_the_order_of_an_output_changes_no_score(faults: list[str], chance: random.Random) -> None:
    """But for coverage at k, which asks for the important claims first."""
    line = _spoiled(faults)
    before = values(scored(line, resamples=1))
    for layer in ("claims", "stances", "figures"):
        chance.shuffle(line[layer])
        for at, item in enumerate(line[layer]):
            item["id"] = f"x{at}"
    after = values(scored(line, resamples=1))
    assert {**after, "claims.key_at_k": None} == {**before, "claims.key_at_k": None}


def test_a_number_that_the_article_has_only_as_part_of_a_larger_one_is_made_up() -> None:
    assert invented_numbers(gold(), "It would cost 2.5 billion") == ()
    assert invented_numbers(gold(), "It would cost 2.5") == ("2.5",)


def test_a_claim_with_false_evidence_is_no_copy_of_the_same_without_any() -> None:
    line = _spoiled(["a claim made up", "a claim without evidence"])
    rates = []
    for _ in range(2):
        rates.append(values(scored(line, resamples=1))["text.hallucinated"])
        line["claims"].reverse()
    assert rates == [round(1 / 14, 6)] * 2


@settings(max_examples=40)
@given(_FAULTS, st.data())
def test_saying_things_twice_never_raises_a_score(faults: list[str], data: st.DataObject) -> None:
    line = _spoiled(faults)
    before = values(scored(line, resamples=1))
    for layer in ("claims", "stances", "figures"):
        for item in data.draw(st.lists(st.sampled_from(line[layer]), max_size=3)):
            line[layer].insert(data.draw(st.integers(0, len(line[layer]))), copy.deepcopy(item))
    after = values(scored(line, resamples=1))
    assert [name for name in METRICS if not _not_better(name, before[name], after[name])] == []


def test_one_claim_given_twice_cannot_be_found_for_two_labels() -> None:
    c3, c4 = "demanded that old pipes be mended first", "denied that he had been offered money for his land"
    alike = gold(GOLD.replace(f"quote: {c4}", f"quote: {c3}"))
    once = changed(lambda line: line.update(claims=[line["claims"][2]]))
    twice = changed(lambda line: line["claims"].append(line["claims"][0]), once)
    assert values(scored(once, of=alike))["claims.recall"] == 0.25
    assert values(scored(twice, of=alike))["claims.recall"] == 0.25


# --- repeats ----------------------------------------------------------------------------------------------------------


def test_repeats_of_an_article_are_averaged_before_anything_is_computed() -> None:
    half = changed(lambda line: line.update(claims=line["claims"][:2]))
    one = scored(perfect(), half).estimate("claims.recall")
    assert (one.value, one.repeat_sd, one.n) == (0.75, pytest.approx(0.353553), 4)


def test_one_run_has_no_spread_between_repeats() -> None:
    assert scored(perfect()).estimate("claims.f1").repeat_sd is None


def test_micro_sums_counts_and_macro_means_articles() -> None:
    other = gold(GOLD.replace("id: reservoir", "id: second").replace("cluster: water", "cluster: b"))
    few = changed(lambda line: line.update(article={"id": "second"}, claims=line["claims"][:1]))
    one = evaluate([gold(), other], [output(perfect()), output(few)], resamples=10)
    recall, precision = one.estimate("claims.recall"), one.estimate("claims.precision")
    assert (recall.value, recall.macro, recall.macro_n) == (0.625, 0.625, 2)
    assert (precision.value, precision.macro) == (1.0, 1.0)
    few["claims"] = []
    none = evaluate([gold(), other], [output(perfect()), output(few)], resamples=10).estimate("claims.precision")
    assert (none.value, none.macro, none.macro_n) == (1.0, 1.0, 1)
