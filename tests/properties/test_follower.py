"""A shipper may die between any two things it does: every exchange is delivered, and settled segments go."""

import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.contracts.events import Outcome, Record
from oblivious.infra.bus.follower import Follower
from oblivious.infra.bus.framing import frame
from oblivious.infra.bus.liveness import Claim
from oblivious.infra.bus.marks import Mark, merge
from oblivious.infra.bus.reserve import Reserve
from oblivious.infra.bus.segments import path_of, segments_in
from tests.fakes.records import attempt, ended, opened, price

_SEGMENT_BYTES = 2_048
_STEPS = st.lists(
    st.sampled_from(["open", "open", "end", "end", "read", "read", "deliver", "settle", "tidy", "crash"]),
    max_size=120,
)


class World:
    """A worker that writes, a shipper that reads, and a ledger that settles."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "boot"
        self.folder.mkdir()
        self.began: list[str] = []
        self.open: list[str] = []
        self.amounts: dict[str, int] = {}
        self.delivered: list[Outcome] = []
        self.numbers: dict[str, int] = {}
        self.mark = Mark()
        self._reserve = Reserve(root / ".reserve")
        self._segment, self._offset = 1, 0
        self._worker = Claim.take(self.folder)
        path_of(self.folder, 1).write_bytes(bytes(_SEGMENT_BYTES))
        self.follower = Follower(self.folder, price, self._reserve)

    def write(self, record: Record) -> None:
        """Append a record, in a new segment where it does not fit."""
        lying = frame(msgspec.json.encode(record))
        if self._offset + len(lying) > _SEGMENT_BYTES:
            self._segment, self._offset = self._segment + 1, 0
            path_of(self.folder, self._segment).write_bytes(bytes(_SEGMENT_BYTES))
        with path_of(self.folder, self._segment).open("r+b") as file:
            file.seek(self._offset)
            file.write(lying)
        self._offset += len(lying)

    def step_open(self) -> None:
        """Admit an exchange and try it."""
        name = f"x{len(self.began)}"
        self.began.append(name)
        self.open.append(name)
        self.write(opened(name))
        self.write(attempt(name))

    def step_end(self) -> None:
        """End one that is neither the oldest nor the newest."""
        if self.open:
            name = self.open.pop(len(self.open) // 2)
            self.amounts[name] = 1_000 + len(self.amounts)
            self.write(ended(name, amount=self.amounts[name]))

    def step_read(self) -> None:
        """Read without delivering."""
        self.follower.read()

    def step_deliver(self) -> None:
        """Deliver, and hold every exchange to the number it came with first."""
        if outcomes := self.follower.read():
            self.delivered += outcomes
            for outcome in outcomes:
                name = outcome.opened.exchange_id
                assert self.numbers.setdefault(name, outcome.number) == outcome.number
            self.follower.confirm()

    def step_settle(self) -> None:
        """Settle every other delivery at least once, some again."""
        self.mark = merge(self.mark, [outcome.number for outcome in self.delivered[::2]])
        self.delivered = self.delivered[1::2]

    def step_tidy(self) -> None:
        """Remove what is settled."""
        self.follower.settled_to = self.mark.settled_to
        self.follower.remove_needless()

    def step_crash(self) -> None:
        """Kill the shipper and start another one."""
        self.follower.release()
        self.follower = Follower(self.folder, price, self._reserve)

    def die(self) -> None:
        """Kill the worker."""
        assert self._worker is not None
        self._worker.release()

    def finish(self) -> None:
        """Deliver and settle all that is left of the dead worker's journal."""
        self.follower.adopt_if_dead()
        while self.follower.is_behind:
            self.step_deliver()
            self.follower.read()
        self.mark = merge(self.mark, [outcome.number for outcome in self.delivered])
        self.step_tidy()


@given(steps=_STEPS, late_crash=st.booleans())
@settings(deadline=None, max_examples=150)
def test_every_exchange_is_delivered_with_one_number(steps: list[str], *, late_crash: bool) -> None:
    """Whatever happens in whatever order, also when the last shipper dies before the end."""
    with tempfile.TemporaryDirectory() as name:
        world = World(Path(name))
        for step in steps:
            getattr(world, f"step_{step}")()
        world.die()
        if late_crash:
            world.follower.adopt_if_dead()
            world.step_deliver()
            world.step_crash()
        world.finish()

        assert set(world.numbers) == set(world.began)
        assert sorted(world.numbers.values()) == list(range(1, len(world.began) + 1))
        assert world.mark == Mark(len(world.began))
        assert world.follower.is_finished
        assert len(segments_in(world.folder)) == 1
        world.follower.remove()
