"""The live service: any OpenAI-compatible API, or a vendor that instructor knows. Nothing else imports openai, instructor or tenacity."""

from summarise.clients.remote.source import Limits, Remote, Timing

__all__ = ["Limits", "Remote", "Timing"]
