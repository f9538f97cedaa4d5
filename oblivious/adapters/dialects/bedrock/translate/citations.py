"""What a text rests on, as Bedrock says it."""

from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.dialects.anthropic.translate.answer_reader import word
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.lenient import Json, part, parts


def read_citation(value: Json) -> Citation:
    """Read one; where it lies is a place on the web, or in a document that was given."""
    source = word(value, "source")
    web = word(part(part(value.get("location")).get("web")), "url")
    return Citation(
        url=web or (source if source.startswith(("http://", "https://")) else ""),
        title=word(value, "title"),
        quoted="".join(word(each, "text") for each in parts(value.get("sourceContent"))),
        native=(BEDROCK, value),
    )
