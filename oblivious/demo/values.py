"""What faults are given, read from text; every function raises ValueError for what makes no sense."""

_FINAL = range(200, 1000)
_WITHOUT_BODY = (204, 304)
HTML = "html"


def status(value: str) -> int:
    """Return an HTTP status whose response has a body; 500 if none is given."""
    number = int(value or 500)
    if number not in _FINAL or number in _WITHOUT_BODY:
        raise ValueError(value)
    return number


def output_events(value: str) -> int | None:
    """Return how many output events come before the fault; None if it is not said."""
    return at_least_one(value) if value else None


def milliseconds(value: str) -> int:
    """Return a time, one second if none is given."""
    return at_least_one(value or "1000")


def at_least_one(value: str) -> int:
    """Return a whole number above 0."""
    number = int(value)
    if number < 1:
        raise ValueError(value)
    return number


def natural(value: str) -> int:
    """Return a whole number."""
    if not value.isdecimal():
        raise ValueError(value)
    return int(value)


def numbers(value: str) -> tuple[int, ...]:
    """Return whole numbers given as such or as ranges: `1-3,7`."""
    found: list[int] = []
    for part in value.split(","):
        first, dash, last = part.strip().partition("-")
        span = range(natural(first), natural(last if dash else first) + 1)
        if not span:
            raise ValueError(value)
        found += span
    return tuple(found)


def rate(value: str) -> float:
    """Return a number from 0 to 1."""
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError(value)
    return number


def kind_of_garbage(value: str) -> str:
    """Return "html", or "" for a broken body."""
    if value not in ("", HTML):
        raise ValueError(value)
    return value


def nothing(value: str) -> None:
    """Refuse any value."""
    if value:
        raise ValueError(value)
