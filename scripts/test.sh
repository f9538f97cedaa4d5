#!/bin/sh
# Everything that CI runs: the gates, then all tests on real servers. Both are run even if the first fails,
# and pytest speaks last.
cd "$(dirname "$0")/.." || exit 1

checked=0
.venv/bin/python scripts/check.py || checked=$?
.venv/bin/python scripts/provide_servers.py
if [ "$checked" -ne 0 ]; then
    echo "A gate FAILED (above); the tests run all the same."
fi

# Tests kill processes, not machines: where there is room, what they write lives in memory, and no neighbour's
# load on the disk can hold up a commit for half a minute. TMPDIR names another place.
room_kb() {
    {
        df --output=avail --block-size=1K /dev/shm | tail -n 1
        sed -n 's/MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo
    } 2>/dev/null | sort -n | head -n 1
}
if [ -z "${TMPDIR:-}" ] && [ "$(room_kb || true)" -gt 8000000 ] 2>/dev/null; then
    TMPDIR=$(mktemp -d /dev/shm/oblivious-tests.XXXXXX)
    export TMPDIR
    chmod 711 "$TMPDIR" # PostgreSQL runs as another user, and walks through
    trap 'rm -rf "$TMPDIR"' EXIT
fi

.venv/bin/pytest --durations=25 --durations-min=1 "$@"
tested=$?
[ "$tested" -ne 0 ] || tested=$checked
exit "$tested"
