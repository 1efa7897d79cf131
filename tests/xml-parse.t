#!/bin/sh
# SPDX-License-Identifier: ISC
# xml-parse on its own: what it reads and what it says. The versions of the grants are in xml-parse-versions.t, streams in
# xml-parse-stream.t.
. "$(dirname "$0")/lib.sh"
. "$TESTS/grants.sh"

st36 D0900001 'Chair' >a.xml
st36 D0900002 'Table' >b.xml
st36 09999999 'Engine' utility B2 >utility.xml
cat a.xml utility.xml b.xml >many.xml

status 'one document' 0 xml-parse --json a.xml
is 'is one object' 'D0900001 Chair' "$(jq -r '"\(.patent_id) \(.title)"' .out)"
status 'many in one file' 0 xml-parse -v --json many.xml
is 'are split, other kinds left out' 'D0900001 D0900002' "$(jq -r .patent_id .out | tr '\n' ' ' | sed 's/ $//')"
says 'and counted' '2 design grants, 0 faults, 1 skipped'

finish
