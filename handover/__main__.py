"""`python -m handover`: the operator's verbs."""

import sys

from handover.cli import main

if __name__ == "__main__":
    sys.exit(main())
