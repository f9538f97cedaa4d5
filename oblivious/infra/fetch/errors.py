"""Why something could not be fetched.

FetchFault
├── BadURL                  no http or https URL, or no URL at all
├── NoPublicAddress         its host is unknown, or is where nothing is fetched from
├── Unreachable             no connection, a bad certificate, or it broke off
├── NotServed               it answered, but not with a body that can be used
├── TooManyRedirects
├── TooLarge
└── TooSlow

The messages are for whoever named the URL: they say nothing of addresses, nor of where a redirect led.
"""


class FetchFault(Exception):
    """Something could not be fetched."""


class BadURL(FetchFault):
    """Only http and https URLs are fetched."""


class NoPublicAddress(FetchFault):
    """The host has no address, or one that is not public.

    Both are told in the same words, so that nobody learns which names an inner network has.
    """

    def __init__(self) -> None:
        super().__init__("its host has no public address")


class Unreachable(FetchFault):
    """No address of the host gave a whole answer."""


class NotServed(FetchFault):
    """The answer is an error, is empty, or comes packed though it was asked for plainly."""


class TooManyRedirects(FetchFault):
    """It is always elsewhere."""


class TooLarge(FetchFault):
    """It is larger than what may be fetched."""


class TooSlow(FetchFault):
    """It did not come in time."""
