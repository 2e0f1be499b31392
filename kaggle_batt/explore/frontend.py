"""Whether the notebook has a front end that can show widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kaggle_batt.errors import MissingExtra


def ipywidgets() -> Any:
    """The package ipywidgets. Raises `MissingExtra` with the command that installs it."""
    try:
        import ipywidgets
    except ImportError:
        raise MissingExtra("widgets need ipywidgets: pip install 'ipywidgets>=8.1'") from None
    return ipywidgets


def has_front_end() -> bool:
    """Whether a cell can ask for input, as it can not under papermill and nbconvert, which only execute."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    kernel: Any = getattr(get_ipython(), "kernel", None)
    request = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    return bool(request.get("content", {}).get("allow_stdin"))


def show_widgets(make: Callable[..., Any], *args: Any) -> None:
    """Display the box of the widgets that `make(*args)` returns, or a line where there is no front end."""
    if not has_front_end():
        print("widgets are shown in a running notebook; the figures below show the same")
        return
    from IPython.display import display

    display(make(*args).box)  # type: ignore[no-untyped-call]
