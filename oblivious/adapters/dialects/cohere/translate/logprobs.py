"""How likely the tokens were, in the shape of chat completions."""

import math
from typing import Any

from oblivious.adapters.dialects.cohere.translate.reading import word
from oblivious.adapters.lenient import Json, is_list, part, parts


def read_item(value: object) -> Json | None:
    """Read a chunk of text as one token, which is as likely as all of its tokens are together."""
    item = part(value)
    told = item.get("logprobs")
    if not is_list(told):
        return None
    numbers = [each for each in told if isinstance(each, int | float) and math.isfinite(each)]
    text = word(item, "text")
    return {
        "token": text,
        "logprob": float(sum(numbers)),
        "bytes": list(text.encode("utf-8", "replace")),
        "top_logprobs": [],
    }


def read_items(value: object) -> Any:
    """Read those of a whole answer; None where it tells none."""
    items = [token for item in parts(value) if (token := read_item(item)) is not None]
    return {"content": items, "refusal": None} if items else None
