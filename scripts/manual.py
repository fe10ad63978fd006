#!/usr/bin/env python3
"""Makes the manual page of what the program says of itself: obs-tui --experimental-dump-help | manual.py VERSION DATE KEYS.

KEYS is the README, whose table of keys becomes a section. The page is in man(7)'s macros."""
import json
import re
import sys


def text(words):
    """Words as roff has them: no line of them is a request."""
    words = (words or "").replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in words.split("\n"))


def names(argument):
    if argument["kind"] == "positional":
        return "\\fI" + text(argument["valueName"]) + "\\fR"
    shown = [text(("--" if name["kind"] == "long" else "-") + name["name"]) for name in argument.get("names", [])]
    value = " \\fI" + text(argument["valueName"]) + "\\fR" if argument["kind"] == "option" else ""
    return ", ".join("\\fB" + name + "\\fR" for name in shown) + value


def synopsis(path, command):
    parts = ["\\fB" + text(" ".join(path)) + "\\fR"]
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    if any(a["kind"] != "positional" for a in arguments):
        parts.append("[\\fIoptions\\fR]")
    for argument in arguments:
        if argument["kind"] == "positional":
            name = names(argument) + (" ..." if argument.get("isRepeating") else "")
            parts.append("[" + name + "]" if argument.get("isOptional") else name)
    return " ".join(parts)


def commands(command, path=()):
    path = path + (command["commandName"],)
    yield path, command
    for child in command.get("subcommands", []):
        if child["commandName"] != "help" and child.get("shouldDisplay", True):
            yield from commands(child, path)


def main():
    version, date, readme = sys.argv[1:4]
    root = json.load(sys.stdin)["command"]
    tree = list(commands(root))
    out = [f'.TH OBS\\-TUI 1 "{date}" "obs\\-tui {version}" "User Commands"', ".SH NAME",
           "obs\\-tui \\- live logs, traces and metrics on one terminal screen", ".SH SYNOPSIS"]
    for path, command in tree:
        if not command.get("subcommands") or len(path) == 1:
            out += [synopsis(path, command), ".br"]
    out += [".SH DESCRIPTION", text(root.get("discussion") or root["abstract"]), ".SH COMMANDS"]
    seen = set()
    for path, command in tree[1:]:
        out += [f'.SS "{text(" ".join(path[1:]))}"', text(command["abstract"])]
        if command.get("discussion"):
            out += [".PP", text(command["discussion"])]
        for argument in command.get("arguments", []):
            plain = names(argument)
            if not argument.get("shouldDisplay", True) or argument.get("valueName") in ("help", "version"):
                continue
            words = argument.get("abstract") or ""
            default = argument.get("defaultValue")
            if default:
                words += f" Default: {default}."
            # What is said at length once is named after that.
            if (plain, words) in seen and len(words) > 90:
                words = words.split(". ")[0].rstrip(".") + "."
            seen.add((plain, words))
            out += [".TP", plain, text(words) or "\\&"]
    rows = re.findall(r"^\| (`.*?`.*?) \| (.*?) \|$", open(readme, encoding="utf-8").read(), re.M)
    if rows:
        out.append(".SH KEYS")
        for keys, words in rows:
            out += [".TP", "\\fB" + text(keys.replace("`", "")) + "\\fR", text(words.replace("`", ""))]
    out += [
        ".SH FILES", ".TP", "\\fI~/.config/obs\\-tui/config.yaml\\fR", "The settings, or in \\fI$XDG_CONFIG_HOME\\fR.",
        ".SH ENVIRONMENT", ".TP", "\\fBOBS_TUI_CONTEXT\\fR", "The context to start with.", ".TP",
        "\\fBOBS_TUI_\\fISTORE\\fB_\\fIKEY\\fR",
        "STORE: ELASTICSEARCH, JAEGER, PROMETHEUS, ALERTMANAGER, GRAFANA, KIBANA; "
        "KEY: URL, USERNAME, PASSWORD, TOKEN, API_KEY, CA_FILE, CERT_FILE, KEY_FILE.", ".TP", "\\fBNO_COLOR\\fR",
        "Set to anything, it asks for no colours.", ".SH EXIT STATUS",
        "0 fine; 1 an internal error; 2 usage, settings, a query or a file that cannot be read; 3 a store failed or does not have it.",
    ]
    print("\n".join(out))


main()
