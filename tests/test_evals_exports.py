"""Results for other programs: CSV, and logs of Inspect."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from evals_made import changed, gold, output, perfect, scored
from hypothesis import given
from hypothesis import strategies as st
from made_summaries import HOSTILE
from pydantic_core import from_json

from summarise.cli import main
from summarise.errors import UsageError
from summarise.evals.evaluate import Provenance, evaluate
from summarise.evals.exports import csv_table, inspect_log, junit
from summarise.evals.metrics import METRICS
from summarise.evals.outputs import Output
from summarise.evals.results import Result, write_result
from summarise.text.sanitise import safe


def rows(result: Result, layer: str = "metrics") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_table(result, layer))))


def test_each_metric_is_a_row_with_its_interval_and_what_it_depends_on() -> None:
    result = scored(perfect())
    found = rows(result)
    assert [row["metric"] for row in found] == list(METRICS)
    first = found[0]
    assert (first["value"], first["low"], first["high"], first["n"], first["of"]) == ("1.0", "1.0", "1.0", "2.0", "key claims")
    assert {row["gold"] for row in found} == {result.signature.gold}
    assert (first["model"], first["guidelines"], first["metrics_version"]) == ("perfect", "3", result.signature.metrics)


def test_what_is_undefined_is_an_empty_cell() -> None:
    (kappa,) = [row for row in rows(scored({"article": {"id": "reservoir"}})) if row["metric"] == "stances.kappa"]
    assert (kappa["value"], kappa["low"], kappa["high"], kappa["macro"]) == ("", "", "", "")


def test_each_decision_is_a_row_with_both_sides() -> None:
    line = changed(lambda line: line["figures"][0].update(unit="house"))
    found = rows(scored(line, perfect()), "decisions")
    assert len(found) == 26
    wrong = next(row for row in found if row["repeat"] == "1" and row["label"] == "f1")
    assert (wrong["layer"], wrong["verdict"], wrong["output"]) == ("figures", "matched", "f1")
    assert (wrong["label_text"], wrong["unit_verdict"], wrong["unit_gold"], wrong["unit_output"]) == (
        "at least 90,000 homes a day",
        "incorrect",
        "home",
        "house",
    )
    missed = next(row for row in found if row["verdict"] == "left_out")
    assert (missed["output"], missed["output_text"], missed["label_text"]) == ("", "", "Between 300 and 350 people came to the meeting.")


def test_cells_that_a_spreadsheet_could_run_are_defused() -> None:
    line = changed(lambda line: line["claims"][0].update(text='=HYPERLINK("http://x.example","y")', speaker="@home"))
    found = rows(scored(line), "decisions")
    cells = [cell for row in found for cell in row.values()]
    assert '\'=HYPERLINK("http://x.example","y")' in cells
    assert "'@home" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "+")]


def test_a_layer_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="no layer 'claims'"):
        csv_table(scored(perfect()), "claims")


def test_an_inspect_log_holds_a_sample_for_each_repeat_and_every_metric() -> None:
    result = evaluate(
        [gold()], [output(perfect()), output(perfect())], Provenance({"model": "x"}, made="2031-04-20T10:00:00+00:00"), resamples=20
    )
    log = json.loads(inspect_log(result))
    assert (log["version"], log["status"], log["eval"]["model"], log["eval"]["created"]) == (
        2,
        "success",
        "perfect",
        "2031-04-20T10:00:00+00:00",
    )
    assert [(one["id"], one["epoch"]) for one in log["samples"]] == [("reservoir", 1), ("reservoir", 2)]
    metrics = log["results"]["scores"][0]["metrics"]
    assert (metrics["claims.f1"]["value"], metrics["claims.f1"]["metadata"]["low"]) == (1.0, 1.0)
    assert set(metrics) == {one.metric for one in result.estimates if one.value is not None}
    assert log["samples"][0]["scores"]["summarise"]["value"]["claims.tp"] == 4
    assert log["eval"]["metadata"]["signature"]["gold"] == result.signature.gold


def test_an_article_that_failed_is_a_sample_with_an_error() -> None:
    log = json.loads(inspect_log(evaluate([gold()], [Output("reservoir", failed="limit: too dear")], resamples=20)))
    assert (log["samples"][0]["error"]["message"], log["samples"][0]["output"]["choices"]) == ("limit: too dear", [])
    assert (log["results"]["total_samples"], log["results"]["completed_samples"]) == (1, 0)


@given(st.text() | st.sampled_from(HOSTILE))
def test_any_text_makes_an_inspect_log_and_a_junit_report_that_strict_parsers_read(text: str) -> None:
    def spoil(line: dict[str, Any]) -> None:
        line["gist"] = line["claims"][2]["speaker"] = line["figures"][0]["unit"] = line["run"]["model"] = text

    result = scored(changed(spoil))
    log = from_json(inspect_log(result))
    assert json.loads(log["samples"][0]["output"]["choices"][0]["message"]["content"])["gist"] == text.encode("utf-8", "replace").decode()
    assert ascii(safe(inspect_log(result))) == ascii(inspect_log(result))
    assert ET.fromstring(junit(result)).get("name") == "summarise eval"


def test_inspect_itself_reads_the_log(tmp_path: Path) -> None:
    inspect = pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed; the structure is tested above")
    for name, run in (("sound", output(perfect())), ("failed", Output("reservoir", failed="too dear"))):
        path = tmp_path / f"{name}.json"
        path.write_text(inspect_log(evaluate([gold()], [run], resamples=20)))
        log = inspect.read_eval_log(str(path))
        assert [sample.id for sample in log.samples] == ["reservoir"]
        assert log.samples[0].scores["summarise"].value["claims.gold"] == 4
        assert log.results.scores[0].metrics["claims.recall"].value == float(name == "sound")


def test_the_command_takes_the_format_from_the_suffix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = scored(perfect())
    write_result(result, tmp_path / "r.json")
    export = ["eval", "export", str(tmp_path / "r.json")]
    assert main([*export, "-o", str(tmp_path / "s.csv")]) == main([*export, "-o", str(tmp_path / "log.json")]) == main(export) == 0
    assert (tmp_path / "s.csv").read_text() == csv_table(result) == capsys.readouterr().out
    assert (tmp_path / "log.json").read_text() == inspect_log(result)
    assert main([*export, "--layer", "decisions"]) == 0
    assert capsys.readouterr().out == csv_table(result, "decisions")
    assert main([*export, "-f", "inspect", "--layer", "decisions"]) == 2
    assert "--layer is for csv" in capsys.readouterr().err
