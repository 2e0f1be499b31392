"""The explore notebook in a real browser: JupyterLab, Debian's chromium, playwright's Python client.

Screenshots go to artifacts/, to be looked at. Skipped where one of the three is not installed;
`.ci/browser` installs them and runs this file.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runs import ROOT, environment, go

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARTIFACTS = ROOT / "artifacts"
FLAGS = [  # no sandbox, as root; and nothing that would look for the network
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check",
]  # fmt: skip
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
MISSING = [name for name in ("playwright", "jupyterlab") if importlib.util.find_spec(name) is None]
MISSING += [] if CHROMIUM.exists() else [str(CHROMIUM)]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}; see .ci/browser"),
]


def notebook_for(run: Path, other: Path, folder: Path) -> None:
    """The notebook in a folder, with the runs that it shows."""
    notebook = json.loads((ROOT / "notebooks" / "explore.ipynb").read_text(encoding="utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == "parameters"]
    text = "".join(cell["source"]).replace('run: str = ""', f'run: str = "{run}"')
    cell["source"] = text.replace('other: str = ""', f'other: str = "{other}"')
    (folder / "explore.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def settings_in(folder: Path) -> Path:
    """JupyterLab settings: all cells kept in the page, no news."""
    for name, values in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    return folder


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up in a minute")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of JupyterLab with the notebook in its folder."""
    home = tmp_path
    first = go(home / "runs" / "first", mutants=40)
    second = go(home / "runs" / "second", mutants=40, seed=1)
    work = home / "work"
    work.mkdir()
    notebook_for(first.folder, second.folder, work)
    values = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings_in(home / "settings")),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    port = free_port()
    arguments = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--IdentityProvider.token=",
        "--ip=127.0.0.1",
    ]
    with open(home / "lab.log", "wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *arguments, f"--ServerApp.root_dir={work}"],
            env=environment(**values), stdout=log, stderr=subprocess.STDOUT, cwd=work,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def page(address: str) -> Iterator[Any]:
    """The notebook's page with all cells run."""
    from playwright.sync_api import sync_playwright

    ARTIFACTS.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 1300})
        page.set_default_timeout(60_000)
        page.goto(f"{address}/lab/tree/explore.ipynb")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # what is run before is lost
        page.keyboard.press("Control+b")  # the file browser away
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.wait_for_selector(".kb-table select option", state="attached", timeout=120_000)
        yield page
        browser.close()


def shoot(page: Any, name: str) -> None:
    """A screenshot of what is in the window, to look at."""
    page.wait_for_timeout(500)
    page.screenshot(path=str(ARTIFACTS / f"{name}.png"))


def widget(page: Any, text: str) -> Any:
    """The output area of the cell with the widgets, where it shows this text, or a picture named by it."""
    area = page.locator(".jp-OutputArea-output", has=page.locator(".kb-table"))
    found = area.get_by_text(re.compile(text)).or_(area.get_by_alt_text(re.compile(text))).first
    found.wait_for()
    return found


def all_cells_run_and_the_widgets_show(page: Any) -> None:
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output img').length >= 16")
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    page.get_by_label("task", exact=True).scroll_into_view_if_needed()
    shoot(page, "1-opened")


def a_chosen_task_shows_with_its_candidates(page: Any) -> None:
    page.get_by_label("task", exact=True).select_option("44f52bb0")
    page.get_by_label("sample", exact=True).select_option(index=2)
    widget(page, "task 44f52bb0")
    widget(page, "on demo 3,")
    assert "44f52bb0" in page.locator(".kb-table select option").first.inner_text()
    shoot(page, "2-task")


def the_table_filters_sorts_and_chooses(page: Any) -> None:
    page.get_by_label("task", exact=True).select_option("007bbfb7")
    page.get_by_label("filter", exact=True).fill("o>=1 calls>=2")
    widget(page, r"rows 1–\d+ of \d+ \(of \d+\)")
    page.get_by_label("sort by", exact=True).select_option("steps")
    page.locator(".kb-table select option").nth(1).click()
    shoot(page, "3-table")
    page.get_by_label("filter", exact=True).fill("colour>3")
    widget(page, "no column 'colour'")
    page.get_by_label("filter", exact=True).fill("")
    page.get_by_label("sort by", exact=True).select_option("rank")
    page.locator(".kb-table select option").first.click()


def the_stepper_moves_by_keys_and_buttons(page: Any) -> None:
    widget(page, "call 1 of ")
    handle = page.locator(".widget-slider .noUi-handle").first
    handle.focus()
    handle.press("ArrowRight")
    widget(page, "call 2 of ")
    page.get_by_role("button", name="▶", exact=True).click()
    widget(page, "call 3 of ")
    handle.press("ArrowLeft")
    widget(page, "call 2 of ")
    handle.press("ArrowRight")
    widget(page, "call 3 of ")
    shoot(page, "4-stepper")


def an_edit_runs_at_once(page: Any) -> None:
    page.get_by_role("tab", name="edit and run").click()
    text = page.locator(".kb-code textarea")
    text.fill("def solve(I):\n    x1 = hmirror(I)\n    O = vmirror(x1)\n")
    widget(page, "edited program.*2 calls")
    widget(page, "demos 0 of 5 right")
    shoot(page, "5-edit")
    text.fill("def solve(I):\n    x1 = first(I)\n    O = vmirror(x1)\n")
    widget(page, r"error on 1, 2, 3, 4, 5")
    shoot(page, "6-edit-that-fails")
    text.fill("def solve(I):\n    O = mirror(I)\n")
    widget(page, "no program: line 2: 'mirror' is neither set before nor in the language")
    shoot(page, "7-edit-no-program")


def saving_writes_a_solver_file(page: Any) -> None:
    from kaggle_batt.programs.battery_file import load_battery

    path = ARTIFACTS / "saved_solvers.py"
    path.unlink(missing_ok=True)
    page.locator(".kb-code textarea").fill("def solve(I):\n    O = rot90(I)\n")
    widget(page, "edited program.*1 calls")
    page.get_by_label("file", exact=True).fill(str(path))
    page.get_by_role("button", name="save to solver file").click()
    widget(page, "saved as solve_007bbfb7")
    assert "rot90(I)" in load_battery(path).entries[0].program.text
    page.get_by_role("button", name="undo edits").click()
    widget(page, "demos 5 of 5 right")


def the_other_tabs_show(page: Any) -> None:
    page.get_by_role("tab", name="expected and got").click()
    widget(page, "md5 .* on demo 1$")
    shoot(page, "8-expected-and-got")
    page.get_by_role("tab", name="graph").click()
    page.get_by_alt_text("graph of the program's calls").wait_for()
    shoot(page, "9-graph")


def a_long_program_stays_usable(page: Any) -> None:
    lines = [f"    x{n} = paint(I, y{n})\n    y{n + 1} = shift(y{n}, DOWN)\n" for n in range(1, 75)]
    text = "def solve(I):\n    y1 = asobject(I)\n" + "".join(lines) + "    O = paint(x74, y75)\n"
    page.get_by_role("tab", name="edit and run").click()
    page.locator(".kb-code textarea").fill(text)
    widget(page, "edited program.*77 calls")
    handle = page.locator(".widget-slider .noUi-handle").first
    handle.focus()
    for _ in range(40):
        handle.press("ArrowRight")
    page.get_by_role("tab", name="step by step").click()
    widget(page, "call 41 of 77")
    widget(page, "28 calls above")
    shoot(page, "10-long-program")
    page.get_by_role("tab", name="graph").click()
    page.get_by_alt_text("graph of the program's calls").wait_for()
    shoot(page, "11-long-graph")
    page.get_by_role("tab", name="edit and run").click()
    page.get_by_role("button", name="undo edits").click()
    page.get_by_role("tab", name="step by step").click()
    widget(page, "call 1 of 7")


SIZES = """selector => {
    const found = document.querySelector(selector), pane = found.closest('.widget-vbox');
    pane.scrollLeft = 9999;
    const cut = getComputedStyle(found).overflowX == 'visible' ? 0 : found.scrollWidth - found.clientWidth;
    return [cut, pane.scrollWidth - pane.clientWidth, pane.scrollLeft]
}"""


def a_narrow_window_scrolls_what_is_wide(page: Any) -> None:
    """At 1,024 pixels the table and a long line of code are whole; their panes scroll."""
    page.set_viewport_size({"width": 1024, "height": 1100})
    page.get_by_role("tab", name="edit and run").click()
    text = f"def solve(I):\n    O = size({tuple(range(40))})\n"
    page.locator(".kb-code textarea").fill(text)
    widget(page, "edited program.*1 calls")
    page.get_by_role("tab", name="step by step").click()
    widget(page, "call 1 of 1")
    for name, selector in (("table", ".kb-table select"), ("source", ".kb-source")):
        page.wait_for_timeout(500)
        cut, more, scrolled = page.evaluate(SIZES, selector)
        assert cut <= 0 < more and scrolled > 0, (selector, cut, more, scrolled)
        page.locator(selector).scroll_into_view_if_needed()
        shoot(page, f"13-narrow-{name}")
    page.get_by_role("tab", name="edit and run").click()
    page.get_by_role("button", name="undo edits").click()
    page.set_viewport_size({"width": 1500, "height": 1300})


def two_runs_stand_side_by_side(page: Any) -> None:
    button = page.get_by_role("button", name="find all differences")
    button.scroll_into_view_if_needed()
    button.click()
    page.get_by_text("settings that differ:").first.wait_for()
    shoot(page, "12-runs")


def the_figures_show_the_same(page: Any) -> None:
    """For the eye: every figure of the notebook, one screenshot each."""
    figures = page.locator(".jp-OutputArea-output img[src^='data:image/png']")
    assert figures.count() >= 14
    for number in range(figures.count()):
        figures.nth(number).screenshot(path=str(ARTIFACTS / f"figure-{number + 1:02}.png"))


def test_a_person_explores_a_run(page: Any) -> None:
    """One journey, for each step begins where the one before has ended."""
    all_cells_run_and_the_widgets_show(page)
    a_chosen_task_shows_with_its_candidates(page)
    the_table_filters_sorts_and_chooses(page)
    the_stepper_moves_by_keys_and_buttons(page)
    an_edit_runs_at_once(page)
    saving_writes_a_solver_file(page)
    the_other_tabs_show(page)
    a_long_program_stays_usable(page)
    a_narrow_window_scrolls_what_is_wide(page)
    two_runs_stand_side_by_side(page)
    the_figures_show_the_same(page)
