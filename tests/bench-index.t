#!/bin/sh
# SPDX-License-Identifier: ISC
# The comparison of the index with others, tests/bench/index.sh, runs from end to end. What stands in for another library is this index
# itself, by the peers' rules: it is built, asked with their parameters, and answers with rows of the table.
. "$(dirname "$0")/lib.sh"

bench() { ORNAMENT_BIN=$BIN ORNAMENT_HELPERS=$HELPERS sh "$TESTS/bench/index.sh" "$@"; }
# good NAME: of each kind of questions whether the higher recall was reached in the race, as 1 or 0
good() {
	awk -v name="$1" 'index($0, name) == 1 && n++ < 2 {
		for (i = 1; i <= NF; i++)
			if ($i ~ /^[01]\.[0-9][0-9][0-9][0-9]$/)
				printf "%d ", ($i >= 0.99)
	}' race
}

mkdir w
cat >w/hnswlib.adapter <<'E'
#!/bin/sh
case $1 in
build) echo "$4 $5" >"$3" ;;
serve)
	while read -r first count ef; do echo "$first $count nprobe=$ef"; done | "$HELPERS/bench/search" serve index "$2" pictures ;;
esac
E
chmod +x w/hnswlib.adapter
export HELPERS

ok "all parts are shown" bench -w w -n 12000 -d 64 -q 30 -r 1 -p hnswlib -g '8x40 9x50' -s 'build sweep race filter floor start'
mv .out table
is "what was built has its row, each graph of a peer too" \
	'ornament,hnswlib M=8 efC=40,hnswlib M=9 efC=50' "$(sed -n '/^building/,/^$/s/   .*//p' table | sed 1d | paste -sd, -)"
is "a graph is made of what was asked for" '8 40' "$(cat w/hnswlib-8x40.peer)"
sed -n '/^by turns/,/^$/p' table >race
for name in "ornament, pictures " "ornament, patents " hnswlib; do
	is "$name: as good as was asked for with both kinds of questions" '1 1 ' "$(good "$name")"
done
is "the first contestant is not compared with itself, the others are" '' \
	"$(awk 'NR > 1 && NF { n = match($0, /[01]\.[0-9][0-9][0-9][0-9]/); $0 = substr($0, n); if (NF != (row++ < 2 ? 5 : 6) && row < 10) print }' race)"

ok "another run makes nothing again" bench -w w -p '' -s race
is "and goes without peers" "$(sed -n '1s/; .*/; no hnswlib, no Faiss/p' table)" "$(sed -n 1p .out)"

bench -s nothing >.out 2>.err
is "an unknown part is refused" "2 index.sh: -s is of: build sweep race filter floor add start memory; not 'nothing'" "$? $(cat .err)"
finish
