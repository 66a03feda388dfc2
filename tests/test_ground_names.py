"""What the article calls a speaker, and which names it does not have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.ground.names import ArticleNames

ARTICLE = """“The levy will fail,” said Ursula Brandt, the president of the Central Bank of Ardova. Ana Ruiz (Left) and Ben Cole (Greens)
disagreed. Ardova’s defence ministry kept silent; Forty-nine of the deputies walked out. The United States and France sent letters.
A report by the European Court of Auditors (ECA) is due, the **Daily Herald** wrote. Ms. Okoye, a farmer in Graz, called it theft."""


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ursula Brandt", "Ursula Brandt"),
        ("ursula brandt", "Ursula Brandt"),
        ("Central Bank president Ursula Brandt", "Ursula Brandt"),
        ("Ursula Brandt, president of the Central Bank", "Ursula Brandt"),
        ("President Brandt", "Brandt"),
        ("Ana Ruiz and Ben Cole", "Ana Ruiz and Ben Cole"),
        ("the defence ministry of Ardova", "Ardova’s defence ministry"),
        ("Ardova's defence ministry", "Ardova’s defence ministry"),
        ("European Court of Auditors report", "European Court of Auditors"),
        ("Daily Herald", "Daily Herald"),
        ("Ms Okoye", "Ms. Okoye"),
        ("U.S.", "United States"),
        ("49 of the deputies", "Forty-nine of the deputies"),
    ],
)
def test_a_name_in_another_form_is_what_the_article_calls_it(name: str, called: str) -> None:
    assert ArticleNames(ARTICLE).called(name) == called


@pytest.mark.parametrize("name", ["Nora Vale", "Ana Cole", "Ursula Cole", "Ben Brandt", "sources close to the board", "President Xi", "…"])
def test_who_is_not_in_the_article_is_called_nothing(name: str) -> None:
    assert ArticleNames(ARTICLE).called(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "Farmers in Graz call the levy theft.",
        "Critics say the Central Bank’s levy will fail.",
        "French and American letters arrived.",
        "The ECA will report.",
        "Demand for the levy is low.",
        "The Ardovan ministry kept silent.",
        "On Monday in March the deputies left.",
    ],
)
def test_names_of_the_article_and_common_words_are_known(text: str) -> None:
    assert ArticleNames(ARTICLE).unknown(text) == []


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("The levy failed after Viktor Stahl left.", ["Viktor", "Stahl"]),
        ("Stahl says the levy will fail.", ["Stahl"]),
        ("The pro-Stahl deputies left.", ["pro-Stahl"]),
        ("NATO sent letters.", ["NATO"]),
        ("Ana Cole walked out.", ["Ana Cole"]),
    ],
)
def test_a_name_that_the_article_lacks_is_told(text: str, lacks: list[str]) -> None:
    assert ArticleNames(ARTICLE).unknown(text) == lacks


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_is_held_against_any_article(text: str, article: str) -> None:
    names = ArticleNames(article)
    names.unknown(text)
    called = names.called(text)
    assert called is None or called.strip()


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Pc"]), max_size=120))
def test_an_article_has_all_its_own_names(text: str) -> None:
    assert ArticleNames(text).unknown(text) == []
