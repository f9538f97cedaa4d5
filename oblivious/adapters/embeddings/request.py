"""A request for embeddings, in no vendor's words."""

import msgspec


class Input(msgspec.Struct, frozen=True):
    """One thing that gets one vector.

    Attributes:
        tokens: what the client sent in place of a text; until they are spelled out the text is empty.
        title: of the document that the text belongs to.
    """

    text: str = ""
    tokens: tuple[int, ...] = ()
    title: str = ""


class EmbeddingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is None or empty the client did not say.

    Attributes:
        origin: the dialect it came in.
        alone: asked for as one and not as a list of one, so that it is answered likewise.
        dimensions: how long the vectors are to be.
        task: what the vectors are for; see `tasks`.
        packed: the client wants the vectors as base64.
        user: who the caller says its end user is.
        extra: members that are in no table, by their name in the dialect of the origin.
    """

    origin: str
    model: str
    inputs: tuple[Input, ...]
    alone: bool = False
    dimensions: int | None = None
    task: str = ""
    packed: bool = False
    user: str = ""
    extra: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """Return what is to be embedded."""
        return [each.text for each in self.inputs]

    @property
    def title(self) -> str:
        """Return the first title that was given."""
        return next((each.title for each in self.inputs if each.title), "")
