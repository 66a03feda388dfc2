"""Claims of several articles: which of them state one thing, and which contradict it."""

from summarise.compare.claims.grouping import claim_groups

__all__ = ["claim_groups"]
