"""click in Chinese: help pages with examples, and messages for a command that was typed wrongly.

click's gettext is not used: its language is that of the process's locale and its text domain is shared with every
library, and its messages don't name the values or commands that would be right. The rule: what is printed here is
Chinese, except for the detail that click itself adds to some wrong values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

OPTIONS_METAVAR, COMMAND_METAVAR = "[选项]", "命令 …"
"""What usage lines say for options, and for a command with its arguments."""


class Command(click.Command):
    """A command whose help is in Chinese and ends with examples."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.options_metavar = OPTIONS_METAVAR
        self.examples = examples

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, explained in Chinese."""
        return _explain_help_option(super().get_help_option(ctx))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        _write_usage(self, ctx, formatter=formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, one a line."""
        _write_options(self, ctx, formatter=formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, as they are typed."""
        _write_examples(self.examples, formatter)


class UnknownCommand(click.UsageError):
    """A command that does not exist."""

    def __init__(self, name: str, *, known: Sequence[str], ctx: click.Context) -> None:
        super().__init__(name, ctx)
        self.name, self.known = name, known

    @property
    def similar(self) -> list[str]:
        """Commands that were probably meant, the most similar first."""
        from difflib import get_close_matches

        return get_close_matches(self.name.lower(), self.known, n=2, cutoff=0.5)


class Group(click.Group):
    """The commands, listed in Chinese in the order in which one needs them."""

    command_class = Command

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.options_metavar, self.subcommand_metavar = OPTIONS_METAVAR, COMMAND_METAVAR
        self.examples = examples

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, explained in Chinese."""
        return _explain_help_option(super().get_help_option(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of their definition."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; nothing, or ``help``, asks for the help page, ``help COMMAND`` for a command's."""
        return super().parse_args(ctx, _help_arguments(args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named first in ``args``; :class:`UnknownCommand` if there is none."""
        if ctx.resilient_parsing or args[0] in self.commands:
            return super().resolve_command(ctx, args)
        raise UnknownCommand(args[0], known=self.list_commands(ctx), ctx=ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        _write_usage(self, ctx, formatter=formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options and the commands."""
        _write_options(self, ctx, formatter=formatter)
        rows = [(name, command.get_short_help_str(100)) for name, command in self.commands.items()]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, as they are typed."""
        _write_examples(self.examples, formatter)


def usage_message(error: click.ClickException) -> str:
    """What is wrong with a command as it was typed."""
    # From the most special class to the most general: NoSuchOption and MissingParameter come first because they
    # are cases of the ones below.
    if isinstance(error, click.NoSuchOption):
        similar = f"，也许是 {'、'.join(sorted(error.possibilities))}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{similar}。"
    if isinstance(error, click.MissingParameter):
        return f"缺少参数 {_missing_name(error)}。"
    if isinstance(error, click.BadParameter):
        return _bad_parameter_message(error)
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 缺少值，或不应有值。"
    if isinstance(error, UnknownCommand):
        meant = f"，也许是 {'、'.join(error.similar)}" if error.similar else ""
        return f"没有 {error.name} 这个命令{meant}。可用的命令：{'、'.join(error.known)}。"
    # What is left is an argument too many, mostly a query with spaces and without quotes.
    return "给的参数多了；含空格的检索式或路径要加引号。"


def _help_arguments(args: list[str]) -> list[str]:
    """``args``, with the ways in which people ask for help turned into ``--help``."""
    if not args:
        return ["--help"]
    return [*args[1:2], "--help"] if args[0] == "help" else args


def _missing_name(error: click.MissingParameter) -> object:
    return error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint


def _bad_parameter_message(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return f"参数有误：{error.message}"
    name = param.opts[0] if isinstance(param, click.Option) else (param.metavar or param.name)
    if isinstance(param.type, click.Choice):
        return f"{name} 只能是 {'、'.join(map(str, param.type.choices))}。"
    if isinstance(param.type, click.types.IntParamType):
        return f"{name} 应是整数，且在允许的范围内。"
    return f"{name} 的值有误：{error.message}"


def _explain_help_option(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示帮助。"
    return option


def _write_usage(command: click.Command, ctx: click.Context, *, formatter: click.HelpFormatter) -> None:
    pieces = command.collect_usage_pieces(ctx)
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")


def _write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    if examples:
        with formatter.section("例"):
            # Not write_text, which would wrap a long example into lines that can't be copied.
            for example in examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


def _write_options(command: click.Command, ctx: click.Context, *, formatter: click.HelpFormatter) -> None:
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    records = [option.get_help_record(ctx) for option in options]
    with formatter.section("选项"):
        # A hidden option has no record.
        formatter.write_dl([record for record in records if record])
