"""An example for each command, shown at the end of its help. A test sees that each can be said."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "": (
        "trd demo          # look around; nothing of yours is touched",
        "trd init          # then: a database and a settings file of your own",
        "trd campaign create spring.toml --contacts people.csv --start",
    ),
    "demo": ("trd demo", "trd demo --headless --days 17 --json"),
    "init": ("trd init", "sudo trd init --shared /srv/trd --group texters"),
    "doctor": ("trd doctor --offline",),
    "run": ("trd run", "TRD_CARRIER=simulated trd run --until-idle --speed 600"),
    "serve": ("trd serve --port 8080 --with-scheduler",),
    "web": ("trd web --port 8000",),
    "token create": ("trd token create front --expires 2027-01-01",),
    "token list": ("trd token list",),
    "token revoke": ("trd token revoke front",),
    "sender list": ("trd sender list --json",),
    "sender add": ("trd sender add +12125550123",),
    "sender rate": ("trd sender rate +12125550123 0.5",),
    "sender pause": ('trd sender pause +12125550123 --reason "complaints, ticket 12"',),
    "sender resume": ("trd sender resume +12125550123",),
    "sender remove": ("trd sender remove +12125550123 --yes",),
    "audit list": (
        "trd audit list --actor ann --act pause",
        "trd audit list --campaign camp_1747983084255 --json",
    ),
    "audit export": ("trd audit export audit-2026.csv",),
    "stop": ('trd stop --reason "wrong list"',),
    "start": ("trd start",),
    "campaign create": (
        "trd campaign create spring.toml --contacts people.csv --start",
        "trd campaign create spring.toml --contacts people.csv --map Handy=phone",
    ),
    "campaign list": ("trd campaign list --status active --search estate --sort replies",),
    "campaign show": ("trd campaign show camp_1747983084255",),
    "campaign start": ("trd campaign start camp_1747983084255",),
    "campaign pause": ("trd campaign pause --all-active",),
    "campaign resume": ("trd campaign resume camp_1747983084255 --policy skip --preview",),
    "campaign duplicate": ('trd campaign duplicate camp_1747983084255 --name "Spring II"',),
    "campaign archive": ("trd campaign archive camp_1747983084255 --yes",),
    "campaign delete": ("trd campaign delete camp_1747983084255 --preview",),
    "campaign review": ("trd campaign review camp_1747983084255 --send +12125550123",),
    "campaign edit": ("trd campaign edit camp_1747983084255 changed.toml --preview",),
    "campaign export": ("trd campaign export camp_1747983084255 --what messages > messages.csv",),
    "campaign lint": (
        "trd campaign lint spring.toml --contacts people.csv",
        "trd campaign lint spring.toml --fix",
    ),
    "campaign simulate": ("trd campaign simulate camp_1747983084255 --days 3 --csv sends.csv",),
    "campaign preview": ("trd campaign preview camp_1747983084255 --touch 1 --contact +12125550123",),
    "campaign test": ("trd campaign test camp_1747983084255 --touch 1 --to +12125550199",),
    "contact import": (
        "trd contact import people.csv --dry-run --rejects bad.csv",
        'trd contact import people.csv --map Handy=phone --map "Lot No=custom.lot"',
    ),
    "contact list": (
        "trd contact list --search lopez",
        "trd contact list --campaign camp_1747983084255 --status replied --json",
    ),
    "contact why": ("trd contact why camp_1747983084255 +12125550123",),
    "contact stop": ('trd contact stop camp_1747983084255 +12125550123 --reason "sold already"',),
    "contact consent": (
        "trd contact consent +12125550123",
        'trd contact consent +12125550123 --add verbal --source "call of Monday"',
    ),
    "contact records": ("trd contact records +12125550123 --out records.json",),
    "contact erase": ('trd contact erase +12125550123 --reason "asked for it"',),
    "reply list": ("trd reply list --unanswered",),
    "reply show": ("trd reply show +12125550123",),
    "reply send": ('trd reply send +12125550123 "Shall I call you at 5?"',),
    "reply note": ('trd reply note +12125550123 "calls back on Monday"',),
    "reply snooze": ('trd reply snooze +12125550123 "tomorrow 9:00"',),
    "reply done": ("trd reply done +12125550123",),
    "reply decide": ("trd reply decide +12125550123 --no-opt-out",),
    "report": ("trd report camp_1747983084255 --format csv > people.csv",),
    "suppress add": ('trd suppress add +12125550123 --reason "asked by phone"',),
    "suppress remove": ('trd suppress remove +12125550123 --reason "asked for texts again"',),
    "suppress list": ("trd suppress list --search 555-0123",),
    "suppress import": ('trd suppress import dnc.csv --reason "old system"',),
    "suppress export": ("trd suppress export dnc.csv",),
    "webhook add": ("trd webhook add https://crm.example.com/trd --events reply,opt_out --name crm",),
    "webhook list": ("trd webhook list",),
    "webhook remove": ("trd webhook remove crm",),
    "webhook test": ("trd webhook test crm",),
    "verify": ("trd verify --json",),
    "backup": ("trd backup friday.db",),
    "restore": ("trd restore friday.db --yes",),
}


def epilog_of(command: str, behind: str | None) -> str | None:
    """The end of a command's help: its examples, and what stands there already."""
    lines = EXAMPLES.get(command, ())
    head = "" if not lines else "example:\n" if len(lines) == 1 else "examples:\n"
    shown = head + "\n".join(f"  {line}" for line in lines)
    return "\n\n".join(filter(None, (shown, behind))) or None
