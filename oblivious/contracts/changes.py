"""What can go wrong when an operator changes something: a user, a key, a channel, a price.

ChangeRefused      nothing was changed; names the field that is wrong
├── NoSuch         what should be changed does not exist
├── AlreadyThere   the name is taken
└── InUse          something else needs it
"""


class ChangeRefused(Exception):
    """The change was refused and nothing was written.

    Attributes:
        field: the input that is wrong, as the command line and the API name it: `base_url`.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class NoSuch(ChangeRefused):
    """Nothing of that name or number exists."""


class AlreadyThere(ChangeRefused):
    """Something of that name exists."""


class InUse(ChangeRefused):
    """What should be removed is still needed by something else."""
