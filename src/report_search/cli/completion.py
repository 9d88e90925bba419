"""Completion by the shell's Tab key: commands, options, and the values that are known without an index.

click does the work; its own entry point is not used because the command line ends by :mod:`exit_handling`. The rule:
completing never opens an index and never prints an error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click
from click.shell_completion import CompletionItem, get_completion_class, shell_complete

SHELLS = ("bash", "zsh", "fish")


def completion_script(command: click.Command, program: str, *, shell: str) -> str:
    """The script by which ``shell``, one of :data:`SHELLS`, completes ``program``."""
    completer = get_completion_class(shell)
    if completer is None:
        raise ValueError(shell)
    return completer(command, {}, program, _variable(program)).source()


def answer_completion(command: click.Command, program: str) -> None:
    """Answer and exit if it is the shell that asks, by the variable that its script sets; else do nothing."""
    instruction = os.environ.get(_variable(program))
    if instruction:
        sys.exit(shell_complete(command, {}, program, _variable(program), instruction))


def complete_sections(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Keys of sections that begin with what was typed; the label helps to choose."""
    from report_search.taxonomy.sections import LABELS

    return _beginning_with(incomplete, LABELS)


def complete_topics(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Keys of topics that begin with what was typed; the label helps to choose."""
    from report_search.taxonomy.topics import labels

    return _beginning_with(incomplete, labels())


def _beginning_with(typed: str, labels_by_key: Mapping[str, str]) -> list[CompletionItem]:
    return [CompletionItem(key, help=label) for key, label in labels_by_key.items() if key.startswith(typed)]


def _variable(program: str) -> str:
    """click's name for the variable by which a shell asks."""
    return f"_{program.replace('-', '_')}_COMPLETE".upper()
