#!/bin/sh
# SPDX-License-Identifier: ISC
# Pictures as questions: prepared as those of the index were, by the programs that prepared them. Generated patents, and the
# real weekly archives where they are.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

# strangers FILE: the answers in JSON to questions named like USD0910058-20210209-D00001.TIF that are not that patent's
# with a score of at least 0.999
strangers() {
	jq -r 'select(((.query | split("/")[-1] | ltrimstr("USD")[:7]) != .patent_id[1:]) or .max_score < 0.999) | .query' "$1"
}

mkdir sheets
"$HELPERS"/generate/archive --seed 5 --patents 12 --sheets sheets -o . >list || exit 1
tar=$(echo I*.tar)
ok 'a generated week is imported' ornament import -d index "$tar"
sheets=$(ls sheets/*.TIF | wc -l | tr -d ' ')
ok 'every sheet asks as a file' query -d index -k 1 --json sheets/*.TIF
is 'each has its answer' "$sheets" "$(wc -l <.out | tr -d ' ')"
is 'its own patent, as good as identical' '' "$(strangers .out)"
first=$(ls sheets/*-D00001.TIF | head -1)
number=$(echo "$first" | sed 's/.*USD\([0-9]*\).*/D\1/')
ok 'one picture' query -d index -k 3 "$first"
cp .out by-file
is 'needs no name in its answers' "1.000000 $number" "$(head -1 .out | cut -f1,2 | tr '\t' ' ')"
ok 'from a pipe' sh -c "cat '$first' | query -d index -k 3 -"
same 'the same answer' by-file .out
ok 'from standard input' query -d index -k 3 <"$first"
same 'again' by-file .out
ok 'as a stream' sh -c "decode '$first' | letterbox | embed | query -d index -k 3"
same 'and again' by-file .out
status 'a stream without vectors is no question' 2 sh -c "decode '$first' | letterbox | query -d index -"
says 'and is told so' "it has no vectors of space 'sketch'"
ok 'an answer into - is one on standard output' query -d index -k 3 -o - "$first"
same 'as without' by-file .out
ok 'by its number' query -d index -k 3 --id "$number/1"
same 'what the index has is what a file becomes' by-file .out
ok 'a number, a stream and a picture in one run' sh -c \
	"decode '$first' | letterbox | embed >q.st && query -d index -k 1 --id $number/1 q.st '$first'"
is 'three answers' "$number $number $number " "$(cut -f3 .out | tr '\n' ' ')"
ok 'names in a file' sh -c "printf '%s\\0' '$first' '$first' | query -d index -k 1 --files0-from -"
is 'are questions' "$number $number " "$(cut -f3 .out | tr '\n' ' ')"
status 'a list that is not there' 2 query -d index --files0-from nowhere --id "$number"
is 'is the one thing that is said' "query: cannot open 'nowhere': No such file or directory" "$(cat .err)"
is 'before anything is answered' '' "$(cat .out)"
status 'that leaves no standard input' 2 sh -c "printf x | query -d index --files0-from - -"
ok 'others' query -d index -k 11 --others "$first"
is 'leave out the patent whose sheet asks' '' "$(cut -f2 .out | grep "$number")"
is 'and answer with all others' 11 "$(wc -l <.out | tr -d ' ')"
ok 'a part of the page asks' query -d index -k 1 --crop 0,0,60000,60000 "$first"
is 'the whole part is the page' "1.000000 $number" "$(cut -f1,2 .out | tr '\t' ' ')"
ok 'a smaller part' query -d index -k 1 --crop 200,200,300,300 "$first"
is 'is another question' 1 "$(awk -F '\t' '$1 < 0.99' .out | wc -l | tr -d ' ')"

mkdir formats
"$HELPERS"/generate/pictures formats >/dev/null || exit 1
ok 'a file of several pages' query -d index -k 1 formats/pages.tif
is 'is one question' 1 "$(wc -l <.out | tr -d ' ')"
ok 'asked twice' query -d index -k 1 formats/pages.tif formats/pages.tif
is 'it is two' 2 "$(wc -l <.out | tr -d ' ')"
is 'decode finds pages in it' 1 "$(($(decode formats/pages.tif | stream-show | grep -c '^item') > 1))"

# --- what cannot be read
head -c 100 "$first" >cut.tif
echo text >text.txt
status 'unreadable files are skipped' 3 query -d index -k 1 cut.tif "$first" text.txt missing.png
is 'each reported once, by who met it' 3 "$(grep -c . .err)"
is 'the good one is answered, under its name' "$first $number" "$(cut -f1,3 .out | tr '\t' ' ')"
status 'nothing but unreadable files' 3 query -d index cut.tif
is 'has no answer' '' "$(cat .out)"
status 'a part beside the page' 3 query -d index --crop 60000,0,1,1 "$first"
says 'is reported' 'outside'
status 'another model is refused' 2 query -d index -m nonsense.safetensors "$first"
status 'so is nothing' 2 sh -c 'query -d index - </dev/null'

# --- indexes of other preparation
ok 'an index of small, untrimmed pictures' ornament import -d small -s 64 --no-trim "$tar"
ok 'is asked in its own way' query -d small -k 1 --json sheets/*.TIF
is 'with its own answers' '' "$(strangers .out)"
status 'a stream prepared otherwise is refused' 2 query -d small q.st
says 'with both' 'letterbox is 518 in the stream and 64 in index'
mkdir photos
for i in 1 2 3; do
	p=$(ls sheets/*-D00002.TIF | sed -n ${i}p)
	[ -n "$p" ] && cp "$p" photos/view$i.tif
done
ok 'a folder of pictures that are no patents' ornament import -d loose photos
ok 'is asked likewise' query -d loose -k 1 --json photos/view2.tif
is 'and names files' '["photos/view2.tif",null,null,"view2.tif","photos/view2.tif",1]' \
	"$(jq -c '[.patent_id, .title, .active, .pages[0].file_name, .pages[0].file_path, .pages[0].score]' .out)"

# --- the manual
cp -r index designs
cp -r loose catalogue
cp "$first" chair.jpg # what it is, not what it is called
sed -n '/^.Sh EXAMPLES/,/^.Sh SEE/p' "$TESTS/../man/query.1" |
	sed -n 's/^\.Dl //p; /^query /p; /^decode /p' | sed 's/\\(ti/~/g; s/\\(dq/"/g' >examples
is 'the manual has examples' 1 "$(($(wc -l <examples) > 6))"
while IFS= read -r example; do
	sh -c "$example" >.out 2>.err
	case $? in
	0 | 1) pass "$example" ;;
	*) fail "$example" .err ;;
	esac
done <examples
is 'what they wrote has a header' score "$(head -1 similar.tsv | cut -f1)"

# --- the real weeks
if [ -d "$DATA/uspto/weekly" ]; then
	mkdir real
	"$HELPERS"/generate/sheets real "$DATA"/uspto/weekly/*.tar || exit 1
	ok 'twelve real weeks are imported' ornament import -d weeks "$DATA"/uspto/weekly/*.tar
	ok 'every real sheet asks as a file' query -d weeks -k 1 --json real/*.TIF
	is 'each has its answer' "$(ls real | wc -l)" "$(wc -l <.out)"
	is 'its own patent, with a score of 0.999' '' "$(strangers .out)"
	ok 'a folder is many questions' query -d weeks -k 1 real
	is 'as many as files' "$(ls real | wc -l)" "$(cut -f1 .out | sort -u | wc -l)"
else
	skip 'the real weeks are not here'
fi

finish
