"""`python -m mlaccess` is the command `mlaccess`."""

import sys

from mlaccess.cli import main

sys.exit(main())
