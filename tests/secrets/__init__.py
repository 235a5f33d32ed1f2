"""No secret and nothing private leaves the files."""
