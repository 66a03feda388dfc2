"""The live service: any OpenAI-compatible API, or a vendor that instructor knows. Nothing else imports openai, instructor or tenacity."""

from summarise.clients.rate_limit import Timeouts
from summarise.clients.remote.conversation import Limits, Remote

__all__ = ["Limits", "Remote", "Timeouts"]
