"""The report: one HTML file that shows results with every decision beside the text it was made on."""

from summarise.evals.report.page import report, write_report

__all__ = ["report", "write_report"]
