"""Times the linters in turns, so that whatever else the machine does meets all of them.

Usage: times.py ROUNDS MENISCUS THEME_CHECK DJLINT FOLDER, as `run.sh` calls it.
"""

import os
import subprocess
import sys
import time

rounds, meniscus, theme_check, djlint, folder = int(sys.argv[1]), *sys.argv[2:]


def commands(workspace):
    theme = f"{folder}/{workspace}/templates"
    return {
        "meniscus": [meniscus, "lint", "--format", "compact"],
        "theme-check": ["node", theme_check, theme],
        "djlint": [djlint, theme, "--extension", "liquid", "--lint"],
    }


def run(words, where):
    """What a process took: seconds from start to end, and seconds of processors."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(words, cwd=where, stdin=subprocess.DEVNULL, capture_output=True)
    whole, after = time.perf_counter() - start, os.times()
    # 1 is "found something" with all of them.
    if done.returncode > 1:
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stderr.decode()}")
    busy = after.children_user + after.children_system
    return whole, busy - before.children_user - before.children_system


def compare(title, workspace, turns):
    where = f"{folder}/{workspace}"
    best = {}
    for _ in range(turns):
        for name, words in commands(workspace).items():
            whole, busy = run(words, where)
            known = best.get(name, (whole, busy))
            best[name] = (min(known[0], whole), min(known[1], busy))
    base = best["meniscus"]
    print(f"{title:<20}{'time':>10}{'ratio':>10}{'processor':>12}{'ratio':>10}")
    for name, (whole, busy) in best.items():
        # Of a run of milliseconds, the clock of the processor counts in hundredths of a second.
        ratio = f"{busy / base[1]:10.2f}" if base[1] >= 0.05 else f"{'':10}"
        print(
            f"  {name:<18}{whole:>8.3f} s{whole / base[0]:10.2f}{busy:>10.3f} s{ratio}", flush=True
        )


compare("1,000 templates", "all", rounds)
compare("1 template", "one", max(rounds, 10))
