#!/bin/sh
# SPDX-License-Identifier: ISC
# xml-parse in the pipeline: documents become patent items, pictures pass and learn how they lie.
. "$(dirname "$0")/lib.sh"
. "$TESTS/grants.sh"

# items FILE FILTER   what jq finds in the items of a stream
items() { stream-show --json "$1" | jq -rc "select(.document) | $2"; }

mkdir -p week/DESIGN/a week/DESIGN/b week/DESIGN/c
st36 D0900001 'Chair' >week/DESIGN/a/USD0900001-20210209.XML
for sheet in 0 1; do printf 'P1 2 1 0 1' >week/DESIGN/a/USD0900001-20210209-D0000$sheet.TIF; done
st36 D0900002 'Table' >week/DESIGN/b/USD0900009-20210209.XML
st36 09999999 'Engine' utility B2 >week/DESIGN/c/USD0900003-20210209.XML
printf 'P1 2 1 0 1' >loose.pbm
tar cf week.tar week/DESIGN/a/*.XML week/DESIGN/a/*.TIF week/DESIGN/b/*.XML week/DESIGN/c/*.XML loose.pbm
decode week.tar >decoded.st

status 'a stream of documents and pictures' 0 xml-parse -v decoded.st
cp .out parsed.st
says 'is counted' '2 design grants, 0 faults, 1 skipped'
says 'a name that its document does not bear out is told' "'D0900009' holds the grant D0900002"
is 'items keep their order, the record names the patent' 'D0900001 D0900001/0 D0900001/1 D0900002 loose.pbm' \
	"$(items parsed.st '"\(.document)\(if .sheet != null then "/\(.sheet)" else "" end)"' | sed 's,.*/loose,loose,' | tr '\n' ' ' | sed 's/ $//')"
is 'documents give way to records' 'Chair Table' "$(items parsed.st 'select(.record).record.title' | tr '\n' ' ' | sed 's/ $//')"
is 'the text of the XML is gone' 0 "$(stream-show parsed.st | grep -c 'us-bibliographic')"
is 'sources stay' 'week/DESIGN/a/USD0900001-20210209.XML' "$(items parsed.st 'select(.record).source.member' | head -1)"
is 'the sheet that lies sideways is to be turned, no other' '0 1 0' "$(items parsed.st 'select(.page).page.turn' | tr '\n' ' ' | sed 's/ $//')"
is 'what was left out is counted in the stream' 1 "$(stream-show --json parsed.st | jq -c 'select(.end).end.skipped')"
status 'a second time' 0 xml-parse parsed.st
same 'nothing changes' parsed.st .out
xml-parse <decoded.st >.out
same 'standard input is the same' parsed.st .out
cat decoded.st decoded.st | xml-parse --json >.out
is 'two streams are one' 4 "$(wc -l <.out | tr -d ' ')"
xml-parse --json week/DESIGN/*/*.XML >from-files
xml-parse --json decoded.st >.out
same 'records are those of the files' from-files .out
xml-parse --tsv parsed.st >.out
is 'rows come from records too' 'Chair Table' "$(cut -f 3 .out | tr '\n' ' ' | sed 's/ $//')"
is 'the program is recorded as quality' 1 "$(stream-show parsed.st | grep -c 'quality.xml-parse.version')"

# --- several documents in one ---
mkdir full
cat week/DESIGN/*/*.XML >full/weekly.xml
decode full >full.st
xml-parse --json full.st >.out
same 'a document item that holds several documents' from-files .out

# --- damage ---
mkdir bad
{ st36 D0900004 'Lamp' | head -12; } >bad/USD0900004-20210209.XML
printf 'P1 2 1 0 1' >bad/USD0900004-20210209-D00000.TIF
printf 'P1 2 1 0' >bad/USD0900004-20210209-D00001.TIF
decode bad >bad.st 2>/dev/null
status 'malformed XML in a stream' 3 xml-parse -v bad.st
cp .out faults.st
says 'is told once' "cannot read 'bad/USD0900004-20210209.XML': line [0-9]+: the document ends within element"
says 'and counted with the faults that were there' '0 design grants, 2 faults, 0 skipped'
is 'it becomes a fault item with its source' 'D0900004 xml-parse bad/USD0900004-20210209.XML' \
	"$(items faults.st 'select(.fault.by == "xml-parse") | "\(.document) \(.fault.by) \(.source.member)"')"
is 'nothing is lost' 3 "$(items faults.st .document | wc -l | tr -d ' ')"
status 'faults of others alone' 3 xml-parse faults.st
same 'pass unchanged' faults.st .out

size=$(wc -c <decoded.st)
for cut in 1 7 8 20 100 $((size / 2)) $((size - 1)); do
	head -c "$cut" decoded.st >cut.st
	status "a stream cut at $cut" 2 xml-parse cut.st
	says 'is told' "xml-parse: 'cut.st': "
done
{ head -c $((size / 2)) decoded.st; printf X; tail -c +$((size / 2 + 2)) decoded.st; } >flipped.st
status 'a flipped byte' 2 xml-parse flipped.st
says 'is told' 'checksum'
status 'empty standard input' 2 xml-parse </dev/null
got=0
[ -w /dev/full ] && { xml-parse decoded.st >/dev/full 2>.err || got=$?; is 'a full disk' 2 $got; }

finish
