"""Commands that are imported when they are asked for.

The rule: a command line that names one command imports the module of that command alone; what lists all commands, the
help page, imports them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module

import click


class LazyCommands(MutableMapping[str, click.Command]):
    """Commands by name, in the order of ``modules``: from each name to the module that holds it under that name."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._commands: dict[str, click.Command | None] = dict.fromkeys(modules)

    def __getitem__(self, name: str) -> click.Command:
        command = self._commands[name]
        if command is None:
            command = self._commands[name] = getattr(import_module(self._modules[name]), name)
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        del self._commands[name]

    def __contains__(self, name: object) -> bool:
        # Not Mapping's own, which would import the command.
        return name in self._commands

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)
