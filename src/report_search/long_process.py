"""The interpreter set up for what runs for hours: a server, the tools of an agent.

The rule: nothing here changes what a process does, only what its garbage takes.
"""

from __future__ import annotations

import gc

THRESHOLDS = 700, 10, 10
"""What Python itself starts with up to 3.13. A command that ends soon looks for garbage seventy times as seldom
(``cli.short_process``); a server that does so keeps some 20 MB of answers that were sent long ago."""


def expect_long_process() -> None:
    """Let garbage be found while it is little; to be called once what stays for good is loaded.

    Each answer leaves objects that refer to one another, with the texts that they hold.
    """
    gc.set_threshold(*THRESHOLDS)
    gc.collect()
    # What is here now stays: looked through with all the rest, it would cost each full search tens of milliseconds.
    gc.freeze()
