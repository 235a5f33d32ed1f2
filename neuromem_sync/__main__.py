"""`python -m neuromem_sync` is `neuromem`."""

from neuromem_sync.cli import main

if __name__ == "__main__":
    main()
