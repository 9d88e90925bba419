"""How much of the heavy tests runs: a sample, or all of it.

``REPORT_SEARCH_WHOLE=1`` runs them whole, before a release. A sample takes the same paths over fewer random examples.
"""

from __future__ import annotations

import os

WHOLE = bool(os.environ.get("REPORT_SEARCH_WHOLE"))
SHARE = 8
"""One of so many random examples is left in a sample."""
LEAST = 15


def sampled(examples: int) -> int:
    """The number of examples to try, where ``examples`` is the whole."""
    return examples if WHOLE else min(examples, max(LEAST, examples // SHARE))
