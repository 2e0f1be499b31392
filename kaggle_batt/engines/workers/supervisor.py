"""The supervisor: a process of its own between the user's process and the workers.

It forks the workers, assigns batches, enforces the limits, blames one job for a worker's death, and passes
the records on. It has no threads to fork beside, may kill the orphans of any job, and goes on while the
user's process is busy or stopped. It ends when that closes the link or dies, and leaves no process behind.
"""

import os
import select
import signal
import socket
import time
import traceback
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress

from kaggle_batt.engines.base import DEATH, MEMORY, TIME, Work
from kaggle_batt.engines.workers import groups, system
from kaggle_batt.engines.workers.handles import BrokenRecord, Handle, JobQueue
from kaggle_batt.engines.workers.messages import ASSIGNED, BEGIN, FATAL, READY, UNCERTAIN, pack
from kaggle_batt.engines.workers.worker import CHANNEL_LOST, Worker
from kaggle_batt.errors import EngineError

TICK = 0.1  # longest time in seconds between two checks of the workers
EXIT = 0.2  # most seconds from a worker closing its pipes until it has ended, if that is why they are closed
BROKEN_CHANNEL = "the job closed or broke the channel of its worker"
# signals by which a process ends that did something wrong; others come from outside of it
CRASHES = {
    *(signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL),
    *(signal.SIGSYS, signal.SIGTRAP),
}
# deaths alone in a fresh worker for which a job is blamed: of those from outside, and of those while the
# kernel killed processes because the memory of the machine had run out
FROM_OUTSIDE, OUT_OF_MEMORY = 2, 8


class LinkClosed(Exception):
    """The user's process has closed the link or is gone."""


class Supervisor:
    """State of a run of the ranges of `jobs`, one at a time if `one_by_one`. `serve` never returns."""

    def __init__(
        self, work: Work, workers: int, jobs: Sequence[tuple[int, int]], one_by_one: bool = False
    ) -> None:
        self.work, self.limits = work, work.limits
        self.queue = JobQueue(deque(jobs))
        self.missing = sum(high - low for low, high in jobs)
        self.workers: list[Handle | None] = [None] * min(workers, self.missing)
        self.most_workers = len(self.workers)
        self.most = 1 if one_by_one else self.missing
        self.out = bytearray(pack(READY, 0))
        self.starts, self.pressure = system.Backoff(), system.Backoff()
        self.deaths: Counter[tuple[int, bool]] = Counter()
        self.oom_kills = system.oom_kills()
        self.shortest = min(self.limits.cpu, self.limits.wall)

    def serve(self, link: socket.socket, parent: int) -> None:
        """Run all jobs, sending records on `link`; then, or when `parent` is gone, end with all processes."""
        self.link, self.parent = link, parent
        try:
            os.setsid()
            system.adopt_orphans()
            self.link.setblocking(False)
            self.supervise()
        except LinkClosed:
            self.out.clear()
        except BaseException as error:
            text = str(error) if isinstance(error, (EngineError, OSError)) else traceback.format_exc()
            self.out += pack(FATAL, 0, text.encode("utf-8", "backslashreplace"))
        finally:
            self.leave()

    def supervise(self) -> None:
        while self.missing:
            self.assign_batches()
            self.wait()
            for handle in self.present():
                handle.read()
                self.take_records(handle)
                if handle.gone or has_ended(handle.pid):
                    self.remove(handle)
                else:
                    self.enforce_limits(handle)

    def leave(self) -> None:
        """End every process of this run, send what remains, and exit."""
        try:
            for handle in self.present():
                system.kill(handle.pid)
            system.kill_children(set())
            for handle in self.present():
                handle.group.remove()
            self.workers.clear()
            self.send()
            while self.out:
                self.wait()
                self.send()
        except LinkClosed:
            pass
        finally:
            os._exit(0)

    def present(self) -> list[Handle]:
        return [handle for handle in self.workers if handle is not None]

    def assign_batches(self) -> None:
        """Give every idle worker a batch, starting workers where they are missing.

        A job may end this process, and what it has not passed on is lost with it. So the user's process knows
        of a batch before it starts, and no batch starts before all records have been passed on: the loss can
        then be blamed on a job that was assigned at that moment, and costs no result of an earlier one.
        """
        self.send()
        if not self.out:
            for number in range(len(self.workers)):
                handle = self.workers[number] or (self.start_worker(number) if self.queue else None)
                share = 2 * len(self.workers)
                if handle and handle.idle and (batch := self.queue.take(handle, share, self.most)):
                    handle.assign(*batch)
                    self.out += pack(ASSIGNED, batch[1])
                elif handle and handle.idle and self.queue.retries:
                    self.remove(handle)  # what waits needs a fresh worker
            self.send()
        for handle in self.present() if not self.out else ():
            if handle.unsent:
                handle.send()
                handle.due = time.monotonic() + self.shortest

    def start_worker(self, number: int) -> Handle | None:
        """Fork worker `number`; None if there are enough, or the system has no room for one now."""
        if not (self.starts.ready and self.pressure.ready) or len(self.present()) >= self.most_workers:
            return None
        ends: list[int] = []
        supervisor = os.getpid()
        try:
            ends += [end.detach() for end in socket.socketpair()]
            ends += os.pipe()
            pid = system.fork()
        except OSError as error:
            for descriptor in ends:
                os.close(descriptor)
            may_pass = self.starts.failed() and error.errno in system.PASSING
            if not self.present() and not may_pass:
                raise EngineError(f"no worker could be started: {error}") from None
            return None
        link, workers_link, data, workers_data = ends
        if pid == 0:
            self.become_worker(number, ends, supervisor)
        for descriptor in (workers_link, workers_data):
            os.close(descriptor)
        for descriptor in (link, data):
            os.set_blocking(descriptor, False)
        system.enlarge_pipe(data)
        self.workers[number] = handle = Handle(number, pid, link, data, self.limits.result)
        handle.baseline = system.resident(pid)
        return handle

    def become_worker(self, number: int, ends: list[int], supervisor: int) -> None:
        """In the child: close the supervisor's descriptors and be a worker."""
        try:
            foreign = [end for handle in self.present() for end in (handle.link, handle.data)]
            for descriptor in (*foreign, ends[0], ends[2], self.link.fileno()):
                os.close(descriptor)
            system.reset_signals()
            Worker(self.work, number, ends[1], ends[3]).serve(supervisor)
        finally:
            os._exit(CHANNEL_LOST)

    def wait(self) -> None:
        """Sleep until a worker wakes this process, the link can take more, or a limit may be exceeded."""
        poll = select.poll()
        poll.register(self.link, select.POLLIN | (select.POLLOUT if self.out else 0))
        for handle in self.present():
            poll.register(handle.link, select.POLLIN)
            if handle.buffer:
                poll.register(handle.data, select.POLLIN)
        now = time.monotonic()
        soonest = min([TICK, *(handle.due - now for handle in self.present() if not handle.idle)])
        poll.poll(1000 * max(0.001, soonest))
        if os.getppid() != self.parent:
            raise LinkClosed

    def send(self) -> None:
        """Pass on what the link takes; LinkClosed if its other end is closed."""
        try:
            with suppress(BlockingIOError):
                if not self.link.recv(1):
                    raise LinkClosed
            with suppress(BlockingIOError):
                while self.out:
                    del self.out[: self.link.send(memoryview(self.out)[: 1 << 20])]
        except OSError:
            raise LinkClosed from None

    def take_records(self, handle: Handle) -> None:
        """Take the whole records, and the jobs that a worker hands back of its batch."""
        try:
            handle.forget(self.pass_on(handle))
        except BrokenRecord:
            handle.gone = True
        if handle.rest != (0, 0):
            self.queue.put_back(*handle.rest)
            self.queue.learn(handle.pace)
            handle.rest = (0, 0)

    def pass_on(self, handle: Handle) -> int:
        """Pass on the whole records, those that follow each other as one piece; the offset of their end."""
        start = end = 0
        try:
            for record in handle.records():
                previous, end = end, record.body + record.length
                if record.code != BEGIN and (record.code != MEMORY or handle.done <= 1):
                    self.missing -= 1
                    continue
                self.out += handle.buffer[start:previous]
                start = end
                if record.code == BEGIN:
                    self.starts.reset()
                else:
                    self.queue.retries.append(record.job)
        finally:
            self.out += handle.buffer[start:end]
        return end

    def enforce_limits(self, handle: Handle) -> None:
        """End a worker whose job is over a limit; else note when that may next be so."""
        if not handle.begun:
            return
        limits, now = self.limits, time.monotonic()
        ran, used = now - handle.since, system.cpu_seconds(handle.pid) - handle.clock
        if ran > TICK:  # looking for children takes longer than a small job
            if now > handle.watched + TICK and (reason := self.watch(handle, now)):
                return self.remove(handle, reason, MEMORY)
            used += sum(map(system.cpu_seconds, handle.children))
        if reason := limits.exceeded(ran, used):
            self.remove(handle, reason)
        else:
            if ran > groups.AFTER and not handle.grouped:
                handle.grouped = True
                handle.group = groups.make_group(handle.pid, limits.memory, handle.baseline)
            handle.due = now + min(limits.cpu - used, limits.wall - ran)

    def watch(self, handle: Handle, now: float) -> str:
        """Look at the processes that a job has started; which limit of memory they exceed, "" for none."""
        handle.watched, handle.children = now, system.descendants(handle.pid)
        used = system.memory_above([handle.pid, *handle.children], handle.baseline, self.limits.memory)
        used = used or handle.group.killed()
        return self.limits.memory_used(used) if used else ""

    def remove(self, handle: Handle, reason: str = "", code: int = TIME) -> None:
        """End a worker and all its descendants, blame the job that ran, and put the others back.

        `reason` says which limit (of kind `code`) that job is over, "" that the worker ended by itself.
        """
        blamed, alive = handle.low, not reason and handle.begun
        alive = alive and not system.is_ending(handle.pid) and not has_ended(handle.pid, EXIT)
        system.kill(handle.pid)
        _, status, spent = os.wait4(handle.pid, 0)
        self.workers[handle.number] = None
        system.kill_children({other.pid for other in self.present()})
        handle.read()
        self.take_records(handle)
        for descriptor in (handle.link, handle.data):
            os.close(descriptor)
        if handle.begun:
            used = max(0.0, spent.ru_utime + spent.ru_stime - handle.clock)
            if not reason or handle.low != blamed:
                reason, code = self.kernel_limit(handle, status, used)
            if code == MEMORY and handle.done:  # earlier jobs may hold some of it
                self.queue.retries.append(handle.low)
            elif reason:
                self.record(handle, code, reason, used)
            else:
                self.blame(handle, None if alive else status, used)
        elif not handle.done and not self.starts.failed():
            raise EngineError(
                f"for {system.PATIENCE:g} s all workers ended before their first job: {ending(status)}"
            )
        handle.group.remove()
        self.queue.put_back(handle.low + handle.begun, handle.high)

    def kernel_limit(self, handle: Handle, status: int, used: float) -> tuple[str, int]:
        """The reason of a worker's end, and its code, if it was a limit that the kernel keeps; else ""."""
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if number == signal.SIGXCPU and used > 0.9 * self.limits.cpu:
            return self.limits.cpu_exceeded(used), TIME
        if number == signal.SIGKILL and (held := handle.group.killed()):
            self.oom_kills = system.oom_kills()  # not for want of the machine's memory
            return self.limits.memory_used(held), MEMORY
        return "", TIME

    def blame(self, handle: Handle, status: int | None, used: float) -> None:
        """Blame the job that ran for the death of its worker, or have it run again: it may come from outside.

        `status` is None for a worker that has lost its channel. One that explains itself is enough.
        """
        explained = status is not None and is_explained(status)
        short = not explained and self.is_out_of_memory()
        detail, flags = BROKEN_CHANNEL if status is None else ending(status), 0
        if not handle.done and not explained:
            self.deaths[handle.low, short] += 1
        most = OUT_OF_MEMORY if short else FROM_OUTSIDE
        if handle.done or (not explained and self.deaths[handle.low, short] < most):
            self.queue.retries.append(handle.low)
            return
        if status is not None and os.WIFSIGNALED(status) and not explained:
            times = f"{most} times, as the machine ran out of memory" if short else "twice"
            detail, flags = f"killed from outside ({signal_name(os.WTERMSIG(status))}), {times}", UNCERTAIN
        self.record(handle, DEATH, detail, used, flags)

    def is_out_of_memory(self) -> bool:
        """Whether the kernel has killed for want of memory since the last call; then fewer workers run."""
        before, self.oom_kills = self.oom_kills, system.oom_kills()
        if self.oom_kills == before:
            return False
        self.most_workers = max(1, self.most_workers - 1)
        self.pressure.failed()
        return True

    def record(self, handle: Handle, code: int, detail: str, used: float, flags: int = 0) -> None:
        """Record the failure of the job that ran, after `used` CPU seconds."""
        self.missing -= 1
        times = (handle.since, time.monotonic(), used, 0.0)
        self.out += pack(code, handle.low, detail.encode(), flags, handle.number, times)


def has_ended(pid: int, timeout: float = 0.0) -> bool:
    """Whether a child has ended, or ends within `timeout` seconds; it is not reaped."""
    until = time.monotonic() + timeout
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() >= until:
            return False
        time.sleep(0.0005)
    return True


def is_explained(status: int) -> bool:
    """Whether a wait status is that of a process that ended by itself, or by what it did."""
    code = os.waitstatus_to_exitcode(status)
    return -code in CRASHES or (code >= 0 and code != CHANNEL_LOST)


def ending(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code == CHANNEL_LOST:
        return BROKEN_CHANNEL
    if code >= 0:
        return f"the worker exited with status {code}"
    return f"{(signal.strsignal(-code) or 'unknown signal').lower()} ({signal_name(-code)})"


def signal_name(number: int) -> str:
    """The name of a signal, its number where it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
