"""What fifty upstreams do: some of them fail at any time, each in its own way, and some never."""

UPSTREAMS = 50
UPPER, LOWER = range(1, 41), range(41, UPSTREAMS + 1)
"""Those that are asked first, by their places, and those that are for when none of these is left."""

ALL_DEAD = (11, 12)
"""Channels all of whose keys are refused; of every third one a single key is."""

FIRST_BYTE_SECONDS = 1
"""What hangs is given up after so long; the slowest that do answer take less."""

PLOT = """
# Keys that were revoked.
[[part]]
keys = "-dead"
phases = [{ plays = "status=401" }]

# A storm, in which only the lower tier is left; early, so that the quickest run meets it.
[[part]]
upstreams = "1-40"
phases = [{ seconds = 0.5 }, { seconds = 1, plays = "status=503;retry-after=1" }, { seconds = 3.5 }]

# Full now and then, and they say until when.
[[part]]
upstreams = "1-6,41-42"
phases = [{ seconds = 1.5 }, { seconds = 1.5, plays = "status=429;retry-after=1" }]

# Full after so many requests, and they do not say until when.
[[part]]
upstreams = "7-10,43"
phases = [{ requests = 30 }, { requests = 10, plays = "status=429" }]

# Silent.
[[part]]
upstreams = "13-16"
phases = [{ seconds = 1 }, { seconds = 2, plays = "hang" }]

# Cut before anything was said.
[[part]]
upstreams = "17-20"
phases = [
  { requests = 15 },
  { requests = 5, plays = "cut-preamble" },
  { requests = 5, plays = "cut" },
]

# A good status, and then an error.
[[part]]
upstreams = "21-24,44"
phases = [{ requests = 25 }, { requests = 12, plays = "error-after-200=500" }]

# Slow to begin.
[[part]]
upstreams = "25-27"
phases = [{ seconds = 1, plays = "latency=300" }, { seconds = 1 }, { seconds = 1, plays = "slow-head=200" }]

# Nonsense.
[[part]]
upstreams = "28-31"
phases = [
  { requests = 15 },
  { requests = 3, plays = "garbage-body" },
  { requests = 3, plays = "garbage-body=html" },
  { requests = 3, plays = "garbage" },
  { requests = 3, plays = "empty" },
]

# Overloaded.
[[part]]
upstreams = "32-35"
phases = [{ seconds = 1.5 }, { seconds = 1, plays = "status=503" }, { seconds = 1, plays = "status=529" }]

# Now well, now not.
[[part]]
upstreams = "36-37"
phases = [{ requests = 3 }, { requests = 3, plays = "status=500" }]
"""
"""Of the upper tier 38 to 40 are well but for the storms, and of the lower tier 45 to 50 always are."""


def keys_of(place: int) -> tuple[str, ...]:
    """Return the secrets of the channel to the upstream at a place."""
    if place in ALL_DEAD:
        return (f"sk-{place}-a-dead", f"sk-{place}-b-dead")
    last = f"sk-{place}-c-dead" if place % 3 == 0 else f"sk-{place}-c"
    return (f"sk-{place}-a", f"sk-{place}-b", last)


def weight_of(place: int) -> int:
    """Return the weight of the channel at a place, from 1 to 5."""
    return 1 + place % 5
