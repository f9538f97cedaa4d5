#!/bin/sh
# Make .venv with the first Python of at least 3.11 that can; PYTHON names another candidate.
set -eu

find_python() {
    for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
            { [ $# -eq 0 ] || "$candidate" -c "import $1" 2>/dev/null; }; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

if ! python=$(find_python ensurepip); then
    if ! find_python >/dev/null; then
        echo "Oblivious needs Python 3.11 or newer." >&2
        exit 1
    fi
    # Debian keeps this part of Python in a package of its own.
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "This Python cannot make virtual environments: install python3-venv." >&2
        exit 1
    fi
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes python3-venv >/dev/null
    python=$(find_python ensurepip)
fi

"$python" -m venv --clear .venv
