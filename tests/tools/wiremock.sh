#!/bin/sh
# Asks WireMock itself what tests/data/wiremock/requests.json gets from the mappings beside it, and compares that with the
# committed answers.json, which `cargo test --test it wiremock` holds the mock against. With --update the answers are written.
# Needs java, npm and python3; WIREMOCK_JAR names a jar that is there already.
set -eu
cd "$(dirname "$0")/../.."
version=3.13.2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
jar=${WIREMOCK_JAR:-}
if [ -z "$jar" ]; then
    (cd "$folder" && npm pack --silent "wiremock@$version" >/dev/null && tar xzf "wiremock-$version.tgz")
    jar="$folder/package/build/wiremock-standalone-$version.jar"
fi
python3 tests/tools/wiremock.py "$jar" "$version" "$@"
