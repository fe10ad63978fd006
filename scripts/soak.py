#!/usr/bin/env python3
"""Runs the dashboard on the demo at speed, pressing keys all the time, and prints what it takes of the machine.

soak.py PROGRAM [--minutes N] [--rate LINES] [--held LINES]. Exits 1 where memory, descriptors or threads grow from the middle
third of the run to the last one, and where the program ends by itself. The first third is for filling up what has a capacity."""
import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time

# What is allowed from the middle third to the last, in all.
ALLOWED = {"rss": 6.0, "descriptors": 4, "threads": 2}
# Each view of the screen, and back: the log's fields and patterns, a waterfall with its analysis, alerts, metrics, filters,
# windows, services, help.
KEYS = ["\t", "j", "k", "v", "\x1b", "P", "\x1b", "\r", "j", "B", "\x1b", "\x1b", "A", "j", "\x1b", "/msg\r", "\x1b", "l", "l", "l",
        "+", "-", "s", "\x1b", "?", "\x1b", "G", "g", "F", "&level: error\r", "&\x15\r", ":dependencies\r", "\x1b", "\x1b"]


def figures(pid):
    status = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if ":" in line)
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return {
        "rss": int(status["VmRSS"].split()[0]) / 1024, "peak": int(status["VmHWM"].split()[0]) / 1024,
        "descriptors": len(os.listdir(f"/proc/{pid}/fd")), "threads": int(status["Threads"]),
        "processor": (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--held", type=int, default=5000)
    options = parser.parse_args()
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": "/nonexistent"}
        for name in ("LD_LIBRARY_PATH",):
            if name in os.environ:
                environment[name] = os.environ[name]
        command = [options.program, "demo", "--rate", str(options.rate)]
        # The demo takes no --held: its settings do.
        settings = f"/tmp/obs-tui-soak-{os.getpid()}.yaml"
        with open(settings, "w") as file:
            file.write(f"held_lines: {options.held}\n")
        os.execve(options.program, command + ["--config", settings], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    start = time.monotonic()
    end = start + options.minutes * 60
    period = max(2.0, options.minutes * 60 / 30)
    due, key_due, key, written, rows = start + period, start + 3, 0, 0, []
    print(f"{'minute':>8} {'RSS MB':>8} {'peak MB':>8} {'descr.':>7} {'threads':>8} {'CPU %':>6} {'written kB':>11} {'keys':>6}", flush=True)
    last = figures(pid)["processor"]
    failure = None
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                written += len(os.read(terminal, 65536))
            except OSError:
                failure = "it ended by itself"
                break
        now = time.monotonic()
        if now >= key_due:
            os.write(terminal, KEYS[key % len(KEYS)].encode())
            key += 1
            key_due = now + 0.5
        if now >= due:
            row = figures(pid)
            row["minute"] = (now - start) / 60
            rows.append(row)
            print(f"{row['minute']:8.1f} {row['rss']:8.1f} {row['peak']:8.1f} {row['descriptors']:7} {row['threads']:8} "
                  f"{(row['processor'] - last) / period * 100:6.1f} {written / 1024:11.0f} {key:6}", flush=True)
            last, due = row["processor"], due + period
    if failure is None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            # It puts the terminal back: somebody must read that.
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    os.read(terminal, 65536)
                except OSError:
                    pass
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                break
        else:
            os.kill(pid, signal.SIGKILL)
            failure = "it does not end when it is told to"
    try:
        os.unlink(f"/tmp/obs-tui-soak-{pid}.yaml")
    except FileNotFoundError:
        pass
    third = len(rows) // 3
    if failure is None and third < 2:
        failure = "the run was too short to tell anything"
    if failure is None:
        middle, latest = rows[third:2 * third], rows[2 * third:]
        minutes = statistics.mean(r["minute"] for r in latest) - statistics.mean(r["minute"] for r in middle)
        for name, allowed in ALLOWED.items():
            before, after = (statistics.median(r[name] for r in part) for part in (middle, latest))
            verdict = "grows" if after - before > allowed else "flat"
            print(f"{name}: {before:.1f}, then {after:.1f}: {(after - before) / minutes:+.2f} a minute, {verdict}")
            if verdict == "grows":
                failure = failure or f"{name} grows"
    if failure:
        print(f"soak: {failure}", file=sys.stderr)
        sys.exit(1)
    print("soak: nothing grows")


main()
