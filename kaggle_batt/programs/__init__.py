"""Programs as graphs of calls, parsed, never executed, alone or in batteries. Imports `dsl` and `errors`."""
