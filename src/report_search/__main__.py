"""``python -m report_search``: the same as the console script."""

from report_search.cli import main

if __name__ == "__main__":
    main()
