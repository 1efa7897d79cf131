#!/bin/sh
# SPDX-License-Identifier: ISC
# An index of six pictures in the plane, whose scores one can see: what is asked, what is answered, and how it looks.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
tab=$(printf '\t')

# facts NAME...: the beginning of a stream of these facts; picture IDENTITY X Y [SOURCE]: an item
begin() {
	echo 'ornament-stream-text 1'
	for fact in "$@"; do echo "fact $fact"; done
}
picture() {
	printf 'item %s\n%s\tvector toy 2\n\t\t%s %s\n' "$1" "${4:+	source $4 size 1 crc 00000000
}" "$2" "$3"
}
patent() { printf 'item "%s"\n\trecord\n\t\t%s\n' "$1" "$2"; }
make_stream() { stream-show --from-text >"$1" || [ $? = 3 ] || echo "# the stream $1 is wrong"; }
facts='space.toy.dimension=2 space.toy.metric=cosine space.toy.weights=abc'

{
	begin $facts
	patent D0000001 '{"patent_id":"D0000001","title":"Chair\\twith\\u009blines","loc_class":"06-01","pub_date":20200107,"filing_date":20181224,"applicant_name":"Ada","applicant_country":"DE","inventor_names":["Ada","Bo"],"assignee_name":null,"claim_text":"A chair.","image_count":2,"expires":20350107,"term_disclaimer":false}'
	picture '"D0000001" sheet 0' 1 0 'archive "a/I.tar" member "I/D/1.ZIP/x/1-D0.TIF"'
	picture '"D0000001" sheet 1' 0.8 0.6 'archive "a/I.tar" member "I/D/1.ZIP/x/1-D1.TIF"'
	patent D0000002 '{"patent_id":"D0000002","title":"Lamp","loc_class":"26-05","pub_date":20100105,"expires":20240105}'
	picture '"D0000002" sheet 1' 0.6 0.8
	patent D0000003 '{"patent_id":"D0000003","title":"Door","loc_class":"25-02","pub_date":20200107,"expires":20350107}'
	picture '"D0000003" sheet 1' 0 1
	picture '"photos/p.tif"' -1 0 'archive "" member "photos/p.tif"'
	picture '"photos/p.tif" page 2' 0 -1 'archive "" member "photos/p.tif"'
	echo 'end items 9 faults 0 skipped 0'
} | make_stream base.st
ok 'an index is made' index-build -d index base.st

# question FILE ITEM...
question() {
	file=$1
	shift
	{
		begin $facts
		printf '%s\n' "$@"
		echo "end items $# faults 0 skipped 0"
	} | make_stream "$file"
}
question right.st "$(picture '"q"' 2 0)"

# --- what is answered
ok 'a stream asks' query -d index --today 20260101 right.st
is 'patents come best first, each once, with its best picture' \
	"1.000000 D0000001 D0000001/00000
0.600000 D0000002 D0000002/00001
0.000000 D0000003 D0000003/00001
0.000000 photos/p.tif photos/p.tif#2" "$(awk -F '\t' '{print $1, $2, $7}' .out)"
is 'a column is a column' "1.000000${tab}D0000001${tab}Chair with lines${tab}06-01${tab}2020-01-07${tab}Ada${tab}D0000001/00000" \
	"$(head -1 .out)"
silent 'and nothing else is said'
ok 'with --no-group pictures are counted' query -d index --no-group -k 3 right.st
is 'and come best first' '1.000000 D0000001/00000,0.800000 D0000001/00001,0.600000 D0000002/00001' \
	"$(awk -F '\t' '{print s $1, $7; s = ","}' ORS= .out)"
ok 'with --min-score' query -d index --min-score 0.6 right.st
is 'what is below is left out' 2 "$(wc -l <.out | tr -d ' ')"
ok '-k counts patents' query -d index -k 1 --exact --nprobe 1 right.st
is 'one' D0000001 "$(cut -f2 .out)"
ok 'and takes a recall' query -d index -k 1 --recall 0.999 right.st
is 'that finds it' D0000001 "$(cut -f2 .out)"
for part in 0 1.5 most; do
	status "a recall of '$part' is none" 2 query -d index --recall $part right.st
done
ok 'standard input is a stream by itself' sh -c 'query -d index -k 1 <right.st'
is 'and asks' 1.000000 "$(cut -f1 .out)"
ok 'and as -' sh -c 'cat right.st | query -d index -k 1 -'
is 'the same' 1.000000 "$(cut -f1 .out)"
ok 'the index may stand in the environment' env ORNAMENT_INDEX=index query -k 1 right.st

# --- patents as questions
ok 'a patent asks with all its pictures' query -d index --id 'US D1 S1'
is 'the best pair counts' "1.000000 D0000001
0.960000 D0000002
0.600000 D0000003
0.000000 photos/p.tif" "$(awk -F '\t' '{print $1, $2}' .out)"
ok 'others leave it out' query -d index --id D1 --others -k 2
is 'and k still come' 'D0000002 D0000003 ' "$(cut -f2 .out | tr '\n' ' ')"
ok 'a sheet asks alone' query -d index --id D0000001/00001 -k 2
is 'for itself' '1.000000 D0000001 0.960000 D0000002 ' "$(cut -f1,2 .out | tr '\t\n' '  ')"
ok 'so does a photo' query -d index --id 'photos/p.tif#2' -k 1
is 'by its name' photos/p.tif "$(cut -f2 .out)"
ok 'two patents are two questions' query -d index --id D3 --id D2 -k 1
is 'that every line names' "D0000003 D0000003
D0000002 D0000002" "$(cut -f1,3 .out | tr '\t' ' ')"
status 'an unknown patent is reported, the others go on' 3 query -d index --id D9 --id D2 -k 1
says 'by its number' "^query: index 'index' has no 'D0000009'\$"
is 'the other is answered' D0000002 "$(cut -f3 .out)"

# --- several questions
question many.st "$(picture '"a"' 1 0)" "$(picture '"b"' 0 1)"
ok 'every item is a question' query -d index -k 1 many.st
is 'and is named' 'a D0000001,b D0000003' "$(awk -F '\t' '{print s $1, $3; s = ","}' ORS= .out)"
question pages.st "$(picture '"f.tif"' 0 1 'archive "" member "f.tif"')" "$(picture '"f.tif" page 2' 1 0 'archive "" member "f.tif"')"
question half.st "$(picture '"f.tif"' 0 1 'archive "" member "f.tif"')" "$(picture '"f.tif" page 2' 0 0 'archive "" member "f.tif"')"
status 'a page that cannot ask is reported' 3 query -d index -k 1 half.st
says 'though others of the file can' "'f.tif': its vector is zero"
is 'and do' D0000003 "$(cut -f2 .out)"
ok 'pages of a file are one' query -d index -k 2 pages.st
is 'with several pictures' '1.000000 D0000001 1.000000 D0000003 ' "$(cut -f1,2 .out | tr '\t\n' '  ')"
{
	begin $facts
	picture '"a"' 1 0
	printf 'item "b"\n\tfault by "decode" text "cannot read"\n'
	patent D0000008 '{"title":"x"}'
	picture '"c"' 0 1
	echo 'end items 4 faults 1 skipped 0'
} | make_stream fault.st
status 'a fault item is counted' 3 query -d index -k 1 fault.st
silent 'but not reported a second time'
is 'the others are answered' 'a c ' "$(cut -f1 .out | tr '\n' ' ')"
question odd.st "$(picture '"zero"' 0 0)" "$(picture '"nan"' 0x7fc00000 1)" "$(picture '"good"' 0 1)" \
	"$(printf 'item "three"\n\tvector toy 3\n\t\t1 2 3')" "$(printf 'item "none"\n\tvector other 1\n\t\t1')"
status 'vectors that are none are left out' 3 query -d index -k 1 odd.st
is 'each with a reason' 4 "$(grep -c '^query: cannot ask with' .err)"
says 'dimensions are said both' "'three': its vector has 3 numbers, those of index 'index' 2"
is 'and the others are answered' good "$(cut -f1 .out)"
cat right.st right.st >twice.st
ok 'streams one after the other are one' query -d index -k 1 twice.st
is 'of two questions' 2 "$(wc -l <.out | tr -d ' ')"

# --- JSON
ok 'answers as JSON' query -d index --json --today 2026-01-01 right.st
is 'have their keys in order' 'patent_id max_score title loc_class pub_date filing_date applicant_name applicant_country inventor_names assignee_name claim_text image_count expires term_disclaimer active pages' \
	"$(head -1 .out | jq -r 'keys_unsorted | join(" ")')"
is 'and values' '["D0000001",16,20200107,["Ada","Bo"],null,2,true]' \
	"$(head -1 .out | jq -c '[.patent_id, (.title | length), .pub_date, .inventor_names, .assignee_name, .image_count, .active]')"
is 'scores have six decimals' 2 "$(head -1 .out | grep -o '"[a-z_]*score":1.000000' | wc -l | tr -d ' ')"
is 'all its pictures, best first' '[{"image_index":0,"page_num":0,"file_name":"1-D0.TIF","file_path":"a/I.tar/I/D/1.ZIP/x/1-D0.TIF","score":1},{"image_index":1,"page_num":1,"file_name":"1-D1.TIF","file_path":"a/I.tar/I/D/1.ZIP/x/1-D1.TIF","score":0.8}]' \
	"$(head -1 .out | jq -c '.pages | map(.score = (.score * 10 | round / 10))')"
is 'an expired patent says so' false "$(jq -c 'select(.patent_id == "D0000002").active' .out)"
is 'a photo is its path, the rest is null' \
	'{"patent_id":"photos/p.tif","title":null,"active":null,"pages":[[1,2,"p.tif","photos/p.tif"],[0,1,"p.tif","photos/p.tif"]]}' \
	"$(tail -1 .out | jq -c '{patent_id, title, active, pages: [.pages[] | [.image_index, .page_num, .file_name, .file_path]]}')"
ok 'several questions' query -d index --json -k 1 many.st
is 'are named first' 'query patent_id max_score' "$(head -1 .out | jq -r 'keys_unsorted[:3] | join(" ")')"
ok 'pictures alone' query -d index --json --no-group -k 2 right.st
is 'have one page each' '0 1 ' "$(jq -c '.pages[].image_index' .out | tr '\n' ' ')"

# --- filters
ok 'a filter is a list, newest first' query -d index --where 'pub_date != null || patent_id ~ "photo"'
is 'then by number' 'D0000001 D0000003 D0000002 photos/p.tif ' "$(cut -f2 .out | tr '\n' ' ')"
is 'without scores' '' "$(cut -f1 .out | tr -d '\n')"
ok '-k cuts it' query -d index --where active --today 20260101 -k 1 --json
is 'as JSON too' 'null [null,null]' "$(jq -c '.max_score, [.pages[].score]' .out | tr '\n' ' ' | sed 's/ $//')"
ok 'active asks about a day' query -d index --where active --today 2024-01-04
is 'the last one' 3 "$(wc -l <.out | tr -d ' ')"
ok 'the day after' query -d index --where active --today 2024-01-05
is 'is out' 2 "$(wc -l <.out | tr -d ' ')"
ok 'a filter cuts before the search' query -d index --where 'loc_class != "06-01"' -k 2 right.st
is 'so that k come' 'D0000002 D0000003 ' "$(cut -f2 .out | tr '\n' ' ')"
status 'nothing passes' 1 query -d index --where 'title ~ "zzz"' right.st
silent 'in silence'
status 'nothing is listed' 1 query -d index --where 'title ~ "zzz"'
status 'a wrong filter' 2 query -d index --where 'active && titel ~ "x"'
printf "%s\n" "query: wrong filter: there is no field 'titel'; did you mean 'title'?" '  active && titel ~ "x"' '            ^' >expected
same 'is shown with its place' expected .err
long=$(awk 'BEGIN {for (i = 0; i < 100; i++) printf "active && "; print "é ~ 1"}')
status 'in a long one too' 2 query -d index --where "title ~ 'é' && $long"
is 'near the place' 3 "$(wc -l <.err | tr -d ' ')"
ok 'which is short' awk 'length > 240 {exit 1}' .err

# --- refusals
{ begin space.toy.dimension=2 space.toy.metric=cosine space.toy.weights=xyz; picture '"q"' 1 0; echo 'end items 1 faults 0 skipped 0'; } |
	make_stream weights.st
status 'vectors of other weights are refused' 2 query -d index weights.st
says 'with both' 'space.toy.weights is xyz in the stream and abc in index'
{ begin space.clip.dimension=2; printf 'item "q"\n\tvector clip 2\n\t\t1 0\n'; echo 'end items 1 faults 0 skipped 0'; } | make_stream clip.st
status 'another space is refused' 2 query -d index clip.st
says 'by its name' "it has no vectors of space 'toy'"
echo 'P2 4 4 255  0 0 0 0  0 9 9 0  0 9 9 0  0 0 0 0' >square.pgm
status 'a picture cannot ask where vectors were made elsewhere' 2 query -d index square.pgm
is 'and that is all that is said' "query: space 'toy' has no model here: its vectors come as streams, made elsewhere" "$(cat .err)"
status 'nor can one be imported' 2 import -d index square.pgm
says 'likewise' "^import: cannot import into index 'index': space 'toy' has no model here"
head -c 200 many.st >cut.st
status 'a cut stream fails' 2 query -d index cut.st
status 'no index' 2 query -d nowhere right.st
status 'no index named' 2 query right.st
says 'is said' 'no index given'
status 'an unknown option' 2 query -d index --nonsense right.st
status 'a wrong number' 2 query -d index -k 0 right.st
status 'one that is not decimal' 2 query -d index --recall 0x1p-1 right.st
status 'a wrong day' 2 query -d index --today 2020 right.st
status 'a wrong part' 2 query -d index --crop 1,2,0,4 right.st
status 'a part of what is no picture' 2 query -d index --crop 1,2,3,4 right.st
says 'is told' "'--crop' needs a picture"
status 'neither has a patent of the index one' 2 query -d index --crop 1,2,3,4 --id D0000001
status 'a search without a question' 2 query -d index --where active --no-group
says 'is said' "'--no-group' needs a question"
status 'standard input twice' 2 sh -c 'query -d index - - <right.st'
status 'an empty one' 2 sh -c 'query -d index </dev/null'
status 'a full disk' 2 sh -c 'query -d index right.st >/dev/full'
says 'is noticed' 'cannot write standard output'
: >nothing.st
{ begin; echo 'end items 0 faults 0 skipped 0'; } | make_stream nothing.st
ok 'an index without pictures' index-build -d empty nothing.st
status 'cannot be asked' 2 query -d empty right.st
status 'and lists nothing' 1 query -d empty --where active

# --- the terminal and the rest
ok 'a header when asked for' query -d index --header -k 1 right.st
is 'names the columns' 'score patent title locarno granted applicant picture' "$(head -1 .out | tr '\t' ' ')"
ok 'the cost is shown' query -d index -v --where active right.st
says 'in vectors' "^query: 'q': 2 answers; 3 of 6 vectors"
ok 'help' query --help
is 'shows examples first' Examples: "$(head -1 .out)"

finish
