"""What people look at: one summary or a comparison, in terminal, Markdown, notebook and HTML."""

from __future__ import annotations
