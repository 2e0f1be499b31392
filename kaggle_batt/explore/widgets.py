"""The explorer with ipywidgets: choosers, table, stepper, editor and graph over one `Explorer`.

A widget's event calls a method of the explorer; the explorer's changes refresh the widgets that show them.
Nothing is computed here. Only the open tab is refreshed.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kaggle_batt.draw.code import CODE
from kaggle_batt.errors import KaggleBattError
from kaggle_batt.explore import pages
from kaggle_batt.explore.candidates import COLUMNS
from kaggle_batt.explore.frontend import ipywidgets
from kaggle_batt.explore.model import Explorer
from kaggle_batt.explore.trial import sample_name

TABS = ("step by step", "expected and got", "edit and run", "graph")
STYLE = (
    "<style>.kb-table select{font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;font-size:12px;"
    "overflow-x:auto}.kb-code textarea{font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;font-size:12px;"
    "line-height:17px;white-space:pre;overflow:auto}</style>"
)


class ExplorerWidgets:
    """The widgets over an explorer; `box` is the whole, to be displayed."""

    def __init__(self, explorer: Explorer, save_to: str = "my_solvers.py") -> None:
        self.w, self.explorer, self.busy = ipywidgets(), explorer, False
        self._make_choosers()
        self._make_table()
        self._make_stepper()
        self._make_editor(save_to)
        self.difference, self.graph = self.w.HTML(), self.w.HTML()
        self.tabs = self._tabs()
        above = [self.choosers, self.verdict, self.task_page, self.table_box]
        self.box = self.w.VBox([*above, self.stepper, self.tabs])
        self.refreshers: dict[str, Callable[[], None]] = {
            "task": self._show_task, "sample": self._show_sample, "table": self._show_table,
            "program": self._show_program, "step": self._show_tab,
        }  # fmt: skip
        explorer.listeners.append(self._refresh)
        self._show_task()

    # -- construction

    def _make_choosers(self) -> None:
        w = self.w
        self.task = w.Dropdown(options=self.explorer.names, description="task", layout={"width": "220px"})
        self.sample = w.Dropdown(description="sample", layout={"width": "220px"})
        self.choosers = w.HBox([self.task, self.sample, w.HTML(STYLE)])
        self.verdict, self.task_page = w.HTML(), w.HTML()
        self._on(self.task, lambda value: self.explorer.choose_task(value))
        self._on(self.sample, lambda value: self.explorer.choose_sample(value))

    def _make_table(self) -> None:
        w = self.w
        self.head, self.summary, self.table_error = w.HTML(), w.HTML(), w.HTML()
        self.rows = w.Select(rows=15, layout={"width": "100%", "height": "256px"})
        self.rows.add_class("kb-table")
        self.back, self.on = self._button("◀ page", -1), self._button("page ▶", 1)
        below = w.HBox([self.back, self.on, self.summary, self.table_error])
        self.table_box = w.VBox([self._arrangers(), self.head, self.rows, below])
        self._on(self.rows, self._choose_row, "index")

    def _arrangers(self) -> Any:
        """The widgets that sort and filter the table."""
        w, differs = self.w, self.explorer.differs or [""]
        hint = "o>=1 steps<100 words"
        self.sort = w.Dropdown(options=list(COLUMNS), description="sort by", layout={"width": "190px"})
        self.descending = w.Checkbox(description="descending", indent=False, layout={"width": "110px"})
        self.filter = w.Text(description="filter", placeholder=hint, layout={"width": "290px"})
        self.differ = w.Dropdown(options=differs, description="s score of", layout={"width": "290px"})
        self.every = w.Checkbox(description="all tasks", indent=False, layout={"width": "90px"})
        self._on(self.sort, lambda value: self._arrange(sort=value))
        self._on(self.descending, lambda value: self._arrange(descending=value))
        self._on(self.filter, lambda value: self._arrange(filter=value))
        self._on(self.differ, lambda value: self._arrange(differ=value))
        self._on(self.every, lambda value: self.explorer.choose_every_task(value))
        chosen = [self.sort, self.descending, self.filter, self.differ, self.every]
        return w.HBox(chosen, layout={"flex_flow": "row wrap"})

    def _button(self, text: str, by: int) -> Any:
        button = self.w.Button(description=text, layout={"width": "90px"})
        button.on_click(lambda _: self.explorer.turn(self.explorer.candidates.page + by))
        return button

    def _make_stepper(self) -> None:
        w = self.w
        self.source = w.HTML()
        self.slider = w.IntSlider(min=1, max=1, description="call", layout={"width": "420px"})
        self.previous, self.next = w.Button(description="◀", tooltip="call before"), w.Button(description="▶")
        for button, by in ((self.previous, -1), (self.next, 1)):
            button.layout = {"width": "44px"}
            button.on_click(lambda _, by=by: self.explorer.go(self.explorer.step + by))
        self.stepper = w.HBox([self.previous, self.slider, self.next])
        self.value = w.HTML()
        self._on(self.slider, lambda value: self.explorer.go(value - 1))

    def _make_editor(self, save_to: str) -> None:
        w = self.w
        self.text = w.Textarea(layout={"width": "100%", "height": "300px"})
        self.text.add_class("kb-code")
        self.trial, self.trial_page = w.HTML(), w.HTML()
        self.path = w.Text(value=save_to, description="file", layout={"width": "280px"})
        self.name = w.Text(description="name", layout={"width": "280px"})
        self.undo = w.Button(description="undo edits", layout={"width": "110px"})
        self.save = w.Button(description="save to solver file", layout={"width": "160px"})
        self.saved = w.HTML()
        self.undo.on_click(lambda _: self.explorer.undo())
        self.save.on_click(lambda _: self._save())
        self._on(self.text, lambda value: self.explorer.edit(value))

    def _tabs(self) -> Any:
        w = self.w
        left, right = {"width": "40%"}, {"width": "60%"}
        walk = w.HBox([w.VBox([self.source], layout=left), w.VBox([self.value], layout=right)])
        saving = w.VBox([self.path, self.name, w.HBox([self.undo, self.save]), self.saved])
        half = {"width": "50%"}
        edit = w.HBox(
            [w.VBox([self.text, saving], layout=half), w.VBox([self.trial, self.trial_page], layout=half)]
        )
        tabs = w.Tab([walk, self.difference, edit, self.graph], titles=TABS)
        tabs.observe(lambda _: self._show_tab(), "selected_index")
        return tabs

    def _on(self, widget: Any, act: Callable[[Any], None], trait: str = "value") -> None:
        """Call `act` with the value that a person chose; not while the widget is set from here."""

        def changed(change: Any) -> None:
            if not self.busy:
                act(change["new"])

        widget.observe(changed, trait)

    # -- events that show a message

    def _arrange(self, **how: Any) -> None:
        self.table_error.value = ""
        try:
            self.explorer.arrange(**how)
        except KaggleBattError as error:
            self.table_error.value = pages.error_html(str(error))

    def _choose_row(self, index: int | None) -> None:
        rows = self.explorer.candidates.page_rows
        if index is not None and index < len(rows):
            self.explorer.choose_row(rows[index])

    def _save(self) -> None:
        try:
            message = self.explorer.save(Path(self.path.value), self.name.value.strip())
            self.saved.value = html.escape(message)
        except KaggleBattError as error:
            self.saved.value = pages.error_html(str(error))

    # -- showing

    def _refresh(self, what: str) -> None:
        self.refreshers[what]()

    def _set(self, widget: Any, **values: Any) -> None:
        """Set traits of a widget without this being taken for a person's choice."""
        before, self.busy = self.busy, True
        try:
            for name, value in values.items():
                setattr(widget, name, value)
        finally:
            self.busy = before

    def _show_task(self) -> None:
        explorer = self.explorer
        self._set(self.task, value=explorer.name)
        options = [(sample_name(key), key) for key in explorer.keys]
        self._set(self.sample, options=options, value=explorer.sample_key)
        self._set(self.name, value=f"solve_{explorer.name}")
        self.task_page.value = pages.task_page(explorer).html()
        self._show_table()
        self._show_program()

    def _show_sample(self) -> None:
        self._set(self.sample, value=self.explorer.sample_key)
        self.task_page.value = pages.task_page(self.explorer).html()
        self._show_program()

    def _show_table(self) -> None:
        table = self.explorer.candidates
        head, *lines = table.table().lines()
        style = f"{CODE};font-weight:bold;padding-left:4px"
        self.head.value = f'<div style="{style}">{head}</div>'
        rows = table.page_rows
        index = rows.index(self.explorer.row) if self.explorer.row in rows else None
        options = [(line.replace(" ", "\u00a0"), number) for number, line in enumerate(lines)]
        self._set(self.rows, options=options, index=index)
        self.summary.value = table.summary()
        self.back.disabled, self.on.disabled = table.page == 0, table.page == table.pages - 1

    def _show_program(self) -> None:
        explorer = self.explorer
        self.verdict.value = self.trial.value = pages.verdict_page(explorer)
        if self.text.value != explorer.text:
            self._set(self.text, value=explorer.text)
        count = max(1, len(explorer.walk.steps))
        self._set(self.slider, max=count, value=explorer.step + 1)
        rows = explorer.candidates.page_rows
        if explorer.row in rows:
            self._set(self.rows, index=rows.index(explorer.row))
        self._show_tab()

    def _show_tab(self) -> None:
        """Refresh the open tab."""
        explorer = self.explorer
        self._set(self.slider, value=explorer.step + 1)
        tab = TABS[self.tabs.selected_index or 0]
        if tab == "step by step":
            self.source.value = pages.source_page(explorer).html()
            self.value.value = pages.step_page(explorer).html()
        elif tab == "expected and got":
            self.difference.value = pages.difference_page(explorer).html()
        elif tab == "edit and run":
            self.trial_page.value = "" if explorer.error else pages.difference_page(explorer).html()
        else:
            self.graph.value = pages.graph_page(explorer, pages.GRAPH_HEIGHT).html()
