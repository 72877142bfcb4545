"""``trd campaign create``: a campaign from a definition and an audience."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.contact import (
    add_file_options,
    check_rejects,
    report_lines,
    report_shape,
    stated_consent,
    status_of,
)
from trd_tui.cli.errors import REFUSED, CliError, UsageError
from trd_tui.cli.output import complain, note, print_json, progress_line
from trd_tui.cli.run import drain_on_signal
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.domain.definition import CampaignDefinition, DefinitionError
    from trd_tui.services.actor import Actor
    from trd_tui.services.imports import ContactFile
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "create",
        help="a campaign from a definition and an audience",
        description="A campaign from a definition and an audience; prints its id. It stays a draft without"
        " --start. A draft, active or paused campaign of the same name is no hindrance; a warning tells it.",
    )
    parser.add_argument("file", metavar="FILE.toml", type=Path, help="the definition")
    parser.add_argument("--contacts", metavar="FILE.csv", type=Path, help="the audience")
    add_file_options(parser)
    parser.add_argument("--start", action="store_true", help="start it when the contacts are in")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def read_toml(file: Path) -> dict[str, Any]:
    """Read a file of TOML.

    Raises:
        CliError: it cannot be read or is not TOML; the message names it.
    """
    try:
        with file.open("rb") as source:
            return tomllib.load(source)
    except OSError as error:
        reason = str(error.strerror).lower()
        raise CliError(f"cannot read the definition {file}: {reason}; check the path") from error
    except UnicodeDecodeError as error:
        raise CliError(f"{file} is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CliError(f"{file} is not valid TOML: {error}{_remedy(file, str(error))}") from error


_ONE_TABLE = re.compile(r"^\s*\[\s*(touch(?:\s*\.\s*variant)?)\s*\]", re.MULTILINE)


def _remedy(file: Path, said: str) -> str:
    """What is mostly meant where TOML's own words help nobody."""
    if said.startswith(("Cannot", "Can't")) and (match := _ONE_TABLE.search(file.read_text("utf-8"))):
        name = "".join(match[1].split())
        return f"; write [[{name}]] in two brackets, each time, because there may be several"
    if said.startswith("Invalid value"):
        return '; text stands in quotes, like name = "Spring"'
    return ""


def with_remedy(fault: str) -> str:
    """A fault of a definition without contacts; a field that is not known may be a column of theirs."""
    if "unknown field '" not in fault:
        return fault
    begins = " If" if fault.endswith("?") else "; if"
    return f"{fault}{begins} it is a column of the contacts, add --contacts FILE.csv"


def wrong_definition(file: Path, error: DefinitionError, *, alone: bool = False) -> CliError:
    """Everything that is wrong in a definition, each with its field and the remedy.

    Args:
        file: where it stands.
        error: what was found.
        alone: it was read without contacts.
    """
    said = map(with_remedy, map(str, error.all)) if alone else map(str, error.all)
    return CliError(*(f"{file}: {each}" for each in said))


def read_definition(file: Path, contacts: ContactFile | None, resume_policy: str) -> CampaignDefinition:
    """Read and check a definition.

    Args:
        file: TOML.
        contacts: whose own fields templates may name; ``None`` without any.
        resume_policy: that of a campaign whose definition names none.

    Raises:
        CliError: the file cannot be read or something in it is wrong; the message names file and field.
    """
    from trd_tui.domain.definition import DefinitionError, parse_definition

    data = read_toml(file)
    try:
        custom = tuple(contacts.columns.custom) if contacts else ()
        return parse_definition(data, custom, resume_policy=resume_policy)
    except DefinitionError as error:
        raise wrong_definition(file, error, alone=contacts is None) from error


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Create, import and, if asked, start; what fails leaves no campaign behind."""
    if options.start and options.contacts is None:
        raise UsageError("--start needs an audience; add --contacts FILE.csv")
    contacts = None
    if options.contacts is not None:
        from trd_tui.services.imports import look_through

        check_rejects(options.contacts, options.rejects)
        contacts = look_through(options.contacts, dict(options.map))
    definition = read_definition(options.file, contacts, settings.resume_policy)
    return with_product(
        settings,
        lambda product, actor: _create(options, definition, contacts, product, actor),
        creates=True,
    )


async def _create(
    options: argparse.Namespace,
    definition: CampaignDefinition,
    contacts: ContactFile | None,
    product: Product,
    actor: Actor,
) -> int:
    from trd_tui.cli.campaign_acts import tell_consent, tell_hindrances
    from trd_tui.cli.campaign_lint import finding_shapes, tell_findings
    from trd_tui.services import campaigns, drafts, imports, linting, twins

    db, clock = product.db, product.clock
    answer: dict[str, Any] = {"id": None, "name": definition.name, "status": "draft"}
    lines: list[str] = []
    if contacts is None:
        id_ = await drafts.create(db, clock, actor, definition)
    else:
        try:
            with drain_on_signal("ending the import") as stop:
                report = await imports.create_with_contacts(
                    db,
                    clock,
                    actor,
                    definition,
                    contacts,
                    consent=stated_consent(options),
                    rejects=options.rejects,
                    progress=progress_line("contacts"),
                    cancelled=stop.is_set,
                )
        except imports.ImportStoppedError as stopped:
            if options.json:
                print_json(answer | {"status": None, "import": report_shape(stopped.report, stopped)})
            complain("trd campaign create", str(stopped))
            return status_of(stopped)
        id_ = str(report.campaign_id)
        answer["import"] = report_shape(report)
        lines = report_lines(answer["import"])
    answer["id"] = id_
    findings = await linting.lint_saved(db, id_, definition)
    answer["findings"] = finding_shapes(findings)
    answer["warnings"] = await twins.twin_warnings(db, id_)
    if contacts is not None:
        from trd_tui.cli.cost_lines import cost_lines, cost_shape
        from trd_tui.services.estimates import campaign_cost

        cost = await campaign_cost(db, id_, product.prices, progress=progress_line("contacts"))
        answer["estimate"] = cost_shape(cost)
        lines += [f"{'' if at else 'cost: '}{line}" for at, line in enumerate(cost_lines(cost))]
    refused = started = None
    if options.start:
        required = product.settings.require_consent
        started = (await campaigns.start(db, clock, actor, [id_], require_consent=required))[0]
        if started.ok:
            answer |= {"status": "active", "scheduledMessages": started.figures["scheduled_messages"]}
            lines.append(started.message)
        else:
            refused = started.message
    if options.json:
        print_json(answer)
    else:
        print(id_)
        for line in lines:
            note(line)
        for warning in answer["warnings"]:
            note(f"warning: {warning}")
        tell_findings(findings, id_)
    told = not options.json and any(finding.code == "no_consent" for finding in findings)
    if started is not None and not told:
        tell_consent(started)
    if started is not None and started.ok:
        await tell_hindrances(product, [id_])
    if refused is not None:
        complain("trd campaign create", f"{id_} stays a draft: {refused}")
        return REFUSED
    return 0
