"""What a state store may answer instead.

StateStoreError
├── StoreUnreachable    no connection, no answer in time, or a server that cannot serve now
├── StoreFault          the server refused a command of ours: a bug, or a foreign value under our keys
└── WalletUnknown       the account's balance was never seeded, or was lost: seed it and take again
"""


class StateStoreError(Exception):
    """The state store did not do what it was asked."""


class StoreUnreachable(StateStoreError):
    """The store is out of reach; whether the command was carried out is not known."""


class StoreFault(StateStoreError):
    """The store refused a command that it should have understood."""


class WalletUnknown(StateStoreError):
    """Nobody has told the store the account's balance since it has its data; nothing was taken."""

    def __init__(self, account_id: int) -> None:
        super().__init__(f"the wallet of account {account_id} is unknown")
        self.account_id = account_id
