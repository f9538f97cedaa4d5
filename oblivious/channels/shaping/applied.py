"""What shaping did to one request, for its trace: places, but nothing that stands there."""

import msgspec


class Applied(msgspec.Struct, frozen=True):
    """One thing that was done; its text is a line of the trace: `operations[2]: tools.*.a set at 3 places`.

    Attributes:
        part: of the shaping: `system`, `operations[2]`.
        did: one word or a few: `set`; or why nothing was done.
        path: the place in the body, or the name of the header.
        places: how many there were.
    """

    part: str
    did: str
    path: str = ""
    places: int = 1

    def __str__(self) -> str:
        many = f" at {self.places} places" if self.places > 1 else ""
        return f"{self.part}: {self.path} {self.did}{many}"
