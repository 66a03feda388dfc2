"""What the tests of the live client share: a short article that meets the behaviours it names, and one question about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fake_openai import FakeOpenAI

from summarise.article import Article
from summarise.clients.protocol import Call, Record, Target
from summarise.clients.rate_limit import RetryPolicy
from summarise.clients.remote import Limits, Remote, Timeouts
from summarise.document import Document
from summarise.errors import SummariseError
from summarise.ground.parse import parse
from summarise.prompt import Request, load

KEY = "sk-secret-key-of-the-test"
TEXT = "The bank lent US$20 billion to farmers last year. Its head, Ann Lee, wants more of it."
QUICK = RetryPolicy(base=0.01, max_backoff=0.02)


def request(words: str, text: str = TEXT) -> Request:
    """A request about an article whose requests meet these behaviours of the fake server, in turn."""
    document = Document.of(Article(text, source=f"FAKE({words})"))
    return Request(document, load(), 1, len(document.sentences))


def grounded(request: Request) -> Callable[[str], list[str]]:
    """A small check of our own: sentences must exist."""
    count = len(request.document.sentences)
    return lambda content: [f"there is no sentence {n}" for claim in parse(content)[0].claims for n in claim.sentences if n > count]


@dataclass
class Asked:
    """What came of one question: a record or an error, and all that was saved on the way."""

    record: Record | None = None
    error: SummariseError | None = None
    saved: list[Record] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.record.status if self.record else type(self.error).__name__

    @property
    def attempts(self) -> list[tuple[int | None, str | None]]:
        """Status and finish of each attempt."""
        return [(a.http, a.finish) for a in self.record.attempts] if self.record else []


def remote(fake: FakeOpenAI, *, model: str = "gpt-5-mini", mode: Any = "json_schema", deadline: float = 5.0, **options: Any) -> Remote:
    target = Target("openai", fake.url, model, mode=mode, temperature=0.0)
    retry = options.pop("retry", QUICK)
    return Remote(target, check=grounded, api_key=KEY, timeouts=Timeouts(deadline, 2.0), limits=Limits(**options), retry=retry)


async def ask(client: Remote, words: str, record: Record | None = None) -> Asked:
    asked = Asked()
    try:
        asked.record = await client.ask(Call(client.target, request(words)), record, asked.saved.append)
    except SummariseError as error:
        asked.error = error
    return asked


def ask_once(fake: FakeOpenAI, words: str, record: Record | None = None, **options: Any) -> Asked:
    async def main() -> Asked:
        async with remote(fake, **options) as client:
            return await ask(client, words, record)

    return asyncio.run(main())
