"""Routes that do something with one thing, and show it as it is then."""

from functools import partial

from litestar import post
from litestar.status_codes import HTTP_200_OK

from oblivious.gateway.routes.admin.answers import ACTS
from oblivious.gateway.routes.admin.etags import ETAG

act = partial(post, status_code=HTTP_200_OK, responses=ACTS, response_headers=ETAG)
"""As `post`; takes a path and a summary."""
