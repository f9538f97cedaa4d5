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

.venv/bin/pytest --durations=25 --durations-min=1 "$@"
tested=$?
[ "$tested" -ne 0 ] || tested=$checked
exit "$tested"
