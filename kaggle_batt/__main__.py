"""`python -m kaggle_batt`."""

import sys

if __name__ == "__main__":
    try:
        from kaggle_batt.commands.main import main

        sys.exit(main())
    except KeyboardInterrupt:
        exec("")  # as in `main`
        sys.exit(130)
