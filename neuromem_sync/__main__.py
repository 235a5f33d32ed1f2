"""`python -m neuromem_sync` is `neuromem`."""

from neuromem_sync.cli import main

main()
