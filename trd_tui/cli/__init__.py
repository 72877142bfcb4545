"""The command line: it reads words, asks a service, prints, and exits with a status. No rules, no SQL."""
