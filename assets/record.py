#!/usr/bin/env python3
"""Records the demo as an asciicast (version 2, one JSON document a line), for `asciinema play assets/demo.cast`.

    assets/record.py [PROGRAM] [FILE]

PROGRAM is target/release/vectis unless another is named. It runs in a pseudo-terminal on a throw-away home and is worked
by keys (needs the package pyte): the first sync, a few decisions one by one, several in one go and their undo, findings with the seats by week, the
next week, a customer's licensing table. Pauses are shortened.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time

import pyte

COLUMNS, ROWS = 100, 30
LONGEST_PAUSE = 1.2
PATIENCE = 60
ARGUMENTS = ["demo", "--speed", "40", "--customers", "80", "--seed", "3"]

# What is waited for, how long it is looked at, and the keys that follow.
STORY = [
    ("First steps", 1.5, ""),
    ("opens", 2.0, "2"),
    ("n none", 2.5, "n"),
    ("1 of", 1.5, "n"),
    ("2 of", 1.0, "l"),
    ("candidate 2", 1.5, "n"),
    ("3 of", 1.5, "1"),
    ("4 of", 1.5, "a"),
    ("in one go", 2.5, "\r"),
    ("linked in one go", 2.0, "u"),
    ("taken back", 1.5, "\t"),
    ("by money", 1.5, "jc"),
    ("Seats", 2.5, "c"),
    ("How it is computed", 2.0, "1"),
    ("Connections", 1.0, "W"),
    ("moves to the next week", 4.0, "4"),
    ("unbilled", 1.5, "\r"),
    ("Licensing of", 2.5, "5"),
    ("following", 2.0, ":"),
    ("All commands", 1.5, "\x1b"),
    ("", 1.0, "q"),
]

class Recording:
    """The program, what it wrote, and when."""

    def __init__(self, program):
        self.home = tempfile.TemporaryDirectory()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            environment = {
                "VECTIS_HOME": self.home.name,
                "TMPDIR": self.home.name,
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                "USER": "ana",
                "HOSTNAME": "console",
            }
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execve(program, [program, *ARGUMENTS], environment)
        self.events = []
        self.at = 0.0
        self.last = time.monotonic()
        self.bytes = b""
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.Stream(self.screen)

    def read(self, seconds):
        """Takes what comes within so many seconds; false once the program is gone."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return True
        try:
            self.bytes += os.read(self.terminal, 65536)
        except OSError:
            return False
        # A character that is not whole yet waits for its rest.
        text = self.bytes.decode("utf-8", "ignore")
        rest = len(self.bytes) - len(text.encode())
        self.bytes = self.bytes[len(self.bytes) - rest :] if rest else b""
        now = time.monotonic()
        self.at += min(now - self.last, LONGEST_PAUSE)
        self.last = now
        self.events.append([round(self.at, 3), "o", text])
        self.stream.feed(text)
        return True

    def until(self, words):
        """Waits until the words are on the screen."""
        end = time.monotonic() + PATIENCE
        while words not in "\n".join(self.screen.display):
            if time.monotonic() > end or not self.read(0.1):
                sys.exit("\n".join([*self.screen.display, f"never shown: {words}"]))

    def look(self, seconds):
        """Lets time pass."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.1)
        self.at += min(time.monotonic() - self.last, LONGEST_PAUSE)
        self.last = time.monotonic()

    def press(self, keys):
        os.write(self.terminal, keys.encode())


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/vectis")
    path = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), "demo.cast")
    recording = Recording(program)
    for words, seconds, keys in STORY:
        recording.until(words)
        recording.look(seconds)
        recording.press(keys)
    # Quitting may ask once more while a sync runs.
    recording.look(1.0)
    try:
        recording.press("q")
    except OSError:
        pass
    while recording.read(1.0):
        if os.waitpid(recording.pid, os.WNOHANG)[0]:
            break
    header = {
        "version": 2,
        "width": COLUMNS,
        "height": ROWS,
        "title": "vectis demo",
        "env": {"TERM": "xterm-256color"},
    }
    with open(path, "w", encoding="utf-8") as out:
        for line in [header, *recording.events]:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(f"{path}: {os.path.getsize(path)} bytes, {recording.at:.0f} s")


main()
