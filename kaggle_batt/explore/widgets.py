"""Widgets (ipywidgets) over one `Explorer`, choosers, table, stepper, editor and graph; and over two runs.

A widget's event calls a method of the explorer; the explorer's changes refresh the widgets that show them.
Nothing is computed here. Only the open tab is refreshed.
"""

import html
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets
from IPython import get_ipython
from IPython.display import display

from kaggle_batt.draw.table import CODE
from kaggle_batt.errors import KaggleBattError
from kaggle_batt.explore import pages
from kaggle_batt.explore.candidates import COLUMNS
from kaggle_batt.explore.model import Explorer
from kaggle_batt.explore.runs import RunPair
from kaggle_batt.explore.trial import sample_name

CHARACTER = 7.3  # pixels of a character of the table
HALF = 560  #: pixels of a sheet beside something else
TABS = ("step by step", "expected and got", "edit and run", "graph")
STYLE = (
    "<style>.kb-table select{font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;font-size:12px}"
    ".kb-code textarea{font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;font-size:12px;"
    "line-height:17px;white-space:pre;overflow:auto}</style>"
)


def has_front_end() -> bool:
    """Whether a cell can ask for input, as it can not under papermill and nbconvert, which only execute."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    request = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    return bool(request.get("content", {}).get("allow_stdin"))


def show_widgets(make: Callable[..., Any], *args: Any) -> None:
    """Display the box of the widgets that `make(*args)` returns, or a line where there is no front end."""
    if not has_front_end():
        print("widgets are shown in a running notebook; the figures below show the same")
        return
    display(make(*args).box)  # type: ignore[no-untyped-call]


class ExplorerWidgets:
    """The widgets over an explorer; `box` is the whole, to be displayed."""

    def __init__(self, explorer: Explorer, save_to: str = "my_solvers.py") -> None:
        self.w: Any = ipywidgets
        self.explorer, self.busy = explorer, False
        choosers, table, stepper = self._choosers(), self._table(), self._stepper()
        self._make_editor(save_to)
        self.verdict, self.task_page, self.difference, self.graph = [self.w.HTML() for _ in range(4)]
        self.tabs = self._tabs()
        self.box = self.w.VBox([choosers, self.verdict, self.task_page, table, stepper, self.tabs])
        explorer.listeners.append(lambda what: getattr(self, f"_show_{what}")())
        self._show_task()

    # -- construction

    def _choosers(self) -> Any:
        self.task = self._made("Dropdown", 220, description="task", options=self.explorer.names)
        self.sample = self._made("Dropdown", 220, description="sample")
        self._on(self.task, self.explorer.choose_task)
        self._on(self.sample, self.explorer.choose_sample)
        return self.w.HBox([self.task, self.sample, self.w.HTML(STYLE)])

    def _table(self) -> Any:
        w, explorer = self.w, self.explorer
        self.head, self.summary, self.table_error = w.HTML(), w.HTML(), w.HTML()
        self.rows = w.Select(rows=15, layout={"height": "256px"})
        self.rows.add_class("kb-table")
        self._on(self.rows, self._choose_row, "index")
        self.back = self._button("◀ page", 90, lambda: explorer.turn(explorer.candidates.page - 1))
        self.on = self._button("page ▶", 90, lambda: explorer.turn(explorer.candidates.page + 1))
        below = w.HBox([self.back, self.on, self.summary, self.table_error])
        lines = w.VBox([self.head, self.rows], layout={"overflow": "auto"})  # an <option> doesn't scroll
        return w.VBox([self._arrangers(), lines, below])

    def _arrangers(self) -> Any:
        differs, hint = self.explorer.differs or [""], "o>=1 steps<100 words"
        self.sort = self._made("Dropdown", 190, description="sort by", options=COLUMNS)
        self.descending = self._made("Checkbox", 110, description="descending", indent=False)
        self.filter = self._made("Text", 290, description="filter", placeholder=hint)
        self.differ = self._made("Dropdown", 290, description="s score of", options=differs)
        self.every = self._made("Checkbox", 90, description="all tasks", indent=False)
        for name in ("sort", "descending", "filter", "differ"):
            self._on(getattr(self, name), partial(self._arrange, name))
        self._on(self.every, self.explorer.choose_every_task)
        chosen = [self.sort, self.descending, self.filter, self.differ, self.every]
        return self.w.HBox(chosen, layout={"flex_flow": "row wrap"})

    def _stepper(self) -> Any:
        explorer = self.explorer
        self.source, self.value = self.w.HTML(), self.w.HTML()
        self.source.add_class("kb-source")
        self.slider = self._made("IntSlider", 420, description="call", min=1, max=1)
        self._on(self.slider, lambda value: explorer.go(value - 1))
        self.previous = self._button("◀", 44, lambda: explorer.go(explorer.step - 1))
        self.next = self._button("▶", 44, lambda: explorer.go(explorer.step + 1))
        return self.w.HBox([self.previous, self.slider, self.next])

    def _make_editor(self, save_to: str) -> None:
        w = self.w
        self.text = w.Textarea(layout={"width": "auto", "height": "300px"})
        self.text.add_class("kb-code")
        self._on(self.text, self.explorer.edit)
        self.trial, self.trial_page, self.saved = w.HTML(), w.HTML(), w.HTML()
        self.path = self._made("Text", 280, description="file", value=save_to)
        self.name = self._made("Text", 280, description="name")
        self.undo = self._button("undo edits", 110, self.explorer.undo)
        self.save = self._button("save to solver file", 160, self._save)

    def _tabs(self) -> Any:
        saving = self.w.VBox([self.path, self.name, self.w.HBox([self.undo, self.save]), self.saved])
        step = self._halves([self.source], [self.value], 40)
        edit = self._halves([self.text, saving], [self.trial, self.trial_page], 50)
        tabs = self.w.Tab([step, self.difference, edit, self.graph], titles=TABS)
        tabs.observe(lambda _: self._show_step(), "selected_index")
        return tabs

    def _halves(self, left: list[Any], right: list[Any], percent: int) -> Any:
        """Two columns, the left one `percent` of the whole wide."""
        sides = ((left, percent), (right, 100 - percent))
        look = {"overflow": "auto"}
        return self.w.HBox([self.w.VBox(part, layout={"width": f"{n}%", **look}) for part, n in sides])

    def _made(self, kind: str, width: int, **look: Any) -> Any:
        return getattr(self.w, kind)(layout={"width": f"{width}px"}, **look)

    def _button(self, text: str, width: int, act: Callable[[], Any]) -> Any:
        button = self._made("Button", width, description=text)
        button.on_click(lambda _: act())
        return button

    def _on(self, widget: Any, act: Callable[[Any], Any], trait: str = "value") -> None:
        """Call `act` with the value that a person chose; not while the widget is set from here."""

        def changed(change: Any) -> None:
            if not self.busy:
                act(change["new"])

        widget.observe(changed, trait)

    # -- events that show a message

    def _arrange(self, name: str, value: Any) -> None:
        def arranged() -> str:
            self.explorer.arrange(**{name: value})
            return ""

        _show_in(self.table_error, arranged)

    def _choose_row(self, index: int | None) -> None:
        rows = self.explorer.candidates.page_rows
        if index is not None and index < len(rows):
            self.explorer.choose_row(rows[index])

    def _save(self) -> None:
        save, path, name = self.explorer.save, Path(self.path.value), self.name.value.strip()
        _show_in(self.saved, lambda: html.escape(save(path, name)))

    # -- showing

    def _set(self, widget: Any, **values: Any) -> None:
        """Set traits of a widget without this being taken for a person's choice."""
        self.busy = True
        try:
            for name, value in values.items():
                setattr(widget, name, value)
        finally:
            self.busy = False

    def _show_task(self) -> None:
        explorer = self.explorer
        self._set(self.task, value=explorer.name)
        self._set(self.sample, options=[(sample_name(key), key) for key in explorer.keys])
        self._set(self.name, value=f"solve_{explorer.name}")
        self._show_table()
        self._show_sample()

    def _show_sample(self) -> None:
        self._set(self.sample, value=self.explorer.sample_key)
        self.task_page.value = pages.task_page(self.explorer).html()
        self._show_program()

    def _show_table(self) -> None:
        found = self.explorer.candidates
        head, *lines = found.table().lines()
        style = f"{CODE};font-weight:bold;padding-left:4px"
        self.head.value = f'<div style="{style}">{head}</div>'
        self.head.layout.width = self.rows.layout.width = f"{CHARACTER * len(head) + 40:.0f}px"
        rows = found.page_rows
        index = rows.index(self.explorer.row) if self.explorer.row in rows else None
        options = [(line.replace(" ", "\u00a0"), number) for number, line in enumerate(lines)]
        self._set(self.rows, options=options, index=index)
        self.summary.value = found.summary()
        self.back.disabled, self.on.disabled = found.page == 0, found.page == found.pages - 1

    def _show_program(self) -> None:
        explorer = self.explorer
        self.verdict.value = self.trial.value = pages.verdict_page(explorer)
        if self.text.value != explorer.text:
            self._set(self.text, value=explorer.text)
        self._set(self.slider, max=max(1, len(explorer.walk.steps)))
        rows = explorer.candidates.page_rows
        if explorer.row in rows:
            self._set(self.rows, index=rows.index(explorer.row))
        self._show_step()

    def _show_step(self) -> None:
        """Refresh the open tab."""
        explorer = self.explorer
        self._set(self.slider, value=explorer.step + 1)
        tab = TABS[self.tabs.selected_index or 0]
        if tab == "step by step":
            self.source.value = pages.source_page(explorer).html()
            self.value.value = pages.step_page(explorer).html(HALF)
        elif tab == "expected and got":
            self.difference.value = pages.difference_page(explorer).html()
        elif tab == "edit and run":
            self.trial_page.value = "" if explorer.error else pages.difference_page(explorer).html(HALF)
        else:
            self.graph.value = pages.graph_page(explorer, pages.GRAPH_HEIGHT).html()


class RunsWidgets:
    """Choosers of two runs and their differences; `box` is the whole."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        w: Any = ipywidgets
        options = [(_short(folder, folders), str(folder)) for folder in folders]
        self.a, self.b = [
            w.Dropdown(options=options, value=value, description=name, layout={"width": "360px"})
            for name, (_, value) in (("run A", options[0]), ("run B", options[-1]))
        ]
        self.compare = w.Button(description="find all differences", layout={"width": "180px"})
        self.page, self.differences = w.HTML(), w.HTML()
        choosers = w.HBox([self.a, self.b, self.compare, w.HTML(STYLE)], layout={"flex_flow": "row wrap"})
        pages_box = w.VBox([self.differences, self.page], layout={"max_height": "600px", "overflow": "auto"})
        self.box = w.VBox([choosers, pages_box])
        for chooser in (self.a, self.b):
            chooser.observe(self._choose, "value")
        self.compare.on_click(lambda _: self._show(self.differences, self._verdict))
        self._choose()

    def _choose(self, _: Any = None) -> None:
        self.differences.value = ""
        self._show(self.page, self._tables)

    def _tables(self, pair: RunPair) -> str:
        return "<br>".join([table.html() for table in (pair.settings(), pair.times(), pair.scores())])

    def _verdict(self, pair: RunPair) -> str:
        return f'<div style="{CODE}">{html.escape(pair.verdict())}</div>'

    def _show(self, widget: Any, page: Callable[[RunPair], str]) -> None:
        _show_in(widget, lambda: page(RunPair(self.a.value, self.b.value)))


def _show_in(widget: Any, page: Callable[[], str]) -> None:
    """Show a page as HTML, or the error that it raises."""
    try:
        widget.value = page()
    except KaggleBattError as error:
        widget.value = pages.error_html(str(error))


def _short(folder: str | Path, folders: Sequence[str | Path]) -> str:
    """The folder's name below what all folders have in common."""
    common = os.path.commonpath([Path(other).absolute().parent for other in folders])
    return os.path.relpath(Path(folder).absolute(), common)
