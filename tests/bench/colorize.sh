#!/bin/sh
# SPDX-License-Identifier: ISC
# What colorize costs a page.
set -eu
"$ORNAMENT_HELPERS/bench/colorize"
