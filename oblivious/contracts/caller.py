"""Who a request acts for."""

import msgspec

FAIR = "fair"
STRICT = "strict"


class Caller(msgspec.Struct, frozen=True):
    """Key, user, group and account of a request; resolved once, never changed.

    Attributes:
        policy: `strict` holds a proven bound and never overdraws; `fair` holds a likely amount and may
            overrun to `overdraft_nano_usd`.
        ratio: the group's price factor, as a decimal text.
        unlimited: the account is metered but never refused for money.
        calls_per_choice: where an upstream gives one answer only, several are asked for by as many calls.
        account_rpm, account_tpm, account_concurrency: limits of the whole account; 0 means none.
        rpm, tpm, concurrency: the key's requests and tokens a minute and exchanges in flight; 0 means none.
        admin: the user is an admin.
        admin_key: the key is one for the admin API.
    """

    key_id: int
    key_name: str
    user_id: int
    account_id: int
    group: str
    policy: str = FAIR
    ratio: str = "1"
    unlimited: bool = False
    calls_per_choice: bool = False
    overdraft_nano_usd: int = 0
    rpm: int = 0
    tpm: int = 0
    concurrency: int = 0
    account_rpm: int = 0
    account_tpm: int = 0
    account_concurrency: int = 0
    disabled: bool = False
    admin: bool = False
    admin_key: bool = False
