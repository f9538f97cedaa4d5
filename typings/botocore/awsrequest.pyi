from collections.abc import Mapping, MutableMapping

class AWSRequest:
    context: dict[str, str]
    headers: MutableMapping[str, str]
    def __init__(
        self,
        method: str | None = ...,
        url: str | None = ...,
        headers: Mapping[str, str] | None = ...,
        data: bytes | None = ...,
    ) -> None: ...
