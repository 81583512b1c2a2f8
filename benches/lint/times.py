"""Times the linters in turns, so that whatever else the machine does meets all of them.

Usage: times.py ROUNDS MENISCUS THEME_CHECK DJLINT FOLDER, as `run.sh` calls it.
"""

import resource
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


def busy():
    """Seconds that processors have given to the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(words, where):
    """What a process took: seconds from start to end, and seconds of processors."""
    before, start = busy(), time.perf_counter()
    done = subprocess.run(words, cwd=where, stdin=subprocess.DEVNULL, capture_output=True)
    whole, after = time.perf_counter() - start, busy()
    # 1 is "found something" with all of them.
    if done.returncode > 1:
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stderr.decode()}")
    return whole, after - before


def compare(title, workspace, turns):
    where = f"{folder}/{workspace}"
    best = {}
    for _ in range(turns):
        for name, words in commands(workspace).items():
            whole, used = run(words, where)
            known = best.get(name, (whole, used))
            best[name] = (min(known[0], whole), min(known[1], used))
    base = best["meniscus"]
    print(f"{title:<20}{'time':>10}{'ratio':>10}{'processor':>12}{'ratio':>10}")
    for name, (whole, used) in best.items():
        shown = f"{whole:>8.3f} s{whole / base[0]:10.2f}{used:>10.3f} s{used / base[1]:10.2f}"
        print(f"  {name:<18}{shown}", flush=True)


compare("1,000 templates", "all", rounds)
compare("1 template", "one", max(rounds, 10))
