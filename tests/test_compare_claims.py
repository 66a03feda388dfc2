"""Claims across articles: the same, the contrary, and what cannot be told."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_sources import claim, made, sources
from made_summaries import HOSTILE, summaries

from summarise.compare.claims import claim_groups
from summarise.compare.model import ClaimGroup, sources_of
from summarise.schema import Claim, Summary

LOSS = "The Wendmere works of Harland Sugar lost £11.4m in the year to September 2023."


def groups_of(*texts: Claim | str, **dates: str) -> tuple[ClaimGroup, ...]:
    """Of articles a, b, c …, with a claim each."""
    return claim_groups(sources(*(made(id, text, published=dates.get(id)) for id, text in zip("abcdefgh", texts, strict=False))))


def verdict(stated: Claim | str, other: Claim | str, **dates: str) -> str | None:
    """ "same", the reason of a contradiction, or None for two groups."""
    groups = groups_of(stated, other, **dates)
    if len(groups) == 2:
        return None
    return next((item.contradicts for item in groups[0].claims if item.contradicts), "same")


@pytest.mark.parametrize(
    ("stated", "other"),
    [
        (LOSS, LOSS),
        (LOSS, "Harland Sugar's works at Wendmere lost 11.4 million pounds in the year to September 2023."),
        (LOSS, "In the year to September 2023 the Wendmere works of Harland Sugar lost £11.4 million, its third loss."),
        ("Trewarne sold nearly 50 houses in Garrick to families.", "Trewarne sold 48 houses in Garrick to families."),
        (
            "Talks between Hestrey and Sollund broke up in Tallin.",
            "Talks between Hestrey and Sollund in Tallin broke up late on 4 February.",
        ),
        (claim("Trewarne did not offer Mount Harrow for A$1.", mode="denies"), "Trewarne did not offer Mount Harrow for A$1."),
    ],
)
def test_the_same_in_other_words_is_one_group(stated: Claim | str, other: Claim | str) -> None:
    assert verdict(stated, other) == "same"


@pytest.mark.parametrize(
    ("stated", "other", "reason"),
    [
        (
            "Trewarne offered Mount Harrow to all comers for A$1.",
            claim("Trewarne did not offer Mount Harrow to all comers for A$1.", "Trewarne", "denies"),
            "denies it",
        ),
        (
            "Trewarne offered Mount Harrow to all comers for A$1.",
            claim("Trewarne denied a report in a newsletter that it had offered Mount Harrow to all comers for A$1.", "Trewarne", "denies"),
            "denies it",
        ),
        ("The wall of Dam 3 at Mount Harrow was safe.", "The wall of Dam 3 at Mount Harrow was not safe.", "says that it is not so"),
        (
            "The Allied Mineworkers of Garrick lost nine members in the flood.",
            "The Allied Mineworkers of Garrick lost 11 members in the flood.",
            "says nine members, not 11",
        ),
        ("Fares at Garrick rose by 45 cents a mile.", "Fares at Garrick rose by 4.5 cents a mile.", "says 4.5 cents, not 45"),
        (
            claim("Ministers of Tasmania must close the Harrow mine.", mode="demands"),
            claim("Ministers of Tasmania must not close the Harrow mine.", mode="demands"),
            "demands the opposite",
        ),
    ],
)
def test_the_contrary_of_the_shortest_is_in_its_group_with_the_reason(stated: Claim | str, other: Claim | str, reason: str) -> None:
    assert {verdict(stated, other), verdict(other, stated)} == {reason}


@pytest.mark.parametrize(
    ("stated", "other"),
    [
        ("Harland Sugar closes its beet factory at Wendmere next year.", "Harland Sugar closes its beet factory at Kelbrough next year."),
        ("Mount Harrow produced 5,200 tonnes of tin last year.", "Mount Harrow produced 5,200 tonnes of copper last year."),
        (
            "Exports of Sollund herring to Hestrey rose by 4 percent in May.",
            "Exports of Sollund herring to Hestrey fell by 4 percent in May.",
        ),
        ("In Europe China needs Russia and its gas more than ever.", "In Europe Russia needs China and its gas more than ever."),
        ("Rents in Port Ellery rose from 5 to 7 percent of income.", "Rents in Port Ellery rose from 7 to 5 percent of income."),
        ("The bridge at Garrick will close in March for repairs.", "The bridge at Garrick will close in April for repairs."),
        ("The mine at Mount Harrow lost $5 million on tin in 2023.", "The mine at Mount Harrow lost $9 million on tin in 2024."),
        ("The mine at Mount Harrow may reopen after the inquiry.", "The mine at Mount Harrow reopened after the inquiry."),
        ("The Nova 5 failed the safety test in Bern.", "Some cells of the Nova 5 failed the safety test in Bern."),
        ("The wall of Dam 3 at Mount Harrow was safe.", "The wall of Dam 3 at Mount Harrow was unsafe."),
        ("Trade of Hestrey with Sollund grew by 5 percent.", "Trade of Hestrey with Sollund grew by 5 tonnes."),
        ("A team of Hestrey beat one of Sollund in May.", "A team of Hestrey was beaten by one of Sollund in May."),
        ("Wolds will mark 400 essays at $5 in Ravensby.", "Wolds will mark 400 essays at £5 in Ravensby."),
        (claim("Ministers lower the pond at Mount Harrow.", mode="demands"), "Ministers lower the pond at Mount Harrow."),
        ("The company did not respond to a request for comment.", "The company did not respond to a request for comment."),
        (claim("I never closed a school in the outbreak.", "Ana Ruiz"), claim("I never closed a school in the outbreak.", "Bo Lind")),
        ("He was told about it.", "He was told about it."),
        ("", ""),
        ("漢字かな", "漢字かな交じり文"),
    ],
)
def test_what_is_unsure_is_in_two_groups(stated: Claim | str, other: Claim | str) -> None:
    assert verdict(stated, other) is None
    assert verdict(other, stated) is None


def test_another_number_a_week_later_is_no_contradiction() -> None:
    stated, other = "Police in Garrick counted nine people dead in the flood.", "Police in Garrick counted 11 people dead in the flood."
    assert verdict(stated, other, a="2025-03-11", b="2025-03-12") == "says nine people, not 11"
    assert verdict(stated, other, a="2025-03-11", b="2025-03-20") is None


def test_a_count_that_goes_on_contradicts_nothing() -> None:
    assert verdict("Nine people are missing in Garrick after the flood.", "11 people are missing in Garrick after the flood.") is None


def test_an_article_does_not_contradict_itself_in_its_own_voice() -> None:
    stated, other = "The Sollund fleet landed nine tonnes of herring.", "The Sollund fleet landed 11 tonnes of herring."
    assert len(claim_groups(sources(made("a", stated, other)))) == 2
    said = claim_groups(sources(made("a", claim(stated, "Hestrey"), claim(other, "Ana Ruiz"))))
    assert [(group.corroborated, group.contradicted) for group in said] == [(1, 1)]


def test_copies_count_once() -> None:
    found = claim_groups(sources(made("a", LOSS, sha256="x"), made("b", LOSS, sha256="x"), made("c", LOSS)))
    assert [(group.corroborated, len(group.claims)) for group in found] == [(2, 3)]


def test_one_wire_copy_two_hundred_times_is_one_group() -> None:
    found = claim_groups(sources(*(made(str(n), LOSS, sha256="x") for n in range(200))))
    assert [(group.corroborated, len(group.claims)) for group in found] == [(1, 200)]


def test_the_majority_states_and_the_others_contradict() -> None:
    yes, no = "Harland Sugar will sell the Wendmere works.", "Harland Sugar will not sell the Wendmere works."
    group = groups_of(yes, no, no)[0]
    assert (group.text, group.corroborated, group.contradicted) == (no, 2, 1)
    assert [(item.source.key, item.contradicts) for item in group.claims] == [("B", None), ("C", None), ("A", "says that it is so")]


def test_the_text_of_a_group_is_its_shortest_wording() -> None:
    longer = f"{LOSS[:-1]}, its third loss."
    assert groups_of(longer, LOSS)[0].text == LOSS


def test_the_widest_spread_comes_first_then_what_is_contradicted_then_what_the_article_puts_first() -> None:
    yes, no = "Harland Sugar will sell the Wendmere works.", "Harland Sugar will not sell the Wendmere works."
    found = claim_groups(
        sources(
            made("a", "Ana Ruiz leads the town of Garrick.", "Bo Lind keeps hens in Strathorne.", LOSS, yes), made("b", LOSS), made("c", no)
        )
    )
    assert [group.text for group in found] == [LOSS, yes, "Ana Ruiz leads the town of Garrick.", "Bo Lind keeps hens in Strathorne."]
    assert [group.key for group in found] == ["claim-1", "claim-2", "claim-3", "claim-4"]


def first(**dates: str) -> str | None:
    group = groups_of(LOSS, LOSS, LOSS, **dates)[0]
    return group.first.source.key if group.first else None


def test_the_first_is_the_earliest_by_date() -> None:
    assert first(a="2025-03-12", b="2025-03-11", c="2025-04") == "B"


def test_none_is_first_where_dates_do_not_tell() -> None:
    assert first(b="2025-03-11") is None
    assert claim_groups(sources(made("a", LOSS, LOSS, published="2025-03-11")))[0].first is None
    assert first(a="2025-03-11", b="2025-03-11") is None
    assert first(a="2025", b="2025-03-11") is None


def test_the_same_evidence_makes_likeness_enough() -> None:
    sentence = "Stones of seven centimetres, as came down in Oberlaimbach, go through the tiles of any roof."
    one = claim("The seven-centimetre stones that fell in Oberlaimbach went through roof tiles.", "Ana Ruiz", evidence=[sentence])
    other = claim("Stones of seven centimetres, as came down in Oberlaimbach, go through tiles.", "Ana Ruiz", evidence=[sentence])
    assert verdict(one, other) == "same"
    assert verdict(one.model_copy(update={"evidence": []}), other) is None


def test_one_sentence_may_hold_several_statements() -> None:
    sentence = "Four tankers bring 55,000 litres a day to Garrick, where the church has been closed since Monday."
    assert (
        verdict(
            claim("Four tankers bring 55,000 litres a day to Garrick.", evidence=[sentence]),
            claim("The church is closed.", evidence=[sentence]),
        )
        is None
    )


WORDS = "Harland Sugar will not close sell the Wendmere works nine 11 £5m tonnes in March 2024 he said denied that of and".split()
_texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join) | st.sampled_from([*HOSTILE, LOSS])
_claims = st.builds(
    claim,
    _texts,
    st.sampled_from([None, "Ana Ruiz", "Bo"]),
    st.sampled_from(["asserts", "denies", "predicts", "demands"]),
    st.lists(_texts, max_size=2),
)
_articles = st.lists(st.tuples(st.lists(_claims, max_size=4), st.sampled_from([None, "2025", "2025-03-11", "x"])), max_size=5)


def articles_of(found: list[tuple[list[Claim], str | None]]) -> list[Summary]:
    return [made(f"{at}", *claims, published=published) for at, (claims, published) in enumerate(found)]


@settings(max_examples=80)
@given(_articles)
def test_every_claim_is_in_exactly_one_group(found: list[tuple[list[Claim], str | None]]) -> None:
    articles = articles_of(found)
    grouped = Counter(id(item.claim) for group in claim_groups(sources_of(articles)) for item in group.claims)
    assert grouped == Counter(id(one) for article in articles for one in article.claims)


@settings(max_examples=80)
@given(_articles, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_the_articles(found: list[tuple[list[Claim], str | None]], random: object) -> None:
    articles = articles_of(found)
    turned = list(articles)
    random.shuffle(turned)  # type: ignore[attr-defined]

    def content(groups: tuple[ClaimGroup, ...]) -> list[object]:
        return [
            (
                g.key,
                g.text,
                g.corroborated,
                g.contradicted,
                Counter((i.source.summary.article.id, id(i.claim), i.contradicts) for i in g.claims),
            )
            for g in groups
        ]

    assert content(claim_groups(sources_of(articles))) == content(claim_groups(sources_of(turned)))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.lists(summaries, max_size=4))
def test_no_summary_is_too_odd_to_be_grouped(found: list[Summary]) -> None:
    groups = claim_groups(sources_of(found))
    assert sum(len(group.claims) for group in groups) == sum(len(summary.claims) for summary in found)
    assert all(group.corroborated >= 1 for group in groups)


@pytest.mark.parametrize(
    "text", ["a " * 300, "9" * 600, "1.5 " * 150, "not " * 150, "“" * 600, "A.B." * 150, "said that " * 60, "9e999 tonnes of tin"]
)
def test_long_odd_texts_are_grouped_with_their_like(text: str) -> None:
    assert sum(len(group.claims) for group in groups_of(text, text, f"{text}x")) == 3


def calls_for(count: int) -> int:
    """How many functions are called for so many articles on as many subjects, with variants of each claim."""
    places = [
        f"{a}{b}" for a in ("Ald", "Bren", "Cor", "Dun", "Esk", "Far", "Gal", "Hest") for b in ("moor", "zik", "vane", "holt", "el", "row")
    ]
    articles = [
        made(
            str(n),
            *(
                f"The {places[n % 48]} council of {places[(n * 7 + at) % 48]} voted by {n % 90} to {at} to rebuild the harbour wall."
                for at in range(4)
            ),
            f"Mayor {places[(n // 48) % 48]} of {places[n % 48]} opposes a rise in the harbour dues.",
        )
        for n in range(count)
    ]
    found = sources_of(articles)
    calls = Counter[str]()
    sys.setprofile(lambda frame, event, value: calls.update([event]))
    try:
        claim_groups(found)
    finally:
        sys.setprofile(None)
    return calls["call"]


def test_eight_times_the_articles_are_at_most_ten_times_the_work() -> None:
    assert 0 < calls_for(160) <= 10 * calls_for(20)
