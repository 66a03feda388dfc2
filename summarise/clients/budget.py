"""A budget: what a run may spend, kept by holding the worst case of each request before it is sent."""

from __future__ import annotations

import asyncio
from collections import deque

from summarise.errors import LimitReached


class Budget:
    """US dollars. `spent` is settled, `held` may still be spent by what is in flight; their sum never goes over `cap` (None: no limit)."""

    def __init__(self, cap: float | None = None) -> None:
        self.cap = cap
        self.spent = 0.0
        self.held = 0.0
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()

    async def hold(self, worst: float) -> float:
        """Set `worst` aside, waiting for others to settle where that can make room. Returns what was set aside.

        Raises LimitReached when there is no room for it even if all that is held were given back.
        """
        if self.cap is None:
            return 0.0
        if not self._waiting and self._fits(worst):
            self.held += worst
            return worst
        self._refuse_if_hopeless(worst)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((worst, place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self.settle(worst, 0.0)
            raise
        return worst

    def settle(self, held: float, cost: float) -> None:
        """Give back what was held and book what it really cost."""
        self.held = max(0.0, self.held - held)
        self.spent += cost
        self._pump()

    def _fits(self, worst: float) -> bool:
        return self.cap is None or self.spent + self.held + worst <= self.cap

    def _refuse_if_hopeless(self, worst: float) -> None:
        if self.cap is not None and self.spent + worst > self.cap:
            raise self._exhausted(worst)

    def _exhausted(self, worst: float) -> LimitReached:
        return LimitReached(
            f"{self.spent:.4f} of {self.cap:.4f} US$ are spent, and the next request may cost {worst:.4f}",
            hint="a higher --max-cost goes on where this run stopped",
        )

    def _pump(self) -> None:
        while self._waiting:
            worst, place = self._waiting[0]
            hopeless = self.cap is not None and self.spent + worst > self.cap
            if not place.done() and not hopeless and not self._fits(worst):
                return
            self._waiting.popleft()
            if place.done():
                continue
            if hopeless:
                place.set_exception(self._exhausted(worst))
            else:
                self.held += worst
                place.set_result(None)
