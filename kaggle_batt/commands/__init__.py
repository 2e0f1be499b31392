"""The command line: one file a command, of which only the chosen one is imported.

Arguments in, exit status out; other rooms do the work. Imports `api`, `batch`, `draw`, `errors`,
`generate`, `kaggle`, `legacy`, `params`, `pipeline`, `programs`, `report` and `tasks`.
"""
