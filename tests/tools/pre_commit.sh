#!/usr/bin/env bash
# Runs the hooks of .pre-commit-hooks.yaml with the real pre-commit from PyPI, in a repository of its
# own: a template with a fault stops the commit, a fix is made, a sound template goes through; a text
# that is not what its snapshot says stops the commit until it is accepted.
#
#   tests/tools/pre_commit.sh [PATH OF THE PROGRAM]
#
# pre-commit would build the program for each hook; here it gets the one that is built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
program=$(realpath "${1:-target/debug/meniscus}")
cache=$(realpath -m target/pre-commit)
[ -x "$cache/bin/pre-commit" ] || { python3 -m venv "$cache" && "$cache/bin/pip" install --quiet pre-commit; }
pre_commit="$cache/bin/pre-commit"
"$pre_commit" validate-manifest .pre-commit-hooks.yaml

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/repo"
ln -s "$program" "$work/bin/meniscus"
export PATH="$work/bin:$PATH" PRE_COMMIT_HOME="$work/home"
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.invalid
export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.invalid
hooks=$(sed -e 's/^- id/      - id/; s/^  \([a-z]\)/        \1/; s/language: rust/language: system/; /^#/d; /^$/d' .pre-commit-hooks.yaml)
cp -r templates content_blocks scenarios recordings snapshots meniscus.toml "$work/repo/"
cd "$work/repo"
git init --quiet .
printf 'repos:\n  - repo: local\n    hooks:\n%s\n' "$hooks" > .pre-commit-config.yaml
"$pre_commit" install > /dev/null
git add .
git commit --quiet -m "a workspace without faults" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }

# The no-break space is mended; `=` stays, for `==` would change what is sent.
printf '{%% if wallet.status = "ok" %%}{{ wallet.payload.points |\302\240plus: 1 }}{%% endif %%}\n' > templates/new.liquid
git add templates/new.liquid
if git commit --quiet -m "a fault" > "$work/log" 2>&1; then
    echo "a template with faults was committed"; exit 1
fi
grep -q "single-equals" "$work/log" || { cat "$work/log"; exit 1; }
grep -q 'points | plus: 1' templates/new.liquid || { echo "the fix was not made"; cat templates/new.liquid; exit 1; }
grep -q 'status = "ok"' templates/new.liquid || { echo "a fix changed what is sent"; exit 1; }

printf 'Hello {{${first_name} | default: "you"}}\n' > templates/new.liquid
git add templates/new.liquid
git commit --quiet -m "a sound template" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }

sed -i 's/waiting/in your wallet/' templates/offer_wallet/subject.liquid
git add .
if git commit --quiet -m "another text" > "$work/log" 2>&1; then
    echo "a text that nobody accepted was committed"; exit 1
fi
grep -q "changed  offer_wallet · subject · anna" "$work/log" || { cat "$work/log"; exit 1; }
grep -q "expectation not met" "$work/log" || { cat "$work/log"; exit 1; }
[ -z "$(git status --short | grep -v '^M ')" ] || { echo "the hook wrote something"; git status --short; exit 1; }
sed -i 's/2 offers are waiting/2 offers are in your wallet/' scenarios/anna.toml
meniscus test --accept > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
git add .
git commit --quiet -m "another text, accepted" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }

# A repository of two workspaces with the recipe of docs/reference/ci.md, and a page that is not a template.
mkdir -p "$work/hooks" "$work/two/loyalty/templates" "$work/two/loyalty/scenarios" "$work/two/report"
sed 's/language: rust/language: system/' "$root/.pre-commit-hooks.yaml" > "$work/hooks/.pre-commit-hooks.yaml"
git -C "$work/hooks" init --quiet .
git -C "$work/hooks" add .
git -C "$work/hooks" commit --quiet -m hooks
git -C "$work/hooks" tag v0.1.0
cd "$work/two"
git init --quiet .
{
    printf 'repos:\n  - repo: %s\n    rev: v0.1.0\n    hooks:\n' "$work/hooks"
    awk '/^```/ { if (recipe ~ /campaigns/) printf "%s", recipe; recipe = ""; next } { recipe = recipe $0 "\n" }' "$root/docs/reference/ci.md"
} > .pre-commit-config.yaml
grep -q 'args: \[campaigns\]' .pre-commit-config.yaml || { echo "docs/reference/ci.md has no recipe"; exit 1; }
meniscus init campaigns > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
(cd campaigns && meniscus test --accept) > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
touch loyalty/meniscus.toml
printf 'now = "2026-03-01T09:00:00Z"\n[user]\nfirst_name = "Bo"\n' > loyalty/scenarios/bo.toml
printf 'Hello {{${first_name} | default: "you"}}\n' > loyalty/templates/hello.liquid
(cd loyalty && meniscus test --accept) > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
printf '<p>{{ total | nonsense }}{%% if %%}</p>\n' > report/index.html
"$pre_commit" install > /dev/null
git add .
git commit --quiet -m "two workspaces" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }

printf '{{ points | upcas }}\n' > loyalty/templates/points.liquid
git add .
if git commit --quiet -m "a fault" > "$work/log" 2>&1; then
    echo "a fault in the second workspace was committed"; exit 1
fi
grep -q "loyalty/templates/points.liquid:1" "$work/log" || { cat "$work/log"; exit 1; }
git rm --quiet --cached loyalty/templates/points.liquid && rm loyalty/templates/points.liquid

printf 'Good day {{${first_name} | default: "you"}}\n' > loyalty/templates/hello.liquid
git add .
if git commit --quiet -m "another text" > "$work/log" 2>&1; then
    echo "a text of the second workspace that nobody accepted was committed"; exit 1
fi
grep -q "changed  hello" "$work/log" || { cat "$work/log"; exit 1; }
# The mirror, whose hooks install the wheel: nothing is compiled, and no program is on the path.
wheel=$(ls -t "${CARGO_TARGET_DIR:-$root/target}"/wheel/*/meniscus-*.whl | head -1)
diff <(sed 's/language: rust/language: python/; /^#/d' "$root/.pre-commit-hooks.yaml") <(sed '/^#/d' "$root/packages/pre-commit/.pre-commit-hooks.yaml") ||
    { echo "packages/pre-commit has other hooks than the repository"; exit 1; }
cp -r "$root/packages/pre-commit" "$work/mirror"
git -C "$work/mirror" init --quiet .
git -C "$work/mirror" add .
git -C "$work/mirror" commit --quiet -m "the mirror"
git -C "$work/mirror" tag v0.1.0
mkdir "$work/third" && cd "$work/third"
git init --quiet .
printf 'repos:\n  - repo: %s\n    rev: v0.1.0\n    hooks:\n      - id: meniscus-lint\n' "$work/mirror" > .pre-commit-config.yaml
mkdir templates
printf '{{ points | upcas }}\n' > templates/points.liquid
touch meniscus.toml
git add .
code=0
PATH=${PATH#"$work/bin:"} PIP_FIND_LINKS=$(dirname "$wheel") "$pre_commit" run --all-files > "$work/log" 2>&1 || code=$?
{ [ "$code" = 1 ] && grep -q "templates/points.liquid:1" "$work/log"; } || { cat "$work/log"; exit 1; }

echo "pre-commit $("$pre_commit" --version | cut -d' ' -f2): a fault is stopped, a fix is made, a sound template goes through; a text waits until it is accepted; two workspaces in one repository are told apart; the mirror installs the wheel"
