"""What must be known of an article's gold to make, find and sum up its outputs: all but the labels."""

from __future__ import annotations

from dataclasses import dataclass

from summarise.evals.gold import Gold
from summarise.text import Article


@dataclass(frozen=True, slots=True)
class Heading:
    """`digest` is that of all that can change a score, which the name of the labels is made from; `sha256` is that of the text."""

    id: str
    file: str
    cluster: str
    guidelines: str
    sha256: str
    digest: str
    prefilled: str | None
    article: Article

    @classmethod
    def of(cls, gold: Gold) -> Heading:
        article = Article(gold.text, gold.id, gold.title, gold.source, gold.published, gold.url, gold.language)
        return cls(gold.id, gold.file, gold.cluster, gold.guidelines, gold.sha256, gold.digest, gold.prefilled, article)
