#!/bin/sh
# SPDX-License-Identifier: ISC
# Archives within archives, directories, names, offsets, what is left out, and what is damaged.
. "$(dirname "$0")/lib.sh"

PACK=$HELPERS/generate/pack
mkdir p && "$HELPERS/generate/pictures" p >/dev/null || exit 1
cp p/bit-g4.tif sheet.tif
printf '<?xml version="1.0"?>\n<us-patent-grant/>\n' >grant.xml
echo hello >hello.txt
: >nothing

# items FILE: identity of each item, with ! for a fault and ? for an XML document
items() {
	stream-show --json "$1" | jq -r 'select(.identity) | .identity + (if .fault then "!" else "" end) + (if .xml then "?" else "" end)' |
		tr '\n' ' ' | sed 's/ $//'
}
# facts FILE JQ
facts() { stream-show --json "$1" | jq -r "select(.identity) | $2" | tr '\n' ' ' | sed 's/ $//'; }

# --- a weekly archive, in every container -------------------------------------------------------------------------------
N=USD0910058-20210209
"$PACK" zip "$N.ZIP" "$N/$N-D00000.TIF=sheet.tif" "$N/$N-D00002.TIF=sheet.tif" "$N/$N-D00001.TIF=sheet.tif" "$N/$N.XML=grant.xml"
"$PACK" stored "$N.stored" "$N/$N-D00000.TIF=sheet.tif" "$N/$N.XML=grant.xml"
patent="D0910058? D0910058/00000 D0910058/00001 D0910058/00002"
for kind in tar tar.gz tar.bz2 tar.xz tar.zst zip stored; do
	"$PACK" $kind week "I20210209/DESIGN/$N.ZIP=$N.ZIP" "I20210209/README.txt=hello.txt"
	status "a patent in a $kind is read" 0 sh -c 'decode -v week >.st'
	says "and the text beside it counted" "1 documents, 3 pictures, 0 faults, 1 skipped"
	is "$kind: the document first, then the sheets in order" "$patent" "$(items .st)"
	status "the same through a pipe" 0 sh -c 'cat week | decode - >.pipe'
	is "$kind through a pipe: the same items" "$patent" "$(items .pipe)"
done
mkdir -p "tree/I20210209/DESIGN/$N" "flat/$N"
cp sheet.tif "tree/I20210209/DESIGN/$N/$N-D00001.TIF" && cp grant.xml "tree/I20210209/DESIGN/$N/$N.XML"
cp "$N.ZIP" flat/
status "an unpacked tree is read" 0 sh -c 'decode tree >.st'
is "with its numbers" "D0910058? D0910058/00001" "$(items .st)"
is "and paths" "tree/I20210209/DESIGN/$N/$N.XML tree/I20210209/DESIGN/$N/$N-D00001.TIF" "$(facts .st .source.member)"
status "a directory of ZIPs is read" 0 sh -c 'decode flat >.st'
is "with its patents" "$patent" "$(items .st)"
gzip -c sheet.tif >sheet.tif.gz
status "a packed picture is read" 0 sh -c 'decode sheet.tif.gz >.st'
is "under its name" "sheet.tif.gz" "$(items .st)"
is "without a place to seek" null "$(facts .st .source.offset)"

# --- where it came from: an original is one seek away ---------------------------------------------------------------------
# each FILE: the bytes at each item's offset are the file of that size and checksum, as perl's zlib sees it
seek() {
	stream-show --json "$1" | jq -r 'select(.source.offset) | "\(.source.archive) \(.source.offset) \(.source.stored_size) \(.source.method) \(.source.size) \(.source.crc)"' |
		perl -MCompress::Zlib -ane '
			open my $f, "<", $F[0] or die; binmode $f; seek $f, $F[1], 0; read $f, my $data, $F[2];
			if ($F[3] == 8) { my ($z) = inflateInit(-WindowBits => -MAX_WBITS); ($data) = $z->inflate($data); }
			printf "%s", length($data) == $F[4] && sprintf("%08x", crc32($data)) eq $F[5] ? "=" : "x"'
}
"$PACK" tar week.tar "I20210209/DESIGN/$N.ZIP=$N.ZIP" "I20210209/DESIGN/a-name-that-is-longer-than-a-hundred-bytes-a-name-that-is-longer-than-a-hundred-bytes-a-name-that-is-longer.tif=sheet.tif" "stored.zip=$N.stored"
decode week.tar >.st
is "in a tar every item can be sought, deflated or not, behind long names too" "=======" "$(seek .st)"
"$PACK" stored week.zip "a.tar=week.tar" "b.tif=sheet.tif"
decode week.zip >.st
is "a tar in a stored ZIP is as good" "========" "$(seek .st)"
"$PACK" zip week.zip "a.tar=week.tar" "b.tif=sheet.tif"
decode week.zip >.st
is "in a deflated one only what lies in it directly" "=" "$(seek .st)"
gzip -kf week.tar && decode week.tar.gz >.st
is "in a packed tar nothing" "" "$(seek .st)"
decode sheet.tif >.st
is "a loose file has its path, size and checksum" " sheet.tif $(wc -c <sheet.tif) null" \
	"$(facts .st '"\(.source.archive) \(.source.member) \(.source.size) \(.source.offset)"' | sed 's/^null/ /; s/^  */ /')"
is "a picture in an archive is named by both paths" "week.tar.gz/I20210209/DESIGN/a-name-that-is-longer-than-a-hundred-bytes-a-name-that-is-longer-than-a-hundred-bytes-a-name-that-is-longer.tif" \
	"$(decode week.tar.gz | stream-show --json | jq -r 'select(.identity) | .identity' | grep name)"

# --- what is left out -------------------------------------------------------------------------------------------------------
"$PACK" tar kinds.tar "I20210209/DESIGN/$N.ZIP=$N.ZIP" "I20210209/UTIL/US10912241-20210209.ZIP=$N.ZIP" \
	"I20210209/PLANT/USPP032681-20210209.ZIP=$N.ZIP" "I20210209/REISSUE/USRE048420-20210209.ZIP=$N.ZIP" \
	"US10912242-20210209/US10912242-20210209-D00001.TIF=sheet.tif" "plant/rose.tif=sheet.tif" "plant/._rose.tif=hello.txt"
status "other kinds of grants are no fault" 0 sh -c 'decode -v kinds.tar >.st'
says "but counted" "1 documents, 4 pictures, 0 faults, 5 skipped"
is "a photograph of a plant is taken" "$patent kinds.tar/plant/rose.tif" "$(items .st)"
decode --include '*-D00000.TIF' kinds.tar >.st
is "--include picks files in inner archives" "D0910058/00000" "$(items .st)"
decode --exclude '*.ZIP' --exclude '*rose*' kinds.tar >.st
is "--exclude keeps out of inner archives" "" "$(items .st)"
decode --include '*.XML' --include '*-D00001.TIF' --exclude '*0001.TIF' kinds.tar >.st
is "--exclude wins" "D0910058?" "$(items .st)"
mkdir loose && cp sheet.tif loose/a.tif && cp sheet.tif loose/b.tif
status "so it does among files that are named" 0 sh -c 'decode -v --include "*.tif" --exclude "*/b.tif" loose/a.tif loose/b.tif >.st'
says "where what is left out is counted, too" "0 documents, 1 pictures, 0 faults, 1 skipped"
is "and an archive that is named is opened" "$(decode kinds.tar | cksum)" "$(decode --exclude kinds.tar kinds.tar | cksum)"

decode "$N.ZIP" | stream-show --json | jq -r 'select(.identity) | "\(.source.crc) \(.source.size) \(.identity)"' >keys
sed -n '1p;3p' keys >some
status "--skip-from leaves out what is listed" 0 sh -c 'decode -v --skip-from some "$1" >.st' sh "$N.ZIP"
says "and counts it" "0 documents, 2 pictures, 0 faults, 2 skipped"
is "the same bytes under another identity are kept" "D0910058/00000 D0910058/00002" "$(items .st)"
sed -n '3s/ D.*//p' keys >some
decode --skip-from some "$N.ZIP" >.st
is "without an identity all of these bytes are meant" "D0910058?" "$(items .st)"
head -c 60 "$N.ZIP" >.head
decode --skip-from keys "$N.ZIP" >.st
is "all of them: nothing is left" "" "$(items .st)"
cat p/raw.ppm p/plain.pgm >two.pnm
decode two.pnm | stream-show --json | jq -r 'select(.identity) | "\(.source.crc) \(.source.size) \(.identity)"' | head -1 >some
decode --skip-from some two.pnm >.st
is "of a file with pages only the known one" "two.pnm#2" "$(items .st)"
echo "12 34" >some
status "a list of something else is a failure" 2 decode --skip-from some sheet.tif
says "with its line" "line 1 is not"
status "so is a directory for a list" 2 decode --skip-from . sheet.tif
says "and the reason stands once" "^decode: cannot read '\.': Is a directory$"
printf 'sheet.tif\0p/raw.ppm\0' >names
status "--files0-from reads names" 0 sh -c 'decode --files0-from names >.st'
is "all of them" "sheet.tif p/raw.ppm" "$(items .st)"
status "also from standard input" 0 sh -c 'decode --files0-from - <names >.st'
status "an empty name is a mistake in the list" 2 sh -c 'printf "sheet.tif\0\0sheet.tif\0" | decode --files0-from - >.st'
says "and that is said" "cannot read '-': a name in it is empty"
status "a name that is not there is a fault" 3 sh -c 'printf "none\0sheet.tif\0" | decode --files0-from - >.st'
is "and the next one read" "none! sheet.tif" "$(items .st)"

# --- damage: one message, one fault, nothing else lost ----------------------------------------------------------------------
head -c 2000 "$N.ZIP" >cut.zip
head -c 300 sheet.tif >cut.tif
"$PACK" zip bad.zip "$N/$N-D00001.TIF=cut.tif" "$N/$N-D00002.TIF=nothing" "$N/$N-D00003.TIF=hello.txt" "$N/$N-D00004.TIF=sheet.tif" "$N/x.html=hello.txt" "$N/$N.XML=grant.xml"
"$PACK" tar bad.tar "DESIGN/USD0910057-20210209.ZIP=cut.zip" "DESIGN/$N.ZIP=bad.zip" "DESIGN/last.tif=sheet.tif"
status "a damaged archive is read to its end" 3 sh -c 'decode -v bad.tar >.st'
is "with a message for each loss, and the counts" "5" "$(wc -l <.err | tr -d ' ')"
is "and a fault item" "D0910057! D0910058? D0910058/00001! D0910058/00002! D0910058/00003! D0910058/00004 bad.tar/DESIGN/last.tif" "$(items .st)"
says "that names the file" "cannot decode 'bad.tar/DESIGN/$N.ZIP/$N/$N-D00002.TIF': is empty"

# a flipped byte in a ZIP: its checksum sees every one in the data
size=$(wc -c <"$N.ZIP")
seed=11 bad=
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	place=$((100 + seed / 65536 % 400))
	{ head -c "$place" "$N.ZIP"; printf "\\$(printf %o $((seed % 251)))"; tail -c +$((place + 2)) "$N.ZIP"; } >flip.zip
	got=0
	decode flip.zip >.st 2>.err || got=$?
	cmp -s flip.zip "$N.ZIP" || [ "$got" -eq 3 ] || bad="$bad $place:$got"
done
is "a byte flipped in a member's data is reported" "" "$bad"

# a cut tar is never silent, wherever: in a header, in data, between two members, before its end mark
"$PACK" tar cut.whole "a.tif=sheet.tif" "b.zip=$N.ZIP" "c.tif=sheet.tif"
end=$(($(tar tvRf cut.whole | sed -n 's/^block \([0-9]*\):.*End of File.*/\1/p;s/^block \([0-9]*\): \*\* Block of NULs.*/\1/p' | head -1) * 512))
bad=
for at in 512 1024 1536 2048 2560 $((end - 512)) $((end - 100)) $end $((seed / 65536 % end)) $((seed / 999 % end)) $((seed / 7777 % end)); do
	head -c "$at" cut.whole >cut.tar
	got=0
	decode cut.tar >.st 2>.err || got=$?
	[ "$got" -eq 3 ] || bad="$bad $at:$got"
done
is "a tar cut anywhere is reported" "" "$bad"
is "and what was whole is kept" "cut.tar/a.tif" "$(head -c 4096 cut.whole >cut.tar; decode cut.tar 2>.err | stream-show --json 2>.err | jq -r 'select(.pixels) | .identity' | head -1)"
size=$(wc -c <week.tar.gz) bad=
for at in 100 $((size / 3)) $((size / 2)) $((size - 20)); do
	head -c "$at" week.tar.gz >cut.tar.gz
	got=0
	decode cut.tar.gz >.st 2>.err || got=$?
	[ "$got" -eq 3 ] || bad="$bad $at:$got"
done
is "a packed tar cut anywhere is reported" "" "$bad"
# a header overwritten: the members behind it are found again
second=$(decode cut.whole | stream-show --json | jq -r 'select(.source.member == "a.tif") | .source.offset + .source.size')
second=$(((second + 511) / 512 * 512))
{ head -c $((second + 100)) cut.whole; printf xxxx; tail -c +$((second + 105)) cut.whole; } >flip.tar
status "a damaged header is reported" 3 sh -c 'decode flip.tar >.st'
ok "and the members behind it are read" grep -q 'flip.tar/c.tif' .st
{ head -c 100 cut.whole; printf xxxx; tail -c +105 cut.whole; } >flip.tar
status "a damaged first header is reported" 3 decode flip.tar
# zeros over the second member look like the end of the archive
{ head -c 1536 cut.whole; head -c 2048 /dev/zero; tail -c +3585 cut.whole; } >zeros.tar
status "zeros in the middle are no end" 3 sh -c 'decode zeros.tar >.st'
ok "what lies behind them is read" grep -q 'zeros.tar/c.tif' .st

# --- hostile --------------------------------------------------------------------------------------------------------------
head -c 34000000 /dev/zero >zeros
"$PACK" zip inner.zip "a.TIF=zeros"
"$PACK" zip bomb.zip "inner.zip=inner.zip" "good.tif=sheet.tif"
status "a bomb in two ZIPs is refused" 3 sh -c 'decode bomb.zip >.st'
says "by its ratio" "unpacks to more than 2000 times its size"
ok "and what lies beside it is read" grep -q "bomb.zip/good.tif" .st
"$PACK" tar.zst bomb.tar.zst "a.TIF=zeros"
status "so is one in a packed tar" 3 decode bomb.tar.zst
says "by its ratio too" "unpacks to more than 2000 times its size"
rm zeros
cp sheet.tif nest.tif
"$PACK" zip nest "x.tif=nest.tif"
for i in 2 3 4; do "$PACK" zip nest2 "n$i=nest" && mv nest2 nest; done
status "four archives in one another are read" 0 sh -c 'decode nest >.st'
is "with the whole path" "nest/n4/n3/n2/x.tif" "$(items .st)"
"$PACK" zip nest2 "n5=nest"
status "five are too many" 3 decode nest2
says "with a message" "too many archives within archives"
"$PACK" tar evil.tar "../../etc/x.tif=sheet.tif" "/abs.tif=sheet.tif"
status "names that lead elsewhere are only names" 0 sh -c 'decode evil.tar >.st'
ln -s . tree/loop && ln -s ../sheet.tif tree/link.tif
status "links between directories do not go in circles" 0 sh -c 'decode tree >.st'
is "links to files are files" "D0910058? D0910058/00001 tree/link.tif" "$(items .st)"

deep=deep
for i in 1 2 3 4 5 6 7; do deep=$deep/$deep; done
mkdir -p "$deep" && cp sheet.tif "$deep/x.tif"
status "a deep tree is walked" 0 sh -c 'decode deep >.st'
is "to its end" "$deep/x.tif" "$(items .st)"

if [ -n "$DATA" ] && [ -d "$DATA" ]; then
	decode "$DATA"/uspto/weekly/*.tar >all
	is "in the real archives every item is one seek away" "$(printf '%202s' | tr ' ' =)" "$(seek all)"
	is "a sheet is turned where the grant says landscape" "$(facts all .xml | tr '<' '\n' | grep -c '^img .*orientation="landscape"')" \
		"$(facts all .page.turn | tr ' ' '\n' | grep -c 1)"
	bad=
	for at in 1000 77777 123456 200001 300000 358000; do
		head -c "$at" "$DATA/uspto/weekly/I20210105.tar" >cut.tar
		got=0
		decode cut.tar >.st 2>.err || got=$?
		stream-show --json .st >/dev/null 2>&1
		[ "$?$got" = 33 ] || bad="$bad $at:$got"
	done
	is "a real archive cut anywhere is reported" "" "$bad"
else
	skip "the real material is not here (ORNAMENT_TESTDATA)"
fi
finish
