#!/usr/bin/env python3
"""Runs a program in a terminal of its own, and answers each prompt with a key.

answer_keys.py PROMPT KEYS PROGRAM [ARGUMENT ...]

KEYS are given apart by commas: the next ones are sent when PROMPT was printed once more; `$` closes
the terminal instead. What was
printed goes to standard output, and the program's exit code is this one's.
"""

import os
import pty
import select
import sys
import time

prompt, program = sys.argv[1].encode(), sys.argv[3:]
keys = [key for key in sys.argv[2].split(",") if key]
child, terminal = pty.fork()
if child == 0:
    os.execvp(program[0], program)

seen, answered = b"", 0
end = time.monotonic() + 30
while time.monotonic() < end:
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        read = os.read(terminal, 65536)
    except OSError:  # Linux says EIO where the other side is closed.
        break
    if not read:
        break
    seen += read
    while answered < len(keys) and seen.count(prompt) > answered:
        # A key that comes before the terminal is raw is a key all the same, though it is echoed.
        time.sleep(0.05)
        if keys[answered] == "$":
            os.close(terminal)
            terminal = None
            break
        os.write(terminal, keys[answered].encode())
        answered += 1
    if terminal is None:
        break
else:
    os.kill(child, 9)

sys.stdout.buffer.write(seen)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 99)
