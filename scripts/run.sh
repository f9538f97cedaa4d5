#!/bin/sh
# Bring the database up to date, then become the server: Ctrl-C reaches it and nobody else.
set -eu
cd "$(dirname "$0")/.."

.venv/bin/oblivious migrate
exec .venv/bin/oblivious serve "$@"
