"""`python -m mitey_fuzz` is `mitey-fuzz`."""

from .cli import main

if __name__ == "__main__":
    main()
