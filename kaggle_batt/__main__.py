"""`python -m kaggle_batt`."""

import sys

from kaggle_batt.cli import main

sys.exit(main())
