"""Completion by the shell's Tab key: commands, options, and the values that are known without an index.

click does the work; its own entry point is not used because the command line ends by :mod:`exit_handling`. The rule:
completing never opens an index and never prints an error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

import click
from click.shell_completion import CompletionItem, get_completion_class, shell_complete

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
"""What click asks for the values of a parameter."""
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


def _by_label(labels: Callable[[], Mapping[str, str]]) -> Completer:
    """A completer of the keys of ``labels``, with each label beside its key to help choose."""

    def _complete(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
        return [CompletionItem(key, help=label) for key, label in labels().items() if key.startswith(typed)]

    return _complete


def _section_labels() -> Mapping[str, str]:
    from report_search.taxonomy.sections import LABELS

    return LABELS


def _topic_labels() -> Mapping[str, str]:
    from report_search.taxonomy.topics import labels

    return labels()


complete_sections = _by_label(_section_labels)
complete_topics = _by_label(_topic_labels)


def _variable(program: str) -> str:
    """click's name for the variable by which a shell asks."""
    return f"_{program.replace('-', '_')}_COMPLETE".upper()
