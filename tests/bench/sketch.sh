#!/bin/sh
# SPDX-License-Identifier: ISC
# What the shipped model costs, and how well it finds the other sheets of a patent, beside plain pixels.
set -eu

"$ORNAMENT_HELPERS/bench/sketch" "$(dirname "$0")/../../share/sketch.safetensors"
echo "mean average precision on real sheets"
sh "$(dirname "$0")/../embed-views.t" | sed -n 's/^# //p; s/.*SKIP/the material is not here:/p'
