"""``trd webhook``, from the shell."""

from __future__ import annotations

from tests.cli.conftest import Trd, new_database


def test_add_list_test_and_remove(trd: Trd) -> None:
    new_database()
    assert trd("webhook", "list").out == "there is no webhook\n"
    wrong = trd("webhook", "add", "ftp://x", "--events", "reply")
    assert (wrong.status, "begin it with https" in wrong.err) == (1, True)
    assert trd("webhook", "add", "http://127.0.0.1:9/").status == 2
    ran = trd("webhook", "add", "http://127.0.0.1:9/", "--events", "opt_out,reply", "--name", "crm")
    assert ran.status == 0
    name, secret = ran.out.splitlines()
    assert name == "crm: reply, opt_out to http://127.0.0.1:9/"
    assert "not shown again" in ran.err
    secret = secret.removeprefix("secret: ")
    for words in (("list",), ("list", "--json")):
        assert secret not in trd("webhook", *words).out
    (row,) = trd("webhook", "list", "--json").json["webhooks"]
    assert (row["name"], row["events"], row["waiting"], row["givenUp"]) == ("crm", ["reply", "opt_out"], 0, 0)
    tried = trd("webhook", "test", "crm")
    assert tried.status == 1
    assert "crm: no connection to 127.0.0.1 port 9: connection refused; check" in tried.err
    assert "127.0.0.1:9" in trd("webhook", "list").out
    assert trd("webhook", "remove", "crm").out == "crm removed\n"
    gone = trd("webhook", "remove", "crm")
    assert (gone.status, "`trd webhook list` shows them" in gone.err) == (1, True)
