"""Several articles side by side, from their summaries alone: figures, claims, stances and a timeline."""
