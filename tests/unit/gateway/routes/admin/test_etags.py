"""Nobody overwrites what nobody has seen."""

import msgspec
import pytest

from oblivious.gateway.routes.admin.etags import check_match, etag_of
from oblivious.gateway.routes.admin.problems import EtagMissing, StaleEtag


class Thing(msgspec.Struct):
    name: str


SEEN = Thing("a")


class TestCheckMatch:
    @pytest.mark.parametrize(
        "given",
        [
            pytest.param(etag_of(SEEN), id="the one"),
            pytest.param(f'"other", {etag_of(SEEN)}', id="one of several"),
            pytest.param("*", id="whatever it is"),
        ],
    )
    def test_what_was_seen_may_be_changed(self, given: str) -> None:
        """It is what it was."""
        check_match(given, SEEN)

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param(etag_of(Thing("b")), id="another state"),
            pytest.param(f"W/{etag_of(SEEN)}", id="a weak tag"),
            pytest.param(etag_of(SEEN).strip('"'), id="without quotes"),
            pytest.param("", id="empty"),
        ],
    )
    def test_anything_else_is_stale(self, given: str) -> None:
        """Somebody else was faster, or the tag is none."""
        with pytest.raises(StaleEtag):
            check_match(given, SEEN)

    def test_whoever_has_seen_nothing_says_so(self) -> None:
        """By the star; without the header nothing is changed."""
        with pytest.raises(EtagMissing):
            check_match(None, SEEN)
