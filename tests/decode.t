#!/bin/sh
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"

status "no file is wrong usage" 2 decode
status "an unknown option is wrong usage" 2 decode --frobnicate x
status "page 0 is wrong usage" 2 decode --page 0 x
status "a file that is not there is skipped" 3 decode nowhere.tif
says "and reported with the system's reason" "^decode: cannot decode 'nowhere.tif': cannot open: No such file or directory$"
: >empty.tif
status "an empty file is skipped" 3 decode empty.tif
says "and reported" "'empty.tif': is empty$"
echo hello >hello.txt
status "a text given by name is skipped" 3 decode hello.txt
says "and reported" "neither a picture"
mkdir folder && cp hello.txt folder && echo '<!doctype html><p>x' >folder/page.html
status "a text or a web page in a folder is no fault" 0 decode -v folder
says "and is counted" "0 documents, 0 pictures, 0 faults, 2 skipped"
printf 'GIF89a.' >folder/anim.gif
printf '\0\0\0\030ftypheic\0\0\0\0mif1heic' >folder/IMG_1.HEIC
printf '%%PDF-1.7\n' >folder/doc.pdf
status "pictures of formats that are not read" 3 decode -v folder
says "are said to be GIF" "'folder/anim.gif': is a GIF file, which is not read here"
says "and HEIC" "'folder/IMG_1.HEIC': is a HEIC file"
says "each once, a PDF in a folder not at all" "0 pictures, 2 faults, 3 skipped"
status "a PDF given by name" 3 decode folder/doc.pdf
says "is said to be one" "is a PDF file"
status "an empty standard input is skipped" 3 decode - </dev/null
printf '<?xml version="1.0"?>\n<a/>\n' >a.xml
status "an XML document is read" 0 decode -v a.xml
says "as a document" "1 documents, 0 pictures"
status "a lost output is a failure" 2 sh -c 'decode a.xml >/dev/full'
tar cf a.tar a.xml hello.txt
status "a tar is read" 0 decode -v a.tar
says "and what is none of ours is counted" "1 documents, 0 pictures, 0 faults, 1 skipped"
status "so is one that comes through a pipe" 0 sh -c 'cat a.tar | decode -v -'
gzip -k a.tar
status "a packed tar is read" 0 decode -v a.tar.gz
says "with the same counts" "1 documents, 0 pictures, 0 faults, 1 skipped"
head -c 512 a.tar >cut.tar
status "a tar that is cut behind a header is reported" 3 decode cut.tar
head -c 1024 a.tar >cut.tar
status "a tar that is cut between two members is reported" 3 decode cut.tar
says "as such" "no end mark"

if [ -n "$DATA" ] && [ -d "$DATA" ]; then
	status "the real archives are read without a fault" 0 sh -c 'decode -v "$1"/uspto/weekly/*.tar >all' sh "$DATA"
	says "29 patents and all their sheets" "29 documents, 173 pictures, 0 faults, 0 skipped"
	status "through a pipe the same" 0 sh -c 'cat "$1"/uspto/weekly/I20210105.tar | decode -v - >pipe' sh "$DATA"
else
	skip "the real material is not here (ORNAMENT_TESTDATA)"
fi
finish
