"""A run, held in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

import summarise as sm


@pytest.fixture(scope="module")
def run() -> sm.Run:
    unread = sm.Unread(id="b", where="b.txt", error=sm.errors.InputError("nothing in it", kind="empty"))
    return sm.Summariser().run([sm.Article("Deals of US$20 billion were signed.", id="a"), unread])


def test_a_run_is_a_sequence_in_the_order_of_the_articles(run: sm.Run) -> None:
    assert [item.article.id for item in run] == ["a", "b"]
    assert (len(run), run[1].article.id, len(run[:1])) == (2, "b", 1)
    assert (len(run.summaries), len(run.failures)) == (1, 1)


def test_a_run_writes_itself(run: sm.Run, tmp_path: Path) -> None:
    run.write(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == "".join(item.to_json() + "\n" for item in run)


def test_a_run_is_a_frame_for_each_library(run: sm.Run) -> None:
    assert run.to_pandas()["value"].tolist() == [20e9]
    assert run.to_polars("articles")["article_id"].to_list() == ["a", "b"]
    assert run.to_arrow().num_rows == 1


def test_a_run_shows_itself_in_a_notebook(run: sm.Run) -> None:
    assert "nothing in it" in run._repr_html_()
