from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.clients.rate_limit import Budget
from summarise.errors import LimitReached


def test_without_a_cap_nothing_is_held_but_all_is_counted():
    budget = Budget()
    assert asyncio.run(budget.hold(5.0)) == 0.0
    budget.settle(0.0, 0.25)
    assert (budget.spent, budget.held) == (0.25, 0.0)


def test_who_does_not_fit_waits_for_the_others_to_settle():
    async def main():
        budget = Budget(1.0)
        first = await budget.hold(0.75)
        second = asyncio.create_task(budget.hold(0.5))
        await asyncio.sleep(0)
        waited = not second.done()
        budget.settle(first, 0.125)
        return waited, await second, budget.spent, budget.held

    assert asyncio.run(main()) == (True, 0.5, 0.125, 0.5)


def test_who_cannot_fit_even_if_all_is_given_back_is_refused_at_once():
    async def main():
        budget = Budget(1.0)
        budget.settle(0.0, 0.75)
        await budget.hold(0.5)

    with pytest.raises(LimitReached, match=r"0.7500 of 1.0000 US\$ are spent, and the next request may cost 0.5000"):
        asyncio.run(main())


def test_who_waits_is_refused_when_the_others_have_spent_too_much():
    async def main():
        budget = Budget(1.0)
        first = await budget.hold(0.75)
        second = asyncio.create_task(budget.hold(0.5))
        await asyncio.sleep(0)
        budget.settle(first, 0.75)
        await second

    with pytest.raises(LimitReached):
        asyncio.run(main())


def test_who_gives_up_waiting_leaves_nothing_held():
    async def main():
        budget = Budget(1.0)
        first = await budget.hold(0.75)
        second = asyncio.create_task(budget.hold(0.5))
        await asyncio.sleep(0)
        budget.settle(first, 0.0)  # lets the second in at the moment in which it is cancelled
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        return budget.held

    assert asyncio.run(main()) == 0.0


@settings(max_examples=40)
@given(st.floats(0.1, 5), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=40), st.randoms(use_true_random=False))
def test_what_is_spent_and_held_never_passes_the_cap(cap: float, requests: list[tuple[float, float]], dice: random.Random):
    async def one(budget: Budget, worst: float, share: float) -> None:
        try:
            held = await budget.hold(worst)
        except LimitReached:
            return
        assert budget.spent + budget.held <= cap + 1e-9
        for _ in range(dice.randrange(4)):
            await asyncio.sleep(0)
        budget.settle(held, worst * share)

    async def main() -> Budget:
        budget = Budget(cap)
        await asyncio.wait_for(asyncio.gather(*(one(budget, worst, share) for worst, share in requests)), 5)
        return budget

    budget = asyncio.run(main())
    assert budget.spent <= cap + 1e-9
    assert budget.held == pytest.approx(0, abs=1e-9)
