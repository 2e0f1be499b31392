"""Running one job in the current process: its result as bytes, or its failure as text.

Whatever a foreign object does while it is turned into bytes or text (an exception whose `str` hangs, a class
whose name raises) happens here, inside the job's limits.
"""

from kaggle_batt.engines.base import Kind, Work

# how a job ended: codes, and the kind of each; LARGE is a result over its limit
OK, ERROR, TIME, MEMORY, DEATH, LARGE = range(6)
KINDS: tuple[Kind, ...] = ("ok", "error", "time", "memory", "death", "memory")
MAX_DETAIL = 2000  # most characters of a failure's text

_class_name = type.__dict__["__name__"].__get__


class Abort(BaseException):
    """Raised inside a job by the thread engine to end it."""


def run_job(work: Work, index: int) -> tuple[int, bytes]:
    """Code and result (or UTF-8 text of the failure) of job `index`. Only `Abort` passes through."""
    limits = work.limits
    try:
        value = work.function(work.jobs[index])
        if type(value) is bytes:
            if len(value) <= limits.result:
                return OK, value
            return LARGE, f"exceeded the result limit of {limits.result} bytes: {len(value)} bytes".encode()
        return ERROR, f"TypeError: the job returned {_class_name(type(value))}, not bytes".encode()
    except Abort:
        raise
    except MemoryError:
        return MEMORY, limits.memory_exceeded().encode()
    except BaseException as error:
        return ERROR, describe(error)


def describe(error: BaseException) -> bytes:
    """Class and message of an exception as UTF-8, cut to `MAX_DETAIL` characters, whatever its class does."""
    name = _class_name(type(error))
    try:
        text = str.__str__(str(error))[:MAX_DETAIL]
    except Abort:
        raise
    except BaseException:
        text = "(its message can't be read)"
    return str.encode(f"{name}: {text}" if text else name, "utf-8", "backslashreplace")
