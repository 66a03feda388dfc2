"""Vendors: models of other houses ("anthropic/…", "ollama/…"), through instructor's from_provider, made to look like OpenAI's."""

from __future__ import annotations

import json
from typing import Any

import instructor
from instructor.core import IncompleteOutputException, InstructorRetryException
from openai import AsyncOpenAI

from summarise.clients.protocol import Target, draft_schema
from summarise.clients.remote.errors import Service
from summarise.errors import SettingsError
from summarise.secrets import check_key

# What vendors call the tokens that went in and came out.
_USED = (("input_tokens", "output_tokens"), ("prompt_tokens", "completion_tokens"), ("prompt_token_count", "candidates_token_count"))


def vendor_client(target: Target, service: Service) -> Any:
    """The client of `target.api`; its key is that of `service`, or in its own variable. Raises SettingsError where none can be had."""
    options: dict[str, Any] = {"api_key": service.secret} if service.secret else {}
    try:
        client = instructor.from_provider(f"{target.api}/{target.model}", async_client=True, mode=instructor.Mode.TOOLS, **options)
    except Exception as error:  # noqa: BLE001  # a missing package, a missing key, an unknown vendor: each SDK has its own class
        hint = "is its package installed, its key set?"
        raise SettingsError(f"{target.api}/{target.model} cannot be asked: {service.quoted(error)}", hint=hint) from None
    sdk: Any = client.client
    if isinstance(key := getattr(sdk, "api_key", None), str):
        check_key(key, f"the variable of {target.api}")
    if hasattr(sdk, "max_retries"):
        sdk.max_retries = 0  # retries are ours
    return client


def speaks_openai(client: Any) -> bool:
    """Whether the vendor's API is that of OpenAI under another address."""
    return isinstance(client.client, AsyncOpenAI)


class _Raw(instructor.OpenAISchema):
    """Takes whatever JSON the vendor brings: it is checked later, where all answers are."""

    text: str = ""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return draft_schema() | {"title": "Draft"}

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Any:
        return cls.model_construct(text=json_data if isinstance(json_data, str) else bytes(json_data).decode("utf-8", "replace"))

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> Any:
        return cls.model_construct(text=json.dumps(obj, ensure_ascii=False))


async def ask_vendor(client: Any, body: dict[str, Any]) -> bytes:
    """One request; its answer as the body of an OpenAI completion. Raises the exceptions of the vendor's SDK."""
    sampling = {name: body[name] for name in ("max_tokens", "temperature") if name in body}
    try:
        raw, answer = await client.create_with_completion(response_model=_Raw, messages=body["messages"], max_retries=0, **sampling)
    except IncompleteOutputException as error:
        return _as_openai("", error.last_completion, "length")
    except InstructorRetryException as error:
        cause = error.__cause__ or error
        cause.__context__ = None
    else:
        return _as_openai(raw.text, answer, "stop")
    raise cause


def _as_openai(text: str, answer: Any, finish: str) -> bytes:
    used = getattr(answer, "usage", None) or getattr(answer, "usage_metadata", None)
    counts = next(((getattr(used, i), getattr(used, o, None)) for i, o in _USED if isinstance(getattr(used, i, None), int)), (None, None))
    usage = {"prompt_tokens": counts[0], "completion_tokens": counts[1]}
    choice = {"message": {"content": text}, "finish_reason": finish}
    return json.dumps({"choices": [choice], "model": str(getattr(answer, "model", "") or "") or None, "usage": usage}).encode()
