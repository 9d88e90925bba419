"""Hits put together in groups, by report or by equal text, over whole arrays.

The rule: a group stands where its first hit stands in the order asked for, whatever page is shown, so that a walk meets
each group once; nothing is left out, only set behind.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from report_search.engine.arrays import Array, Ints, group_starts
from report_search.engine.columnar.sorting import ScoredHits


class CollapsedHits(Struct, frozen=True):
    """The first hits of all groups, and where to find the others.

    ``firsts`` are hits like any, in the order of their rows. ``ordered``, ``(n_hits,) int64``, are all rows, group by
    group, in a group in the order asked for; ``starts``, ``(n_firsts,) int64``, says where the group of each of
    ``firsts`` begins there, ``ends`` where it ends.
    """

    firsts: ScoredHits
    ordered: Ints
    starts: Ints
    ends: Ints

    def behind(self, first: int) -> Array:
        """The rows behind one of ``firsts``, in order, ``(n,) int64``."""
        rows: Array = self.ordered[self.starts[first] + 1 : self.ends[first]]
        return rows


def collapse(hits: ScoredHits, order: Array, *, groups: Array) -> CollapsedHits:
    """``hits`` in groups: ``groups`` is the group of each hit, ``order`` are the hits, as positions, first to last.

    Both are ``(n_hits,)`` integers.
    """
    # Rows 10 11 12 13 in the groups a b a b, and in the order 13 10 11 12: sorted by group, and stably, they are
    # 10 12 | 13 11. The groups begin at 0 and 2, so their first hits are rows 10 and 13.
    by_group = order[np.argsort(groups[order], kind="stable")]
    starts = group_starts(groups[by_group])
    ends = np.append(starts[1:], len(by_group))
    # Sorting, and whoever reads a page, wants the rows of hits to ascend.
    by_row = np.argsort(by_group[starts])
    starts, ends = starts[by_row], ends[by_row]
    firsts = by_group[starts]
    return CollapsedHits(
        ScoredHits(hits.rows[firsts], hits.scores[firsts], hits.complete[firsts], hits.tier[firsts]),
        hits.rows[by_group],
        starts,
        ends,
    )
