"""Writing into files that people edit: every step failed, killed and raced."""
