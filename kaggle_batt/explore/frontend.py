"""Whether somebody watches the notebook, and what to show to whom."""

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


def is_watched() -> bool:
    """Is there a front end with a person before it?

    A front end lets a cell ask for input; papermill and nbconvert, which only execute, do not.
    """
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    request = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    return bool(request.get("content", {}).get("allow_stdin"))


def show_widget(make: Callable[..., Any], *args: Any) -> None:
    """Display the box of the view that `make(*args)` gives, where somebody watches; elsewhere say so."""
    if not is_watched():
        print("widgets are shown in a running notebook; the figures below show the same")
        return
    from IPython.display import display

    display(make(*args).box)  # type: ignore[no-untyped-call]
