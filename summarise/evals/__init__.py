"""Evaluation against labels written by hand. It reads summaries, ours or anybody's, and knows nothing of the clients or the pipeline."""
