"""Battery modules of the older kind: `NAME.py` with `batt` and `NAME_call.py` with `t_call`.

Such a module brings its own primitives, so it is executed: on the user's word alone (`trust_module`), and in
guarded workers alone. `calls` reads `t_call` into slices, `module` is what workers do with the module, `jobs`
what they are asked for, `sound` what the parent believes of their results, `phases` what the run makes of it,
`values` what it makes of differ values.
"""

from kaggle_batt.legacy.phases import module_plan

__all__ = ["module_plan"]
