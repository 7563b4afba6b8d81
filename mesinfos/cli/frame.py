"""The frame around every command: its language, its exit code, and one sentence instead of a traceback.

Commands are loaded when they are called, so that `mesinfos sync` never waits for the web server's libraries.
"""

import errno
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command

from mesinfos.errors import N_, MesInfosError
from mesinfos.logs import get_logger
from mesinfos.settings import Settings
from mesinfos.wording import LANGUAGES, say, translate

DONE, FAILED, MISUSED = 0, 1, 2

_USAGE = {
    "NoSuchOption": N_("There is no option {name}."),
    "MissingParameter": N_("{name} is missing."),
    "NoArgsIsHelpError": N_("A command is missing."),
}
_SYSTEM = {
    errno.ENOSPC: N_("The disk is full. Free some space, then try again; nothing was half written."),
    errno.EDQUOT: N_("The disk is full. Free some space, then try again; nothing was half written."),
    errno.EACCES: N_("MesInfos may not read or write {name}. Check its owner and its mode."),
    errno.EROFS: N_("MesInfos may not read or write {name}. Check its owner and its mode."),
    errno.ENOENT: N_("{name} does not exist."),
    errno.EISDIR: N_("{name} is a folder; a file is needed."),
    errno.ENOTDIR: N_("{name} is a file; a folder is needed."),
    errno.EADDRINUSE: N_("The port is taken already. Choose another one with --port."),
}

log = get_logger("mesinfos.cli")


def language(environ: Mapping[str, str] | None = None) -> str:
    """The language of this command: MESINFOS_LANGUAGE, else the terminal's, else French."""
    environ = os.environ if environ is None else environ
    asked = [environ.get(name, "")[:2] for name in ("MESINFOS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    return next((code for code in asked if code in LANGUAGES), str(Settings.model_fields["language"].default))


def tell(text: str, /, **values: object) -> str:
    """A marked text in the language of this command."""
    return translate(text, language(), **values)


class LazyGroup(TyperGroup):
    """A group whose commands are modules, imported when asked for; each offers `app`."""

    modules: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  typer's signature
        """Every command, in the order of the manual."""
        return list(self.modules)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  typer's signature
        """The command of that name, its help translated."""
        if cmd_name not in self.modules:
            raise typer.TyperException(tell(N_("There is no command {name}."), name=cmd_name))
        command = get_command(_loaded(self.modules[cmd_name]).app)
        found = getattr(command, "commands", {}).get(cmd_name, command)  # a module may hold several commands
        found.name = cmd_name
        return translated(found)


def _loaded(name: str) -> ModuleType:
    """The module; what it makes lives as long as the process, so none of it is ever searched for garbage."""
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def translated(command: Any) -> Any:
    """A command whose help speaks the language of this command, and so do its subcommands."""
    command.help = tell(command.help or "")
    for parameter in command.params:
        parameter.help = tell(getattr(parameter, "help", None) or "")
    for inner in getattr(command, "commands", {}).values():
        translated(inner)
    return command


def run(command: Any, arguments: Sequence[str]) -> int:
    """Run a command line; the answer is its exit code, and every failure one line on standard error."""
    code = DONE
    try:
        code = command.main(args=list(arguments), prog_name="mesinfos", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as misuse:
        return _complain(f"{_misuse(misuse)} {tell(N_('Run the command with --help to see how it is used.'))}", MISUSED)
    except MesInfosError as error:
        return _complain(say(error, language()))
    except (typer.Abort, KeyboardInterrupt):
        return _complain(tell(N_("Stopped. What was stored stays stored.")))
    except BrokenPipeError:  # `mesinfos orders | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _complain(_system(error))
    except Exception as error:  # the last resort of a command line is a sentence
        log.debug("command failed", exc_info=error)
        return _complain(_unexpected(error))
    return code if isinstance(code, int) else DONE


def _complain(sentence: str, code: int = FAILED) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)  # noqa: T201  one line, whatever the sentence holds
    return code


def _misuse(error: typer.TyperException) -> str:
    """Typer's own words are English; the commonest slips are said in the person's language."""
    pattern = _USAGE.get(type(error).__name__)
    if pattern is None:
        return error.format_message()
    return tell(pattern, name=getattr(error, "option_name", None) or _name(getattr(error, "param", None)))


def _name(parameter: Any) -> str:
    if parameter is None:
        return ""
    longest = max(parameter.opts, key=len, default="")
    return longest if longest.startswith("-") else longest.upper()


def _system(error: OSError) -> str:
    pattern = _SYSTEM.get(error.errno or 0)
    if pattern is None:
        return _unexpected(error)
    return tell(pattern, name=error.filename or tell(N_("a file")))


def _unexpected(error: Exception) -> str:
    name = type(error).__name__
    happened = tell(N_("Something went wrong that MesInfos did not expect ({name})."), name=name)
    return f"{happened} {tell(N_('Nothing was half stored. Try again with MESINFOS_LOG_LEVEL=debug, and report it.'))}"
