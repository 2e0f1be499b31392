"""The supervisor: a process of its own between the user's process and the workers.

It forks the workers, hands out batches, keeps the limits, lays a death to one job, and passes the records on.
It is forked once a run. Because it is not the user's process, it has no threads to fork beside, may adopt and
kill the orphans of any job, and keeps the limits while the user's process is busy or stopped. It ends when
the user's process closes the link or dies, and leaves no process behind.
"""

from __future__ import annotations

import math
import os
import select
import signal
import socket
import time
import traceback
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from kaggle_batt.engines.base import Work, cpu_struck, wall_struck
from kaggle_batt.engines.job import DEATH, MEMORY, TIME
from kaggle_batt.engines.workers import guard
from kaggle_batt.engines.workers.handles import Broken, Hand, Queue
from kaggle_batt.engines.workers.messages import BEGIN, FATAL, HANDED, READY, pack
from kaggle_batt.engines.workers.worker import CHANNEL_LOST, Worker

TICK = 0.1
"""Longest time in seconds between two looks at the workers."""

EXIT = 0.01
"""Seconds from a worker's closing its pipes until it has ended, if that is why they are closed."""

CHANNEL = "the job closed or broke the channel of its worker"

POOR = 1.0
"""Seconds until a worker is started again after the system had no room for one."""

STILLBORN = 5
"""So many workers in a row that end before their first job mean that none can start."""


class Stop(Exception):
    """The user's process has closed the link or is gone."""


class GiveUp(Exception):
    """No worker can be started; the message says why."""


class Supervisor:
    """State of a run of the jobs in `todo`, one at a time if `careful`. `serve` never returns."""

    def __init__(self, work: Work, workers: int, todo: Sequence[tuple[int, int]], careful: bool) -> None:
        self.work, self.limits = work, work.limits
        self.queue = Queue(deque(todo))
        self.left = sum(high - low for low, high in todo)
        self.crew: list[Hand | None] = [None] * min(workers, self.left)
        self.most = 1 if careful else self.left
        self.out = bytearray(pack(READY, 0))
        self.stillborn = 0
        self.poor = -math.inf
        self.shortest = min(self.limits.cpu or math.inf, self.limits.wall or math.inf)

    def serve(self, link: socket.socket, parent: int) -> None:
        """Do all jobs, sending records on `link`; then, or when `parent` is gone, end without a trace."""
        self.link, self.parent = link, parent
        try:
            self.prepare()
            self.supervise()
        except Stop:
            self.out.clear()
        except BaseException as error:
            text = str(error) if isinstance(error, GiveUp) else traceback.format_exc()
            self.out += pack(FATAL, 0, text.encode("utf-8", "backslashreplace"))
        finally:
            self.leave()

    def prepare(self) -> None:
        """Set what this process needs beyond what the warden has set."""
        os.setsid()
        guard.adopt_orphans()
        self.link.setblocking(False)

    def supervise(self) -> None:
        """Go round until every job has its record."""
        while self.left:
            self.hand_out()
            self.wait()
            for hand in self.present():
                self.hear(hand)
                self.enforce(hand)

    def leave(self) -> None:
        """End every process that came of this run, send what is left, and exit."""
        try:
            for hand in self.present():
                guard.kill(hand.pid)
            self.crew.clear()
            guard.kill_orphans(set())
            self.send()
            while self.out:
                self.wait()
                self.send()
        except Stop:
            pass
        finally:
            os._exit(0)

    def present(self) -> list[Hand]:
        """The workers there are."""
        return [hand for hand in self.crew if hand is not None]

    def hand_out(self) -> None:
        """Give every idle worker a batch, starting workers where they are missing.

        A job may end this process, and what it has not passed on is lost with it. So the user's process is
        told of a batch before it starts, and no batch starts before all that is known has been passed on: the
        loss can then be laid to a job that was out at that moment, and costs no result of an earlier one.
        """
        self.send()
        if not self.out:
            for number in range(len(self.crew)):
                hand = self.crew[number] or (self.hire(number) if self.queue else None)
                if hand and hand.idle and (batch := self.queue.take(hand, 2 * len(self.crew), self.most)):
                    hand.assign(*batch)
                    self.out += pack(HANDED, batch[1])
            self.send()
        for hand in self.present() if not self.out else ():
            if hand.owed:
                hand.order()
                hand.due = time.monotonic() + self.shortest

    def hire(self, number: int) -> Hand | None:
        """Fork worker `number`; None if that fails now, and for a while after, while others are at work."""
        if time.monotonic() < self.poor:
            return None
        ends: list[int] = []
        supervisor = os.getpid()
        try:
            ends += [end.detach() for end in socket.socketpair()]
            ends += os.pipe()
            pid = guard.fork()
        except OSError as error:
            self.do_without(ends, error)
            return None
        link, workers_link, data, workers_data = ends
        if pid == 0:
            self.become_worker(number, workers_link, workers_data, [link, data], supervisor)
        for descriptor in (workers_link, workers_data):
            os.close(descriptor)
        for descriptor in (link, data):
            os.set_blocking(descriptor, False)
        guard.widen(data)
        self.crew[number] = hand = Hand(number, pid, link, data, self.limits.result)
        return hand

    def do_without(self, descriptors: list[int], error: OSError) -> None:
        """Note that the system has no room for one more worker; GiveUp if there is none."""
        for descriptor in descriptors:
            os.close(descriptor)
        if not self.present():
            raise GiveUp(f"no worker could be started: {error}") from None
        self.poor = time.monotonic() + POOR

    def become_worker(self, number: int, link: int, data: int, foreign: list[int], supervisor: int) -> None:
        """In the child: drop the supervisor's descriptors and be a worker."""
        try:
            foreign += [end for hand in self.present() for end in (hand.link, hand.data)]
            for descriptor in (*foreign, self.link.fileno()):
                os.close(descriptor)
            guard.reset_signals(ignored={signal.SIGINT, signal.SIGPIPE})
            Worker(self.work, number, link, data).serve(supervisor)
        finally:
            os._exit(CHANNEL_LOST)

    def wait(self) -> None:
        """Sleep until a worker rings, the user's process can take more, or a limit may strike."""
        poll = select.poll()
        poll.register(self.link, select.POLLIN | (select.POLLOUT if self.out else 0))
        for hand in self.present():
            poll.register(hand.link, select.POLLIN)
            if hand.buffer:
                poll.register(hand.data, select.POLLIN)
        poll.poll(1000 * self.patience())
        if os.getppid() != self.parent:
            raise Stop

    def patience(self) -> float:
        """Seconds until the next limit can strike, at most `TICK`."""
        now = time.monotonic()
        return max(0.001, min([TICK, *(hand.due - now for hand in self.present() if not hand.idle)]))

    def send(self) -> None:
        """Pass on what the link takes; Stop if its other end is closed."""
        try:
            with suppress(BlockingIOError):
                if not self.link.recv(1):
                    raise Stop
            with suppress(BlockingIOError):
                while self.out:
                    del self.out[: self.link.send(memoryview(self.out)[: 1 << 20])]
        except OSError:
            raise Stop from None

    def hear(self, hand: Hand) -> None:
        """Take in a worker's records; bury it if it has ended, retired or broken its pipe."""
        hand.listen()
        self.take_in(hand)
        if hand.gone or has_ended(hand.pid):
            self.bury(hand)

    def take_in(self, hand: Hand) -> None:
        """Take in the records that came whole, and what a worker hands back of its batch."""
        try:
            hand.forget(self.pass_on(hand))
        except Broken:
            hand.gone = True
        if hand.rest != (0, 0):
            self.queue.put_back(*hand.rest)
            self.queue.learn(hand.pace)
            hand.rest = (0, 0)

    def pass_on(self, hand: Hand) -> int:
        """Pass on the records that came whole, those that follow each other as one piece; where they end."""
        start = end = 0
        try:
            for record in hand.records():
                passed, end = end, record.body + record.length
                if record.code != BEGIN and (record.code != MEMORY or hand.done <= 1):
                    self.left -= 1
                    continue
                self.out += hand.buffer[start:passed]
                start = end
                if record.code == BEGIN:
                    self.stillborn = 0
                else:
                    self.queue.suspects.append(record.job)
        finally:
            self.out += hand.buffer[start:end]
        return end

    def enforce(self, hand: Hand) -> None:
        """End a worker whose job is over a limit; else note when that may next be so."""
        if not hand.begun or self.crew[hand.number] is not hand:
            return
        limits, now = self.limits, time.monotonic()
        ran, used = now - hand.since, guard.cpu_seconds(hand.pid) - hand.clock
        if limits.cpu is not None and used > limits.cpu:
            self.bury(hand, cpu_struck(used, limits))
        elif limits.wall is not None and ran > limits.wall:
            self.bury(hand, wall_struck(ran, limits))
        else:
            left = (limits.cpu and limits.cpu - used, limits.wall and limits.wall - ran)
            hand.due = now + min((seconds for seconds in left if seconds is not None), default=math.inf)

    def bury(self, hand: Hand, reason: str = "") -> None:
        """End a worker and all its descendants, lay its end to the job that ran, and put the others back.

        `reason` says which limit that job is over, "" that the worker ended by itself.
        """
        accused, alive = hand.low, not reason and hand.begun and not has_ended(hand.pid, EXIT)
        guard.kill(hand.pid)
        _, status, usage = os.wait4(hand.pid, 0)
        self.crew[hand.number] = None
        guard.kill_orphans({other.pid for other in self.present()})
        hand.listen()
        self.take_in(hand)
        for descriptor in (hand.link, hand.data):
            os.close(descriptor)
        if hand.begun:
            reason = reason if hand.low == accused else ""
            self.blame(hand, reason, status, usage.ru_utime + usage.ru_stime, alive)
        elif not hand.done:
            self.lament(status)
        self.queue.put_back(hand.low + hand.begun, hand.high)

    def blame(self, hand: Hand, reason: str, status: int, clock: float, alive: bool) -> None:
        """Record why the job that ran did not end, or have it seen again if the worker was not fresh.

        `alive` says that the worker had not ended by itself: it had closed or broken its channel.
        """
        used = max(0.0, clock - hand.clock)
        cut = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
        if not reason and cut and self.limits.cpu is not None and used > 0.9 * self.limits.cpu:
            reason = cpu_struck(used, self.limits)
        if not reason and hand.done:
            self.queue.suspects.append(hand.low)
            return
        self.left -= 1
        detail = (reason or (CHANNEL if alive else ending(status))).encode()
        now = time.monotonic()
        self.out += pack(TIME if reason else DEATH, hand.low, detail, 0, hand.number, hand.since, now, used)

    def lament(self, status: int) -> None:
        """Count a worker that ended before any job; GiveUp after several in a row."""
        self.stillborn += 1
        if self.stillborn >= STILLBORN:
            raise GiveUp(f"{STILLBORN} workers in a row ended before their first job: {ending(status)}")


def has_ended(pid: int, patience: float = 0.0) -> bool:
    """Whether a child has ended, or ends within `patience` seconds; it is left to be reaped."""
    until = time.monotonic() + patience
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() >= until:
            return False
        time.sleep(0.0005)
    return True


def ending(status: int) -> str:
    """A wait status as text."""
    code = os.waitstatus_to_exitcode(status)
    if code == CHANNEL_LOST:
        return CHANNEL
    if code >= 0:
        return f"the worker exited with status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "unknown"
    return f"the worker was ended by signal {-code} ({name})"
