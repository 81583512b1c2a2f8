#!/usr/bin/env bash
# Compares N random templates (3,000) of a SEED with Ruby's Liquid: tests/tools/ruby_differential.sh N SEED
set -euo pipefail
cd "$(dirname "$0")/../.."
RUBY_TEMPLATES=${1:-3000} RUBY_SEED=${2:-$RANDOM} cargo test --locked --test ruby_differential
