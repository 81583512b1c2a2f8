#!/bin/sh
# Times a whole process from start to end, beside one that does nothing: best of N runs.
# Usage: benches/startup.sh [-n RUNS] COMMAND [ARGUMENT…]
set -eu
runs=200
if [ "${1:-}" = -n ]; then
    runs=$2
    shift 2
fi
if [ $# -eq 0 ]; then
    echo "usage: $0 [-n RUNS] COMMAND [ARGUMENT…]" >&2
    exit 2
fi
exec python3 - "$runs" "$@" <<'PYTHON'
import os, subprocess, sys, time

runs, command = int(sys.argv[1]), sys.argv[2:]
commands = {"/bin/true": ["/bin/true"], os.path.basename(command[0]): command}
best = dict.fromkeys(commands, float("inf"))
# In turns, so that whatever else the machine does meets both.
for _ in range(runs):
    for name, words in commands.items():
        start = time.perf_counter()
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        best[name] = min(best[name], time.perf_counter() - start)
        if done.returncode != 0:
            sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stderr.decode()}")
for name, seconds in best.items():
    print(f"{name:<20}{seconds * 1000:>8.2f} ms")
PYTHON
