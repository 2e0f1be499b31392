"""The command line: one file a command, of which only the chosen one is imported.

Arguments in, exit status out; other rooms do the work. Imports `api`, `batch`, `draw`, `engines`, `errors`,
`generate`, `kaggle`, `params`, `pipeline`, `programs`, `report` and `tasks`.
"""
