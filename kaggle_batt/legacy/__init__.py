"""Legacy battery modules: `NAME.py` with `batt` and `NAME_call.py` with `t_call`.

Such a module brings its own primitives, so it is executed: if the user trusts it (`trust_module`), only in
guarded workers. `calls` reads `t_call` into slices, `module` is the workers' part, `jobs` what they run,
`phases` turns those into a run's. Imports `engines`, `errors`, `generate`, `params`, `pipeline`,
`programs` and `tasks`.
"""
