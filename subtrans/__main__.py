"""`python -m subtrans` is `subtrans`."""

from subtrans.cli import main

main()
