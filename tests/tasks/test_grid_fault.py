"""The rule for grids, on any grid: what keeps it is accepted, one bad cell is found where it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kaggle_batt.tasks.grid import grid_fault

grids = st.integers(1, 30).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=30
    )
)


@given(grids)
def test_every_grid_within_the_rule_is_accepted(grid: list[list[int]]) -> None:
    assert grid_fault(grid) is None


@given(grids, st.data(), st.sampled_from([-1, 10, True, False, 1.0, None, "1", (1,), 2**70]))
def test_one_bad_cell_is_found_where_it_is(
    grid: list[list[object]], data: st.DataObject, cell: object
) -> None:
    row = data.draw(st.integers(0, len(grid) - 1))
    column = data.draw(st.integers(0, len(grid[0]) - 1))
    grid[row][column] = cell
    fault = grid_fault(grid)
    assert fault is not None and fault.startswith(f"row {row + 1}, column {column + 1}: ")
