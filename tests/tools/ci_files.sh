#!/usr/bin/env bash
# Checks the files of docs/reference/ci as far as that goes without GitHub and GitLab: against the schemas of
# both (check-jsonschema from PyPI carries them), and by running their commands, with the program
# that is built already, on the example workspace and on one with faults.
#
#   tests/tools/ci_files.sh [PATH OF THE PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
program=$(realpath "${1:-target/debug/meniscus}")
tools="${CARGO_TARGET_DIR:-$root/target}/ci-files"
[ -x "$tools/bin/check-jsonschema" ] || {
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check \
        "check-jsonschema==0.39.0" "PyYAML>=6,<7" "junitparser==5.0.3"
}
"$tools/bin/check-jsonschema" --builtin-schema vendor.github-workflows docs/reference/ci/github.yml
"$tools/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci docs/reference/ci/gitlab.yml
"$tools/bin/check-jsonschema" --builtin-schema vendor.github-actions action.yml

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/sound"
ln -s "$program" "$work/bin/meniscus"
export PATH="$work/bin:$PATH" CI=true
cp -r templates content_blocks scenarios recordings snapshots meniscus.toml "$work/sound/"
cp -r "$work/sound" "$work/faulty"
# One fault for each: a field that is nowhere, a text that is another, an expectation, a hole.
sed -i 's/{{offer.name | escape}}/{{offer.nme | escape}}/' "$work/faulty/templates/offer_wallet/body.html"
sed -i 's/2 offers are waiting/3 offers are waiting/' "$work/faulty/scenarios/anna.toml"
printf '{%% connected_content https://x.example/a/{{${user_id}}} :save a %%}{{ a.n }}\n' \
    > "$work/faulty/templates/holed.liquid"
for n in 1 null; do
    user=$([ "$n" = 1 ] && echo 5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11 || echo b2)
    printf '{"request": {"method": "GET", "urlPath": "/a/%s"}, "response": {"status": 200, "jsonBody": {"n": %s}}}\n' \
        "$user" "$n" > "$work/faulty/recordings/holed-$n.json"
done
sed -i 's/^templates = \[/templates = ["holed", /' "$work/faulty/scenarios/anna.toml"
exec "$tools/bin/python" tests/tools/ci_files.py docs/reference/ci/github.yml docs/reference/ci/gitlab.yml packages/gitlab/templates/messages.yml action.yml "$work/sound" "$work/faulty"
