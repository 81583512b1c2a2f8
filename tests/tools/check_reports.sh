#!/usr/bin/env bash
# Checks what the linter and `meniscus test` print with programs that are not ours: SARIF against its JSON schema,
# JUnit with an XML parser, GitLab's report by what GitLab asks of it.
#
#   tests/tools/check_reports.sh              the snapshots of tests/it/report.rs, tests/it/expect.rs and tests/it/test_command.rs
#   tests/tools/check_reports.sh FILE…        files that the program wrote: .sarif, .xml, .json (GitLab)
#
# The schema comes with the npm package @microsoft/jest-sarif (MIT), the validator from PyPI.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
tools="${CARGO_TARGET_DIR:-$root/target}/check-reports"

if [ ! -e "$tools/ready" ]; then
    python3 -m venv "$tools/venv"
    "$tools/venv/bin/pip" install --quiet --disable-pip-version-check \
        "jsonschema[format-nongpl]==4.26.0" "junitparser==5.0.3"
    npm install --silent --no-fund --no-audit --ignore-scripts --prefix "$tools" \
        "@microsoft/jest-sarif@1.0.0-beta.0"
    touch "$tools/ready"
fi

if [ $# -eq 0 ]; then
    set -- "$root"/tests/it/snapshots/it__report__{nothing_,}sarif.snap \
        "$root"/tests/it/snapshots/it__report__{nothing_,}junit.snap "$root/tests/it/snapshots/it__report__gitlab.snap" \
        "$root"/tests/it/snapshots/it__expect__{unusable_,}junit.snap \
        "$root"/tests/it/expect/snapshots/it__expect__recordings__holes_junit.snap \
        "$root/tests/it/test_command/snapshots/it__test_command__formats__junit_report.snap"
fi
exec "$tools/venv/bin/python" "$root/tests/tools/check_reports.py" \
    "$tools/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" "$@"
