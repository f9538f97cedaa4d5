"""What follows where a provider has judged the request: the end, unless another may see it otherwise."""

from oblivious.channels.candidate import Candidate
from oblivious.channels.pick import Attempts
from oblivious.contracts.errors import TooLong, UpstreamError


def another_may(attempts: Attempts, judge: Candidate, failure: UpstreamError, *, stands_in: bool) -> bool:
    """Leave only those who may still take the request; say whether there are any.

    Args:
        attempts: who is left.
        judge: who has judged.
        failure: what it said.
        stands_in: it is another model than the one asked for, which has failed: its judgement is its own.
    """
    if stands_in:
        attempts.leave_model()
    elif isinstance(failure, TooLong):
        attempts.exclude_channel(judge.channel_id)
        attempts.out.context_tokens = judge.abilities.context_tokens or 0
    else:
        return False
    return next(attempts.left(), None) is not None
