"""The report: one HTML file that shows many articles side by side, each item linked to the words that prove it."""

from summarise.report.fragment import comparison_html
from summarise.report.markdown import comparison_markdown
from summarise.report.page import report, write_report

__all__ = ["comparison_html", "comparison_markdown", "report", "write_report"]
