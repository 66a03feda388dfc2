"""Results: written and read, compared, judged by a gate, shown, and exported."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from evals_made import GOLD, changed, gold, output, perfect, scored, values
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_summaries import HOSTILE

from summarise.article import Article
from summarise.errors import NotComparable, SettingsError, UsageError
from summarise.evals.compare import compare, comparison_table, models_table, number, result_summary, result_table
from summarise.evals.evaluate import Provenance, evaluate
from summarise.evals.exports import junit
from summarise.evals.gate import EvalGate, Rule, judge, read_gate
from summarise.evals.gold.model import LAYERS
from summarise.evals.gold.read import parsed
from summarise.evals.labelling import agreement, agreement_table, gold_template
from summarise.evals.results import Result, UnsoundResult, article_line, from_json, read_result, to_json, write_result
from summarise.render.table import lines, markdown
from summarise.text.yaml_nodes import Problems

Line = dict[str, Any]


def _lost_claim(line: Line) -> None:
    line["claims"].pop(2)
    line["figures"][0]["unit"] = "flat"


def many(change: Callable[[Line], object], every: int = 1, articles: int = 16) -> Result:
    """A corpus of equal articles in clusters of their own; the output of each `every`th one is changed."""
    corpus = [gold(GOLD.replace("id: reservoir", f"id: a{n:02}").replace("cluster: water", f"cluster: k{n}")) for n in range(articles)]
    lines = [changed(change) if n % every == 0 else perfect() for n in range(articles)]
    return evaluate(corpus, [output({**line, "article": {"id": one.id}}) for one, line in zip(corpus, lines, strict=True)], resamples=200)


def unchanged(_: Line) -> None:
    pass


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_result_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    result = scored(changed(_lost_claim), perfect())
    write_result(result, tmp_path / "new" / "r.json")
    again = read_result(tmp_path / "new" / "r.json")
    assert to_json(again) == to_json(result)
    assert again.estimates == result.estimates
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["r.json"]


def test_equal_input_gives_equal_bytes_but_for_the_time_that_is_told() -> None:
    assert to_json(scored(perfect())) == to_json(scored(perfect()))
    timed = evaluate([gold()], [output(perfect())], Provenance(made="2031-04-20T10:00:00+00:00"), resamples=50)
    assert to_json(timed).replace('"made": "2031-04-20T10:00:00+00:00"', '"made": null') == to_json(scored(perfect()))


@pytest.mark.parametrize("count", [math.nan, math.inf, -math.inf])
def test_a_result_holds_no_number_that_json_has_not(count: float) -> None:
    (article,) = scored(changed(lambda line: line.update(gist="NaN, -Infinity"))).articles
    assert json.loads(article_line(article))["runs"][0]["gist"] == "NaN, -Infinity"
    with pytest.raises(ValueError, match="JSON compliant"):
        article_line(replace(article, runs=(replace(article.runs[0], counts={"claims.tp": count}),)))


def test_a_result_holds_both_sides_with_their_places_in_the_text() -> None:
    (article,) = json.loads(to_json(scored(perfect())))["articles"]
    label, item = article["labels"]["claims"][0], article["runs"][0]["items"]["claims"][0]
    ((place,),) = label["spans"]
    assert article["text"][place[0] : place[1]] == "The reservoir will supply at least 90,000 homes a day by 2036"
    assert item["spans"] == label["spans"]
    assert (label["speaker"], item["speaker"], item["grounding"]) == (
        {"label": "moro", "names": ["Ines Moro", "Moro"]},
        ["Ines Moro"],
        "exact",
    )


def test_every_label_and_every_item_has_one_decision_with_a_reason() -> None:
    (article,) = scored(changed(_lost_claim)).articles
    (run,) = article.runs
    for layer in LAYERS:
        found = [one for one in run.decisions if one.layer == layer]
        assert sorted(one.gold for one in found if one.gold) == sorted(label.id for label in article.labels.of(layer))
        assert sorted(one.output for one in found if one.output is not None) == list(range(len(run.items.of(layer))))
        assert all(one.reason for one in found)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 9}', '{"format": 1}', "[" * 100_000])
def test_what_is_no_result_is_told_so(content: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(UsageError, match=r"r\.json:1: no result file"):
        read_result(tmp_path / "r.json")


def test_the_signature_leaves_out_what_is_not_known() -> None:
    known = str(scored(perfect()).signature)
    assert known.startswith("model perfect · gold ") and " · guide 3 · metrics 3 · package summarise-articles " in known
    assert "model" not in str(scored().signature)


def test_what_the_runs_took_is_summed_and_unknown_stays_unknown() -> None:
    usage = scored(perfect(), perfect()).usage()
    assert (usage.tokens, usage.cost, usage.seconds) == (30, 1.0, 4.0)
    assert scored(changed(lambda line: line.pop("run"))).usage().cost is None


# --- comparing --------------------------------------------------------------------------------------------------------


def test_a_change_everywhere_is_seen_and_counted_by_article() -> None:
    found = compare(many(_lost_claim), many(unchanged), ["claims.f1", "figures.unit"])
    claims, units, values_ = (found.difference(name) for name in ("claims.f1", "figures.unit", "figures.value"))
    assert (claims.win, claims.tie, claims.loss, units.win) == (16, 0, 0, 16)
    assert claims.change == pytest.approx(1 - 6 / 7, abs=1e-6)
    assert claims.p is not None and claims.p < 0.001 and claims.p_holm == 2 * claims.p
    assert (values_.change, values_.p, values_.tie, values_.p_holm) == (0.0, 1.0, 16, None)


def test_a_result_compared_with_itself_differs_in_nothing() -> None:
    result = many(_lost_claim, every=3)
    found = compare(result, result)
    assert {one.change for one in found.differences} == {0.0}
    assert {one.p for one in found.differences} == {1.0}
    assert found.flips == ()


def test_flips_name_the_label_what_changed_and_why() -> None:
    lost, unit = compare(scored(perfect()), scored(changed(_lost_claim))).flips
    assert (lost.label, lost.what, lost.change, lost.text) == ("c3", "found", "lost", "Old pipes should be mended first.")
    assert lost.reason == "nothing in the output is like it"
    assert (unit.label, unit.what, unit.change, unit.reason) == ("f1", "unit", "lost", "unit: flat in place of home")
    gained, _ = compare(scored(changed(_lost_claim)), scored(perfect())).flips
    assert gained.change == "gained"


def test_an_article_that_failed_says_so_in_its_flips() -> None:
    found = compare(scored(perfect()), scored())
    assert {flip.reason for flip in found.flips} == {"the article failed: not in the output"}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("polarity: against", "polarity: mixed", "gold"), ("guidelines: 3", "guidelines: 4", "guide version 3 and 4")],
)
def test_results_that_measure_different_things_are_not_compared(old: str, new: str, what: str) -> None:
    other = gold(GOLD.replace(old, new))
    with pytest.raises(NotComparable, match=what) as told:
        compare(scored(perfect()), scored(perfect(), of=other))
    assert told.value.exit_code == 3


def test_another_metric_version_is_not_comparable() -> None:
    other = from_json(to_json(scored(perfect())).replace('"metrics":"3"', '"metrics":"0"'))
    with pytest.raises(NotComparable, match="metric version 3 and 0"):
        compare(scored(perfect()), other)


def test_what_an_older_metric_version_did_not_measure_is_undefined_in_its_results() -> None:
    data = json.loads(to_json(scored(perfect())))
    data["metrics"] = [one for one in data["metrics"] if one["metric"] != "claims.vital_recall"]
    with pytest.raises(UnsoundResult, match=r"it has no claims\.vital_recall"):
        from_json(json.dumps(data))
    data["signature"]["metrics"] = "2"
    older = from_json(json.dumps(data))
    assert (older.estimate("claims.vital_recall").value, older.estimate("claims.f1").value) == (None, 1.0)


# --- the gate ---------------------------------------------------------------------------------------------------------


def gate(tmp_path: Path, content: str) -> EvalGate:
    (tmp_path / "gate.toml").write_text(content)
    return read_gate(tmp_path / "gate.toml")


def test_a_gate_is_read_with_its_defaults(tmp_path: Path) -> None:
    limits = '[metrics."claims.f1"]\nfloor = 0.5\n[metrics."figures.f1"]\nmax_drop = 0\nalpha = 0.01\n'
    found = gate(tmp_path, f'alpha = 0.1\nmax_failed = 2\nbaseline = "b.json"\n{limits}')
    rules = (Rule("claims.f1", 0.1, floor=0.5), Rule("figures.f1", 0.01, max_drop=0.0))
    assert found == EvalGate(rules, 2, tmp_path / "b.json")
    assert found.tested == ("figures.f1",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("flor = 1", "flor: unknown key; known: alpha, max_failed"),
        ('[metrics."claims.f2"]', "unknown metric 'claims.f2', did you mean 'claims.f1'"),
        ('[metrics."claims.f1"]\nfloor = "high"', "claims.f1.floor: 'high' is not a number"),
        ('[metrics."claims.f1"]\nfloor = 60', "claims.f1.floor: 60 is not a number from -1 to 1"),
        ("metrics = 3", "each metric is a table"),
        ("max_failed = true", "max_failed: True is not a whole number from 0"),
        ("= 3", "cannot be read"),
    ],
)
def test_a_broken_gate_is_told_so(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=message.replace(".", r"\.")):
        gate(tmp_path, content)


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (Rule("claims.f1", 0.05, floor=0.99), "fail"),
        (Rule("claims.f1", 0.05, floor=0.5), "pass"),
        (Rule("text.hallucinated", 0.05, ceiling=0.1), "pass"),
        (Rule("claims.f1", 0.05, ceiling=0.5), "fail"),
        (Rule("claims.f1", 0.05, max_drop=0.5), "pass"),
        (Rule("claims.f1", 0.05, max_drop=0.01), "fail"),
        (Rule("claims.f1", 0.0001, max_drop=0.01), "warn"),
        (Rule("figures.value", 0.05, max_drop=0.0), "pass"),
    ],
)
def test_each_limit_passes_warns_or_fails(rule: Rule, status: str) -> None:
    before, after = many(unchanged, articles=10), many(_lost_claim, articles=10)
    verdict = judge(EvalGate((rule,)), after, compare(before, after, [rule.metric]))
    assert verdict.findings[1].status == status
    assert verdict.exit_code == (1 if status == "fail" else 0)


def test_strict_lets_warnings_fail() -> None:
    before, after = many(unchanged, articles=3), many(_lost_claim, articles=3)
    found = compare(before, after, ["claims.f1"])
    lenient, strict = (judge(EvalGate((Rule("claims.f1", 0.05, max_drop=0.01),)), after, found, strict=strict) for strict in (False, True))
    assert (lenient.exit_code, strict.exit_code) == (0, 1)
    assert list(lenient.lines())[-1] == "gate passed, 1 warning"
    assert list(strict.lines())[-1] == "gate failed, 1 warning (strict)"


def test_more_failed_articles_than_allowed_fail_the_gate() -> None:
    assert judge(EvalGate(()), scored()).exit_code == 1
    assert judge(EvalGate((), max_failed=1), scored()).exit_code == 0


def test_what_is_undefined_has_not_been_reached() -> None:
    verdict = judge(EvalGate((Rule("claims.precision", 0.05, floor=0.0),), max_failed=1), scored())
    assert str(verdict.findings[1]) == "✗ claims.precision: undefined, floor .000"


def test_a_drop_without_anything_to_compare_with_is_a_warning() -> None:
    assert judge(EvalGate((Rule("claims.f1", 0.05, max_drop=0.0),)), scored(perfect())).findings[1].status == "warn"


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_the_table_shows_value_interval_n_signature_and_what_to_be_careful_about() -> None:
    shown = list(lines(result_table(scored(perfect()))))
    assert shown[0] == "1 article in 1 cluster · 0 failed"
    assert shown[3].split() == ["vital", "recall", "1.000", "1.000–1.000", "2", "key", "claims", "1.000", "of", "1"]
    assert shown[-3:] == [
        "tokens 15 · cost $0.5000 · seconds 2.0",
        str(scored(perfect()).signature),
        "⚠ only 1 cluster of articles: fewer than 20 are too few, the true intervals are wider than these",
    ]


def test_twenty_clusters_are_enough_to_say_nothing() -> None:
    assert not any("too few" in line for line in lines(result_table(many(unchanged, articles=20))))


def test_numbers_have_three_decimals_and_no_needless_zero() -> None:
    assert [number(value) for value in (None, 0.0, 0.6134, 1.0, -0.05)] == ["—", ".000", ".613", "1.000", "-.050"]
    assert number(0.05, signed=True) == "+.050"


def test_markdown_has_a_row_for_each_defined_metric() -> None:
    found = values(scored())
    rows = [line for line in markdown(result_summary(scored())).splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) == 1 + sum(value is not None for value in found.values())


def test_the_models_table_has_a_row_for_each_result() -> None:
    head, *rows = lines(models_table([("a", scored(perfect())), ("b", scored())]))
    assert "claims vital recall" in head and "figures full joint F1" in head and "cost" in head
    assert [row.split()[0] for row in rows] == ["a", "b"]


def test_a_comparison_shows_scores_costs_tests_and_flips() -> None:
    found = compare(scored(perfect()), scored(changed(_lost_claim)))
    names = ("before", "after")
    text = "\n".join([*lines(models_table(list(zip(names, (found.a, found.b), strict=True)))), *lines(comparison_table(names, found))])
    assert "claims: vital recall" in text and "$0.5000" in text and "0/0/1" in text
    assert "flipped: 0 gained, 2 lost" in text
    assert "− reservoir c3: Old pipes should be mended first. (nothing in the output is like it)" in text
    assert "| claims: F1, one to one | 1.000 | .857 | -.143 |" in markdown(comparison_table(names, found))


@pytest.mark.parametrize("hostile", [text for text in HOSTILE if text.strip()])
def test_nothing_of_an_output_or_a_name_acts_where_it_is_shown(hostile: str) -> None:
    def spoil(line: Line) -> None:
        line["claims"][2]["speaker"] = hostile
        line["figures"][0]["unit"] = hostile
        line["run"]["model"] = hostile

    result = scored(changed(spoil))
    found = compare(scored(perfect()), result)
    tables = [result_table(result), result_summary(result), comparison_table((hostile, "b"), found)]
    pasted = "".join(map(markdown, tables))
    shown = [*(line for table in tables for line in lines(table)), *pasted.splitlines(), *junit(result).splitlines()]
    assert not any(sign in line for line in shown for sign in ("\x1b", "\x07", "\u202e", "\ud800"))
    assert "<script>" not in pasted
    ET.fromstring(junit(result))
    assert from_json(to_json(result)).signature == result.signature


def test_junit_has_a_test_an_article_and_one_a_rule() -> None:
    verdict = judge(EvalGate((Rule("claims.f1", 0.05, floor=0.5),)), scored())
    suites = ET.fromstring(junit(scored(), verdict))
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors")) for s in suites] == [
        ("articles", "1", "0", "1"),
        ("gate", "2", "2", "0"),
    ]
    error = suites.find("testsuite/testcase/error")
    assert error is not None and error.get("message") == "not in the output"


# --- agreement --------------------------------------------------------------------------------------------------------


def test_a_labeller_agrees_with_himself() -> None:
    found = agreement([gold()], [gold()])
    assert {found.result.estimate(name).value for name in ("claims.f1", "claims.speaker", "stances.f1", "figures.f1", "figures.core")} == {
        1.0
    }
    assert (found.alpha, found.rated, found.mixed) == (1.0, 3, 0)


def test_alpha_is_that_of_the_matched_polarities_without_mixed() -> None:
    other = gold(
        GOLD.replace("target: reservoir, polarity: neutral", "target: reservoir, polarity: mixed").replace(
            "polarity: against", "polarity: neutral"
        )
    )
    found = agreement([gold()], [other])
    assert (found.rated, found.mixed) == (2, 1)
    # By hand: ranks .5, 1.5, 3 for against, neutral, favour (once, once, twice); seen 2, expected 36 / 3.
    assert found.alpha == pytest.approx(1 - 2 / 12)


def test_what_either_labeller_calls_optional_costs_nothing() -> None:
    fewer = gold(GOLD[: GOLD.index("- id: c5")] + GOLD[GOLD.index("stances:") :])
    assert agreement([gold()], [fewer]).result.estimate("claims.f1").value == 1.0
    assert agreement([fewer], [gold()]).result.estimate("claims.f1").value == 1.0


def test_agreement_is_about_the_same_text() -> None:
    with pytest.raises(NotComparable, match="the texts of reservoir differ"):
        agreement([gold()], [gold(GOLD.replace("on Monday", "on Sunday"))])
    with pytest.raises(NotComparable, match="no article in common"):
        agreement([gold()], [gold(GOLD.replace("id: reservoir", "id: other"))])


def test_labels_that_a_model_pre_filled_are_no_agreement_of_people() -> None:
    filled = GOLD.replace("guidelines: 3", "guidelines: 3, prefilled: qwen")
    other = GOLD.replace("id: reservoir", "id: second")
    with pytest.raises(NotComparable, match="reservoir: pre-filled by a program"):
        agreement([gold()], [gold(filled)])
    found = agreement([gold(), gold(other)], [gold(filled), gold(other)])
    assert [article.id for article in found.result.articles] == ["second"]
    assert any("left out: reservoir" in line for line in lines(agreement_table(found)))


def test_the_agreement_table_says_what_the_guide_asks_for() -> None:
    shown = list(lines(agreement_table(agreement([gold()], [gold()]))))
    assert shown[1].split() == ["claims.f1", "1.000", "1.000–1.000", "4", ".700", "reached"]
    assert shown[9].split()[-1] == "firm"


# --- templates --------------------------------------------------------------------------------------------------------


def test_a_template_is_a_sound_gold_file_that_only_lacks_labels() -> None:
    text = gold_template(
        Article("Rain fell. It was wet: very.\n\n# no comment\n", id="My Article!", title="Rain: a report", published="2030-01-02"), "ana"
    )
    faults = Problems("new.yaml")
    found = parsed(text, faults)
    assert found is not None
    assert (found.id, found.title, found.published, found.labelled_by) == ("my-article", "Rain: a report", "2030-01-02", ("ana",))
    assert "nothing is labelled yet" in {fault.message for fault in faults.warnings}
    assert "# [2] It was wet: very." in text


def test_a_template_without_a_labeller_says_what_is_missing() -> None:
    faults = Problems("new.yaml")
    assert parsed(gold_template(Article("Rain fell.")), faults) is None
    assert [fault.message for fault in faults.errors] == ["left empty"]


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(lambda text: text.strip() and "\r" not in text))
@example("Rain fell.\n\n")
@example("Rain fell.\n\n\n\n")
@example("\n\nRain fell.")
def test_a_template_gives_back_the_text_letter_for_letter(text: str) -> None:
    found = parsed(gold_template(Article(text), "ana"), Problems("new.yaml"))
    assert found is not None and found.text == text
