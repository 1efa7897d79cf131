#!/bin/sh
# SPDX-License-Identifier: ISC
# The front command, the manual, and what an installation looks like.
. "$(dirname "$0")/lib.sh"

root=$TESTS/..

status "--help succeeds" 0 ornament --help
silent "and says nothing on stderr"
cp .out help
status "no command is wrong usage" 2 ornament
status "an unknown command is wrong usage" 2 ornament fly
says "and is named" "'fly'"
status "an unknown option is wrong usage" 2 ornament --fly
status "--version succeeds" 0 ornament --version
status "help with a command" 0 ornament help decode
cp .out of-command
decode --help >of-program
same "is the help of the command" of-program of-command
status "help with what is no command is wrong usage" 2 ornament help fly
status "so is help with two commands" 2 ornament help decode embed
status "a full disk is an error" 2 sh -c 'ornament --help >/dev/full'
is "--exec-path says where the programs are" "$BIN" "$(ornament --exec-path)"
status "a command's status is the front command's" 2 ornament decode --no-such-option

for p in "$BIN"/*; do
	p=${p##*/}
	[ "$p" = ornament ] && continue
	if grep -q "^  $p " help; then pass "$p is listed in --help"; else fail "$p is listed in --help" help; fi
	if [ -f "$root/man/$p.1" ]; then pass "$p has a page"; else fail "$p has a page"; fi
	status "$p --help succeeds" 0 "$p" --help
	silent "$p --help says nothing on stderr"
	cp .out "help.$p"
	is "$p --help has the form of all" "Examples: Usage: -q, -v, -h, Exit" "$(awk 'NR == 1 || /^Usage:/ || /^Exit status:/ { print $1 }
		/^  -[qvh], --/ { print $1 }' "help.$p" | tr '\n' ' ' | sed 's/ $//')"
	is "$p --help names the manual" 1 "$(tr '\n' ' ' <"help.$p" | grep -c "The manual is $p(1)\.")"
	is "$p --help fits in 120 columns" "" "$(awk 'length > 120' "help.$p")"
	grep -oE '^  +(-[a-z], )?--[a-z0-9-]+' "help.$p" | sed 's/.*--//' | while read -r option; do
		grep -qE "^\.(It|Op|Oo|Sh|Pp|Nm)?.*Fl .*-$option( |\$)" "$root/man/$p.1" || echo "$option"
	done >missing
	is "$p's options are in its page" "" "$(cat missing)"
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$root/man/$p.1" >synopsis
	grep -oE '^  +(-[a-z], )?--[a-z0-9-]+' "help.$p" | grep -v -e '--help' |
		sed -E 's/^ +-([qv]),.*/Fl q?\1/; s/^ +-([a-z]),.*/Fl \1/; s/^ +--/-/' | while read -r option; do
		grep -qE -e "$option" synopsis || echo "$option"
	done >missing
	is "and in its synopsis" "" "$(cat missing)"
	{
		printf '.Sh %s\n' SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'
		grep -oE '\$ORNAMENT_[A-Z]+' "help.$p" | sed 's/\$/Ev /'
	} | while read -r line; do grep -qF -e "$line" "$root/man/$p.1" || echo "$line"; done >missing
	is "its page has the sections of all, and the environment" "" "$(cat missing)"
	status "$p --version succeeds" 0 "$p" --version
	status "$p refuses an unknown option" 2 "$p" --no-such-option
	says "$p names it" "^$p: .*--no-such-option"
	status "$p --help to a full disk is an error" 2 sh -c "$p --help >/dev/full"
done

for p in classify colorize xml-parse; do
	status "$p writes one form" 2 "$p" --json --tsv /dev/null
	is "and refuses two in the words of all" "$p: options '--json' and '--tsv' exclude each other" "$(head -1 .err)"
done

# what help and manual show of the way from an archive to an index
"$HELPERS"/generate/archive --seed 3 --patents 2 --date 20260106 -o I20260106.tar >/dev/null
sed -n 's/^\(\.Dl\)\{0,1\} *\(decode I20260106\.tar |.*| index-build -d designs\)$/\2/p' help.* "$root"/man/*.1 | sort -u >pipelines
while read -r pipeline; do
	rm -rf designs
	status "it works: $pipeline" 0 sh -c "$pipeline"
	silent "and says nothing"
done <pipelines
is "all pages agree how" 1 "$(wc -l <pipelines | tr -d ' ')"

if command -v mandoc >/dev/null 2>&1; then
	for page in "$root"/man/*.[1-9]; do
		mandoc -T lint -W warning "$page" >lint 2>&1
		if [ -s lint ]; then fail "${page##*/} has no lint" lint; else pass "${page##*/} has no lint"; fi
	done
	sh "$root/scripts/readme" >readme
	same "README.md is made of the manual" "$root/README.md" readme
else
	skip "there is no mandoc"
fi

# what bash completes: complete WORD ..., the last of them the one that is being typed
if command -v bash >/dev/null 2>&1; then
	complete() {
		bash -c '. "$0" && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _ornament && printf "%s\n" "${COMPREPLY[@]}"' \
			"$root/share/completions/ornament" "$@"
	}
	is "a command is completed" query "$(complete ornament qu)"
	is "all of them are" "$(ls "$BIN" | grep -v '^ornament$' | sort | tr '\n' ' ')" \
		"$(complete ornament "" | grep -v -e '^-' -e '^help$' | sort | tr '\n' ' ')"
	is "what help is asked of, too" letterbox "$(complete ornament help le)"
	is "an option is" --precision "$(complete ornament embed --prec)"
	is "a file is left to bash" "" "$(complete ornament decode I2026)"
	for p in "$BIN"/*; do
		p=${p##*/}
		[ "$p" = ornament ] && continue
		grep -oE '^  +(-[a-zA-Z], )?--[a-z0-9-]+' "help.$p" | sed 's/.*--/--/' | sort -u >options
		complete ornament "$p" -- | grep -vx -e --version | sort -u >completed
		same "all options of $p are" completed options
	done
else
	skip "there is no bash"
fi

# an installation works, from wherever it was put, and leaves nothing behind; with the prefix it was built for, so that
# nothing is built again under the other tests
if [ "$BIN" = "$(cd "$root/bin" 2>/dev/null && pwd)" ]; then
	ok "make install" make -s -C "$root" install DESTDIR="$WORK/root"
	is "one name on the PATH" ornament "$(ls root/usr/local/bin)"
	is "the filters are behind it" "$WORK/root/usr/local/libexec/ornament" "$(root/usr/local/bin/ornament --exec-path | sed 's,/bin/\.\./,/,')"
	status "and start" 0 root/usr/local/bin/ornament decode --version
	ok "its completion is where bash looks for it" test -s root/usr/local/share/bash-completion/completions/ornament
	printf 'ornament-stream-text 1\nitem "a"\n\tvector toy 1\n\t\t1\nend items 1 faults 0 skipped 0\n' >toy.txt
	sh -c 'root/usr/local/bin/ornament stream-show --from-text <toy.txt | root/usr/local/bin/ornament index-build -d toy'
	ok "a page finds its style" root/usr/local/bin/ornament query -d toy --html --id a
	if command -v mandoc >/dev/null 2>&1; then
		mandoc -T ascii root/usr/local/share/man/man1/ornament-decode.1 | sed 's/.\x08//g' >page
		is "a page has the name that it is found by" "ORNAMENT-DECODE(1)" "$(head -1 page | cut -d ' ' -f 1)"
		ok "and says what one types" grep -q 'ornament decode \[' page
	fi
	ok "make uninstall" make -s -C "$root" uninstall DESTDIR="$WORK/root"
	is "leaves no file" "" "$(find root -type f)"
else
	skip "an instrumented build is not installed"
fi
finish
