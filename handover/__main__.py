"""`python -m handover`: the operator's verbs."""

import sys

from handover.cli import main

sys.exit(main())
