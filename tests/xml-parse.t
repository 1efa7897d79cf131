#!/bin/sh
# SPDX-License-Identifier: ISC
# xml-parse on its own: what it reads, what it refuses and what it says. The versions of the grants are in xml-parse-versions.t,
# streams in xml-parse-stream.t.
. "$(dirname "$0")/lib.sh"
. "$TESTS/grants.sh"

# numbers FILE   the patents in JSON Lines, in one line
numbers() { jq -r .patent_id "$1" | tr '\n' ' ' | sed 's/ $//'; }

st36 D0900001 'Chair' >a.xml
st36 D0900002 'Table' >b.xml
st36 09999999 'Engine' utility B2 >utility.xml
cat a.xml utility.xml b.xml >many.xml

# --- what it reads ---
status 'one document' 0 xml-parse --json a.xml
is 'is one object' 'D0900001 Chair' "$(jq -r '"\(.patent_id) \(.title)"' .out)"
silent 'and nothing is said'
status 'many in one file' 0 xml-parse -v --json many.xml
is 'are split, other kinds left out' 'D0900001 D0900002' "$(numbers .out)"
says 'and counted' '2 design grants, 0 faults, 1 skipped'
xml-parse --json many.xml >two
for f in a.xml b.xml; do printf '%s' "$(cat $f)"; done >joined.xml
status 'documents without a newline between them' 0 xml-parse --json joined.xml
same 'are split too' two .out
{ printf '\357\273\277'; sed 's/$/\r/' many.xml; } >crlf.xml
status 'CRLF, and a byte-order mark in front' 0 xml-parse --json crlf.xml
same 'change nothing' two .out
sed 1d a.xml >undeclared.xml
status 'a document without a declaration' 0 xml-parse --json undeclared.xml
is 'is read' D0900001 "$(numbers .out)"
status 'several files' 0 xml-parse --json a.xml b.xml
same 'in their order' two .out
xml-parse --json <many.xml >.out
same 'standard input' two .out
xml-parse --json a.xml - <b.xml >.out
same 'standard input among files' two .out
printf 'a.xml\0b.xml\0' | xml-parse --json --files0-from - >.out
same 'a list of files' two .out
{
	cat a.xml
	head -c 700000 /dev/zero | tr '\0' ' '
	i=0
	while [ $((i += 1)) -le 300 ]; do cat utility.xml; done
	cat b.xml
} >long.xml
status 'a file longer than its blocks' 0 xml-parse -v --json long.xml
same 'is split wherever the blocks end' two .out
says 'and all are counted' '2 design grants, 0 faults, 300 skipped'

# every document has names of its own, as the files in the document types of v2.5
st32 D0456592 'Skirt' | awk '{ line[NR] = $0 } END {
	for (i = 0; i < 600; i++) for (n = 1; n <= NR; n++) {
		print line[n]
		if (n == 2) for (k = 0; k < 80; k++) { printf "<!ENTITY N%d-%d-", i, k; for (z = 0; z < 100; z++) printf "0123456789"; print " SYSTEM \"x\" NDATA TIF>" }
	}
}' >names.xml
status 'documents with 48 MB of names' 0 xml-parse --json names.xml
is 'are all read' 600 "$(wc -l <.out | tr -d ' ')"

mkfifo pipe
cat many.xml >pipe &
xml-parse --json pipe >.out
same 'a named pipe' two .out

# --- archives ---
mkdir -p week/DESIGN week/UTIL
cp a.xml week/DESIGN/USD0900001-20210209.XML
cp b.xml week/DESIGN/USD0900002-20210209.XML
cp utility.xml week/UTIL/US09999999-20210209.XML
printf 'P1 1 1 0' >week/DESIGN/USD0900001-20210209-D00000.TIF
tar cf week.tar week/DESIGN/*.XML week/DESIGN/*.TIF week/UTIL
gzip -k week.tar
for archive in week.tar week.tar.gz; do
	status "$archive" 0 xml-parse -v --json $archive
	is 'holds both patents' 'D0900001 D0900002' "$(numbers .out)"
	says 'pictures are passed over, another kind is not opened' '2 design grants, 0 faults, 1 skipped'
done
tar cf outer.tar week.tar.gz
xml-parse --json outer.tar >.out
same 'an archive in an archive' two .out
xml-parse --json <week.tar >.out
same 'an archive on standard input' two .out
cp outer.tar deep.tar
for i in 1 2 3; do tar cf deeper.tar deep.tar && mv deeper.tar deep.tar; done
status 'archives within too many archives' 3 xml-parse --json deep.tar
says 'meet a limit' "cannot read 'deep.tar/deep.tar/deep.tar/deep.tar.*/week.tar.gz': lies in too many archives"
gzip -c a.xml >a.xml.gz
status 'one packed document' 0 xml-parse --json a.xml.gz
is 'is read' D0900001 "$(numbers .out)"
echo hello | gzip >text.gz
status 'a packed text' 3 xml-parse --json text.gz
says 'is no document' "cannot read 'text.gz': is neither XML nor an archive"
head -c 100000000 /dev/zero | tr '\0' ' ' | gzip -9 | gzip -9 >bomb.gz
status 'a bomb' 3 xml-parse --json bomb.gz
says 'meets a limit' 'unpacks to more than'
if [ -x "$HELPERS/generate/archive" ]; then
	"$HELPERS/generate/archive" --seed 7 --patents 12 --damage xml,zip-cut,name --others -o generated.tar >/dev/null
	status 'a weekly archive of ZIPs, some damaged' 3 xml-parse -v --json generated.tar
	says 'costs what is damaged' '10 design grants, 2 faults, 2 skipped'
	says 'malformed XML is told with its path' "I20260106/DESIGN/USD[0-9]*-20260106.ZIP/.*XML': line"
fi
head -c 4000 week.tar >cut.tar
status 'a cut archive' 3 xml-parse --json cut.tar
says 'is said' "cannot read 'cut.tar"

# --- what it writes ---
status 'rows' 0 xml-parse --tsv a.xml
is 'have their columns' 'D0900001|S1|Chair|06-01|D6/334|20210209|20190301|20360209|||||2' "$(tr '\t' '|' <.out)"
st32 D0456592 'Skirt' >person.xml
is 'names are joined' 'Jürgen Voß; Ann Lee' "$(xml-parse --tsv person.xml | cut -f 11)"
status 'both at once' 2 xml-parse --tsv --json a.xml
says 'are refused' 'exclude each other'
status 'without either, a stream' 0 xml-parse a.xml
cp .out a.st
is 'with a patent item' 'D0900001' "$(stream-show --json a.st | jq -r 'select(.record).document')"
xml-parse --json a.xml >one
status 'a stream' 0 xml-parse --json a.st
same 'gives its records back' one .out

# --- characters ---
# named NAME TEXT   the title of a document with this in it
named() { st36 D0900001 "$1" >named.xml; xml-parse --json named.xml | jq -r .title; }
is 'named characters of HTML and ISO' 'ö—”α#Ж½ŵ' "$(named '&ouml;&mdash;&rdquo;&agr;&num;&ZHcy;&frac12;&wcirc;')"
is 'XML'"'"'s own, and numbers' "<&>\"' A B é" "$(named '&lt;&amp;&gt;&quot;&apos; &#65; &#x42; &#xe9;')"
is 'an unknown name stays as it is written' 'x &nosuchname; y' "$(named 'x &nosuchname; y')"
is 'CDATA' 'a <b> c' "$(named '<![CDATA[a <b> c]]>')"
is 'white space is folded' 'a b c' "$(named "  a
	b   c  ")"
# declaring DECLARATIONS TITLE   a document with an internal subset
declaring() { st36 D0900001 "$2" | awk -v d="$1" '{ sub(/\[ \]/, "[" d "]") } 1' >declaring.xml; }
declaring '<!ENTITY co "Acme">' '&co; chair'
is 'an entity that the document declares' 'Acme chair' "$(xml-parse --json declaring.xml | jq -r .title)"
sed 's/USD0900001-20210209-D00000.TIF/a\&amp;b\&eacute;\&nosuch;\&num;.TIF/' a.xml >attribute.xml
is 'characters in an attribute' 'a&bé&nosuch;#.TIF' "$(xml-parse --json attribute.xml | jq -r '.images[0]')"
sed 's/UTF-8/ISO-8859-1/; s/Chair/'"$(printf 'Ch\344r')"'/' a.xml >latin.xml
is 'another encoding' 'Chär' "$(xml-parse --json latin.xml | jq -r .title)"

# --- attacks ---
laughs='<!ENTITY a0 "ha">'
for i in 1 2 3 4 5 6 7 8 9; do
	j=$((i - 1))
	laughs="$laughs<!ENTITY a$i \"\\\\&a$j;\\\\&a$j;\\\\&a$j;\\\\&a$j;\\\\&a$j;\\\\&a$j;\\\\&a$j;\\\\&a$j;\\\\&a$j;\\\\&a$j;\">"
done
declaring "$laughs" '&a9;'
status 'a billion laughs' 3 xml-parse --json declaring.xml
says 'are refused' "line [0-9]+: refused: references or markup within the entity 'a9'"
echo secret >secret.txt
declaring "<!ENTITY s SYSTEM \"file://$PWD/secret.txt\">" 'x &s;'
status 'an entity in another file' 3 xml-parse --json declaring.xml
is 'is not read' '' "$(cat .out)"
declaring "<!ENTITY % p SYSTEM \"file://$PWD/secret.dtd\"> %p;" 'chair'
echo '<!ENTITY t "read">' >secret.dtd
sed -i 's/chair/\&t;/' declaring.xml
is 'a DTD is not read' '&t;' "$(xml-parse --json declaring.xml | jq -r .title)"
long=$(head -c 20000 /dev/zero | tr '\0' x)
declaring "<!ENTITY q \"$long\">" "$(head -c 10000 /dev/zero | sed 's/\x0/\&q;/g')"
status 'one long entity many times' 3 xml-parse --json declaring.xml
says 'meets a limit' 'the document is too large'
{
	sed '/<invention-title/q' a.xml
	head -c 1000 /dev/zero | sed 's/\x0/<i>/g'
} >deep.xml
status 'elements within a thousand elements' 3 xml-parse --json deep.xml
says 'meet a limit' 'line [0-9]+: elements within too many elements'

# --- damage ---
n=$(wc -l <a.xml)
sed '/<\/invention-title>/s/<.invention-title>//' a.xml >open.xml
cat a.xml open.xml b.xml >damaged.xml
status 'a malformed document among others' 3 xml-parse -v --json damaged.xml
is 'costs only itself' 'D0900001 D0900002' "$(numbers .out)"
says 'is told with the lines of the file' "cannot read 'damaged.xml': line $((n + 11)): element 'invention-title' of line $((n + 10)) is closed by 'us-bibliographic-data-grant'"
says 'and counted' '2 design grants, 1 faults, 0 skipped'
head -c 1200 a.xml >short.xml
status 'a cut document' 3 xml-parse --json short.xml
says 'is told' "cannot read 'short.xml': line [0-9]+: "
st36 'XYZ' 'Chair' >numberless.xml
{ printf '\376\377\000<\000?\000x\330\000\000a'; head -c 300 /dev/zero; } >wide.xml
status 'characters that are none' 3 xml-parse --json wide.xml
is 'are told once' 1 "$(wc -l <.err | tr -d ' ')"
status 'a design without a number' 3 xml-parse --json numberless.xml
says 'is told' "'XYZ' is no number of a design grant"
: >empty.xml
status 'an empty file' 3 xml-parse --json empty.xml a.xml
says 'is told' "cannot read 'empty.xml': is empty"
same 'the next is read' one .out
status 'a missing file' 3 xml-parse --json nowhere.xml a.xml
says 'is told' "cannot read 'nowhere.xml': No such file or directory"
printf 'P1 1 1 0' >picture.xml.pbm
status 'a picture' 3 xml-parse --json picture.xml.pbm
says 'is told' 'is neither XML nor an archive'
status 'a directory' 3 xml-parse --json .
says 'is told' "cannot read '.': Is a directory"
echo '<html><body/></html>' >page.html
status 'another kind of XML' 0 xml-parse -v --json page.html
says 'is counted' '0 design grants, 0 faults, 1 skipped'
status 'a damaged file into a stream' 3 xml-parse damaged.xml
is 'is a fault item' "$(sed -n 's/^xml-parse: \(cannot.*\)/\1/p' .err)" "$(stream-show --json .out | jq -r 'select(.fault).fault.text')"

# --- wrong usage ---
status 'empty standard input' 2 xml-parse --json </dev/null
says 'is a failure' 'standard input is empty'
echo hello >text
status 'text on standard input' 2 xml-parse --json <text
says 'is a failure' 'neither a stream nor XML'
status 'an unknown option' 2 xml-parse --yaml
status 'help' 0 xml-parse --help
printf 'a.xml' >list
status 'a list of files beside a stream' 2 xml-parse --json a.st --files0-from list
status 'a list that names standard input' 2 xml-parse --json - --files0-from -
if [ -w /dev/full ]; then
	for option in --json --tsv -q; do
		got=0
		xml-parse $option a.xml >/dev/full 2>.err || got=$?
		is "a full disk ($option)" 2 $got
		says 'is said' 'No space left'
	done
fi

finish
