"""When something is due. Pure; times in seconds."""


def slot_of(age: float, first: float, most: float) -> int:
    """Return which try it is time for, so long after a key was switched off; -1: it is too early for any.

    The first one, 0, is due after `first`. Each further pause is twice as long, `most` at most.
    """
    begin, pause, number = 0.0, first, -1
    while pause < most:
        if age < begin + pause:
            return number
        begin, pause, number = begin + pause, min(2 * pause, most), number + 1
    return number + int((age - begin) // most)


def is_due(every: float, tested: float, seen_well: float, now: float) -> bool:
    """Say whether a test is due of what was tested, or was seen to work, at those moments."""
    return now - max(tested, seen_well) >= every
