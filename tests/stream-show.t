#!/bin/sh
# SPDX-License-Identifier: ISC
# stream-show: text and back, JSON, vectors, pictures, and vectors made elsewhere.
. "$(dirname "$0")/lib.sh"

# every field, in the words of stream-show
cat >all.txt <<'END'
ornament-stream-text 1
fact pixels.letterbox=518
fact quality.decode.version=a\\b\xff
item "D0939806"
	document
		<?xml version="1.0"?>\r\n
		<a>\x00</a>\r\n
	record
		{"patent_id":"D0939806",
		"title":"Chäir, \\"x\\"",
		"a":[1,2,{"b":3,"c":4}]}
	field 1000
		6869
item "D0939806" sheet 0 page 2 figure 3 region 4 5 6 7
	source archive "I \"x\".tar" member "a/b\x1b.TIF" size 20 crc deadbeef offset 512 stored 9 method 8
	pixels width 9 height 3 layout bit
		x2 ff80
		0000
	page width 9 height 3 dpi_x 300 dpi_y 300 bits 1 samples 1 turn 1 turned 0 box 1 2 3 4
	vector clip 1
		1
	vector sketch 5
		0.5 -1 2 0x7fc00001 1.40129846e-45
	colours
		{"a":1}
	thumbnail
		AAECAwQFBgc=
item "x/y.png"
	pixels width 10 height 2 layout rgb
		ffffff*5 010203040506000000000000000000
		010203*10
item "x/z.png"
	pixels width 10 height 2 layout grey
		x2 ff*10
item "photos/x.jpg" page 2
	fault by "decode" text "cannot read 'x': it is no picture"
end items 5 faults 1 skipped 4
END

status "a text becomes a stream, and its fault shows in the status" 3 stream-show --from-text all.txt
silent "which says nothing"
mv .out all.st
status "a stream becomes a text" 3 stream-show all.st
same "the same text" all.txt .out
stream-show all.st | stream-show --from-text >again.st
same "and that text the same stream" all.st again.st

stream-show --json all.st >all.json
is "JSON: a line for the header, the items, the end" 7 "$(wc -l <all.json)"
is "JSON: the parts of an identity" 'D0939806/00000#2.3@4,5,6,7 0 2 3 [4,5,6,7]' \
	"$(jq -r 'select(.sheet) | "\(.identity) \(.sheet) \(.page_number) \(.figure) \(.region | tojson)"' all.json)"
is "JSON: the record is an object" Chäir "$(jq -r 'select(.record) | .record.title[0:5]' all.json)"
is "JSON: vectors with their values" '[0.5,-1,2,null]' "$(jq -c 'select(.vectors) | .vectors.sketch.values[0:4]' all.json)"
is "JSON: the fault" decode "$(jq -r 'select(.fault) | .fault.by' all.json)"
is "JSON: the end record" '{"items":5,"faults":1,"skipped":4}' "$(jq -c 'select(.end) | .end' all.json)"
is "JSON: brief leaves out the values" null "$(stream-show --json --brief all.st | jq -c 'select(.vectors) | .vectors.sketch.values')"


# pictures: netpbm, one after the other
stream-show --pam all.st >all.pam
is "--pam: a picture for each item with pixels" 'P4 P6 P5' "$(grep -ao 'P[456]$' all.pam | tr '\n' ' ' | sed 's/ $//')"
is "--pam: the identity in a comment" '# D0939806/00000#2.3@4,5,6,7' "$(sed -n 2p all.pam)"
printf 'P4\n# D0939806/00000#2.3@4,5,6,7\n9 3\n\377\200\377\200\000\000' >first.pbm
head -c "$(wc -c <first.pbm)" all.pam >.first
same "--pam: the bits are as they were" first.pbm .first

# vectors out
printf '\000\000\000\077\000\000\200\277\000\000\000\100\001\000\300\177\001\000\000\000' >sketch.f32
status "--f32 of one of two spaces" 3 stream-show --f32 --space sketch all.st
same "--f32: little-endian, every bit" sketch.f32 .out
status "--f32 wants to know which space" 2 stream-show --f32 all.st
says "and names both" "'sketch'.*'clip'"
status "--npy into a file" 3 stream-show --npy --space sketch all.st
{
	printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 5), }"
	cat sketch.f32
} >sketch.npy
same "--npy: header and rows" sketch.npy .out
stream-show --npy --space sketch all.st | cat >piped.npy
same "--npy: into a pipe the same" sketch.npy piped.npy
cp sketch.npy appended.npy
stream-show --npy --space sketch all.st >>appended.npy
cat sketch.npy sketch.npy >twice.npy
same "--npy: appended to a file as well" twice.npy appended.npy
status "--npy of a space that is not there" 3 stream-show --npy --space other all.st
is "is a table without rows" 128 "$(wc -c <.out)"
status "--f32 of vectors of two lengths" 2 sh -c 'printf "ornament-stream-text 1\nitem \"a\"\n\tvector v 1\n\t\t1\nitem \"b\"\n\tvector v 2\n\t\t1 2\nend\n" | stream-show --from-text | stream-show --f32'
says "is refused" "a vector has 2 numbers, those before 1"

# vectors in
cat >records.jsonl <<'END'
{"key":"USD939806 S1","title":"Chair","pub_date":20220104,"inventor_names":["A","B"]}
{"key":"D0939807/00001","title":"Lamp"}
{"key":"D0939807/00002","title":"not looked at"}
{"key":"photos/x.jpg"}
END
npy() { # TYPE ROWS DIMENSION
	printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '$1', 'fortran_order': False, 'shape': ($2, $3), }"
}
{ npy '<f4' 4 2; printf '\000\000\200\077\000\000\000\300%.0s' 1 2 3 4; } >f4.npy
{ npy '<f2' 4 2; printf '\000\074\000\300%.0s' 1 2 3 4; } >f2.npy
{ npy '<f8' 4 2; printf '\000\000\000\000\000\000\360\077\000\000\000\000\000\000\000\300%.0s' 1 2 3 4; } >f8.npy
cat >external.txt <<'END'
ornament-stream-text 1
fact space.clip.dimension=2
fact space.clip.metric=ip
fact space.clip.weights=ViT-B-32
item "D0939806"
	record
		{"patent_id":"D0939806",
		"title":"Chair",
		"pub_date":20220104,
		"inventor_names":["A","B"]}
	vector clip 2
		1 -2
item "D0939807"
	record
		{"patent_id":"D0939807",
		"title":"Lamp"}
item "D0939807" sheet 1
	vector clip 2
		1 -2
item "D0939807" sheet 2
	vector clip 2
		1 -2
item "photos/x.jpg"
	vector clip 2
		1 -2
end items 5 faults 0 skipped 0
END
for type in f2 f4 f8; do
	status "--from-npy of $type" 0 stream-show --from-npy $type.npy --records records.jsonl --space clip --metric ip --weights ViT-B-32
	mv .out external.st
	stream-show external.st >.shown
	same "gives the records and the vectors" external.txt .shown
done
stream-show --npy external.st >back.npy
same "and comes back as it was" f4.npy back.npy
stream-show --from-npy - --records records.jsonl <f4.npy | stream-show --json >default.json
is "by default the space is external" '["external"]' "$(jq -c 'select(.identity=="photos/x.jpg") | .vectors | keys' default.json)"

head -3 records.jsonl >three.jsonl
status "too few objects are an error" 2 stream-show --from-npy f4.npy --records three.jsonl
says "that says so" "'three.jsonl' has fewer objects than 'f4.npy' has vectors \(4\)"
cat records.jsonl three.jsonl >seven.jsonl
status "too many objects are an error" 2 stream-show --from-npy f4.npy --records seven.jsonl
head -c 150 f4.npy >cut.npy
status "a cut table is an error" 2 stream-show --from-npy cut.npy --records records.jsonl
says "that says so" "'cut.npy': is cut short: 2 of 4 vectors are there"
{ npy '>f4' 4 2; } >big.npy
status "a big-endian table is an error" 2 stream-show --from-npy big.npy --records records.jsonl
says "that says so" "'>f4'"
sed 's/False/True /' f4.npy >fortran.npy
status "a table in Fortran order is an error" 2 stream-show --from-npy fortran.npy --records records.jsonl
{ npy '<f4' 4 '2, 2'; } >cube.npy
status "a table of three dimensions is an error" 2 stream-show --from-npy cube.npy --records records.jsonl
says "that says so" "its shape is not"
status "no table is an error" 2 stream-show --from-npy /dev/null --records records.jsonl
status "a directory is no table" 2 stream-show --from-npy . --records records.jsonl
says "for the system's reason" "'\.': cannot read it: Is a directory"

cat >bad.jsonl <<'END'
{"key":"D0939806/00001","title":
{"title":"Lamp"}
{"key":"D0939807/00002","patent_id":"D0000001"}
{"key":"D0939808/00001","title":"Stool"}
END
{ npy '<f4' 4 2; printf '\000\000\200\077\000\000\000\300%.0s' 1 2 3; printf '\000\000\200\177\000\000\000\300'; } >infinite.npy
status "bad objects and vectors are faults" 3 stream-show --from-npy infinite.npy --records bad.jsonl
mv .out faults.st
is "each with one message" 4 "$(grep -c '^stream-show: line [1-4] of ' .err)"
is "under its key, or its line" 'bad.jsonl:1 bad.jsonl:2 D0939807/00002 D0939808/00001' \
	"$(stream-show --json faults.st | jq -r 'select(.fault) | .identity' | tr '\n' ' ' | sed 's/ $//')"
is "and all of them counted" '{"items":4,"faults":4,"skipped":0}' "$(stream-show --json faults.st | jq -c 'select(.end).end')"

# texts that are none
refuses() { # NAME REGEX, the text on stdin
	status "$1 is refused" 2 stream-show --from-text
	says "with its line" "$2"
}
refuses "an empty text" 'standard input: is no text of stream-show' </dev/null
refuses "another text" 'is no text of stream-show' <records.jsonl
sed '$d' all.txt >noend.txt
refuses "a text without its end" 'it has no end line' <noend.txt
sed 's/faults 1/faults 2/' all.txt >wrong.txt
refuses "a text whose end counts wrongly" 'there were 5 items and 1 faults' <wrong.txt
sed 's/x2 ff80/x3 ff80/' all.txt >rows.txt
refuses "a picture with too many rows" 'line 18: ' <rows.txt
sed 's/x2 ff80/ff80/' all.txt >fewer.txt
refuses "a picture with too few" 'line 19: pixels are missing before' <fewer.txt
sed 's/0.5 -1 2/0.5 2/' all.txt >numbers.txt
refuses "a vector with too few numbers" 'line 2[0-9]: numbers of a vector are missing before' <numbers.txt
sed 's/^	labels/	nonsense/; s/^	colours/	nonsense/' all.txt >field.txt
refuses "a field that does not exist" 'line 24: is no field' <field.txt
sed 's/^	field 1000/	field 7/' all.txt >known.txt
refuses "a known field as an unknown one" 'line 12: ' <known.txt
sed 's/^fact quality.*/fact pixels.letterbox=1/' all.txt >facts.txt
refuses "a fact that is there twice" 'line 3: this fact is there twice' <facts.txt
{ sed '$d' all.txt; printf '# a remark\n\nend skipped 4\n'; } >edited.txt
status "remarks, empty lines and an end without counts are fine" 3 stream-show --from-text edited.txt
same "and change nothing" all.st .out

# the command line
status "two outputs at once are wrong usage" 2 stream-show --json --npy all.st
status "a space is for vectors" 2 stream-show --json --space clip all.st
status "a table needs its records" 2 stream-show --from-npy f4.npy
status "one standard input cannot be two files" 2 stream-show --from-npy - --records -
status "a metric is one of three" 2 stream-show --from-npy f4.npy --records records.jsonl --metric hamming
status "a space has a name of small letters" 2 stream-show --from-npy f4.npy --records records.jsonl --space Clip
status "what is not there cannot be opened" 2 stream-show --from-npy none.npy --records records.jsonl
says "and is named" "cannot open 'none.npy': No such file"
for mode in '' --json --f32\ --space\ sketch --npy\ --space\ sketch --pam; do
	status "a full disk is an error${mode:+ with $mode}" 2 sh -c "stream-show $mode all.st >/dev/full"
done
status "a full disk is an error with --from-text" 2 sh -c 'stream-show --from-text all.txt >/dev/full'
status "a full disk is an error with --from-npy" 2 sh -c 'stream-show --from-npy f4.npy --records records.jsonl >/dev/full'

# the manual
page=$TESTS/../man/stream-show.1
sed -n '/^ornament-stream-text 1$/,/^end /p' "$page" >page.txt
stream-show --from-text page.txt >page.st
status "the text in the manual is one" 3 stream-show page.st
same "and as stream-show writes it" page.txt .out
sed 's/Chair/Stool/' page.txt | stream-show --from-text >stool.st
is "its example with sed does what it says" Stool "$(stream-show --json stool.st | jq -r 'select(.record).record.title')"

# many vectors, little memory
"$HELPERS/generate/vectors" -d 32 -n 20000 v
status "twenty thousand vectors go in" 0 stream-show --from-npy v.npy --records v.jsonl
mv .out v.st
stream-show --npy v.st >w.npy
same "and come out as they were" v.npy w.npy
if ! (ulimit -v 65536 && stream-show --help) >/dev/null 2>&1; then
	skip "memory cannot be limited here"
else
	ok "in 64 MiB of address space" sh -c 'ulimit -v 65536 && stream-show --from-npy v.npy --records v.jsonl >w.st && stream-show --npy w.st | cmp - v.npy'
fi

# a real week
if [ -n "$DATA" ] && [ -x "$BIN/decode" ]; then
	for archive in "$DATA"/uspto/weekly/*.tar; do break; done
	decode "$archive" >week.st
	stream-show week.st >week.txt
	status "a real archive comes back from its text" 0 stream-show --from-text week.txt
	same "byte for byte" week.st .out
else
	skip "the real material is not here (ORNAMENT_TESTDATA)"
fi
status "a space's name of other letters is wrong usage" 2 \
	stream-show --from-npy f4.npy --records three.jsonl --space 'Bad Name'
says "that says which it may have" "'Bad Name' is no name"

# on a terminal
if has_terminal; then
	printf 'ornament-stream-text 1\nend\n' >empty.txt
	status "a stream is not written to a terminal" 2 script -qec "stream-show --from-text empty.txt" /dev/null
	is "which is said" "stream-show: a stream is not for a terminal: give a pipe or a file" "$(tr -d '\r' <.out)"
else
	skip 'there are no pseudo-terminals'
fi
finish
