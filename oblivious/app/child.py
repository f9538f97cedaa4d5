"""A command of ours as a child of the server: it must not outlive it."""

import os

from oblivious.app.cli import main
from oblivious.app.lifeline import SERVER_PID, die_with_parent

if __name__ == "__main__":
    die_with_parent(int(os.environ[SERVER_PID]))
    main()
