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

finish
