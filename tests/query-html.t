#!/bin/sh
# SPDX-License-Identifier: ISC
# An answer to look at: the page, as text and in a browser where there is one; a contact sheet; pictures in a terminal.
. "$(dirname "$0")/lib.sh"

mkdir sheets
"$HELPERS"/generate/archive --seed 5 --patents 5 --sheets sheets -o . >list || exit 1
ornament import -d index I*.tar || exit 1
picture=$(ls sheets/*1000003*-D00001.TIF)

# what a hostile archive would put into its texts
cat >hostile.json <<'EOF'
{"patent_id":"D1000001","title":"<script>document.title='x'</script><img src=http://x.example/ onerror=alert(1)> & \"quotes\" ‮turned","loc_class":"06-01","us_class":"D6/1","pub_date":20000104,"filing_date":19990105,"expires":20140104,"applicant_name":"</style></section>'A'","applicant_country":"US","inventor_names":["<b>Bo</b>","Ada"],"assignee_name":"Averyveryveryveryverylongnamewithoutanyblankwhichnolinecanholdandwhichhastobebrokensomewhereinthemiddleofit","claim_text":"\u0001\u0085<!-- ","image_count":1,"term_disclaimer":true}
EOF
{
	printf 'ornament-stream-text 1\nitem "D1000001"\n\trecord\n\t\t'
	sed 's/\\/\\\\/g' hostile.json
	echo 'end items 1 faults 0 skipped 0'
} >hostile.txt
ok 'a record full of markup is indexed' sh -c 'stream-show --from-text <hostile.txt | index-build -d index'

# --- the page as text
# pictures FILE: how many of them a page shows; has NAME PATTERN FILE: the page has a line like this
pictures() { grep -o '<img ' "$1" | wc -l | tr -d ' '; }
has() { if grep -q -e "$2" "$3"; then pass "$1"; else fail "$1"; fi; }
hasnt() { if grep -q -i -e "$2" "$3"; then fail "$1"; else pass "$1"; fi; }

ok 'a picture is answered with a page' query -d index --html --today 2026-02-01 "$picture"
silent 'and nothing else is said'
cp .out page.html
all=$(wc -l <list | tr -d ' ')
is 'it shows the question and every sheet of every patent' "$((all + 1))" "$(pictures page.html)"
is 'one picture of each patent is the best' 5 "$(grep -c '<strong>best</strong>' page.html)"
is 'patents come as without a page' "$(query -d index "$picture" | cut -f2)" \
	"$(sed -n 's/.*class="number">\(D[0-9]*\)<.*/\1/p' page.html)"
query -d index --html --today 2026-02-01 "$picture" >again.html
same 'the same again is the same page' page.html again.html
ok '-o names the file' query -d index --html --today 2026-02-01 -o page2.html "$picture"
is 'nothing is written elsewhere' 0 "$(wc -c <.out | tr -d ' ')"
is 'it is the page' "$(pictures page.html)" "$(pictures page2.html)"
hasnt 'there is no script' '<script' page.html
hasnt 'nothing is fetched' 'src="[^d]\|url(\|@import\|<link\|srcset' page.html
has 'and a browser is told so' "Content-Security-Policy.*default-src 'none'" page.html
has 'markup of a title is text' '<h3>&lt;script&gt;document.title=&#39;x&#39;&lt;/script&gt;&lt;img src=http' page.html
has 'that of an applicant too' '&lt;/style&gt;&lt;/section&gt;&#39;A&#39;, US' page.html
has 'control characters are blanks' '<dd>  &lt;!-- </dd>' page.html
has 'an expired patent says so' 'standing">expired<' page.html
has 'the others are in force' 'standing active">in force<' page.html
has 'a disclaimer is told' '2014-01-04</time> at the latest' page.html
ok 'on another day' query -d index --html --today 2010-01-01 --id D1000001
has 'it was in force' 'standing active">in force<' .out
has 'and others not yet there' 'standing">not yet granted<' .out

# what is in <pre><code> gives the same answer again
repeat() {
	sed -n 's/.*<pre><code>\(.*\)<\/code><\/pre>.*/\1/p' "$1" |
		sed "s/&lt;/</g; s/&gt;/>/g; s/&quot;/\"/g; s/&#39;/'/g; s/&amp;/\&/g"
}
ok 'a question with a filter' env ORNAMENT_INDEX=index query --html -k 3 --where "title != \"it's\" && active" --others --id D1000003
cp .out filtered.html
has 'the filter is told' '<dd>title != &quot;it&#39;s&quot; &amp;&amp; active</dd>' filtered.html
has 'the generation' '<dt>Generation</dt><dd>[0-9]' filtered.html
has 'the weights' '<dt>weights</dt><dd>[0-9a-f]' filtered.html
has 'the probes' '<dt>Probes</dt><dd>all vectors' filtered.html
repeat filtered.html >command
ok 'the command in the page runs' sh command
cp .out repeated.html
repeat repeated.html >command2
is 'on the same day' "$(grep -o -e '--today [0-9]*' command)" "$(grep -o -e '--today [0-9]*' command2)"
sed '/<pre>/d' filtered.html >a
sed '/<pre>/d' repeated.html >b
same 'and makes the same page' a b

ok 'several questions' query -d index --html -k 2 --today 20260201 --id D1000002 "$picture"
is 'are as many sections' 2 "$(grep -c '<section>' .out)"
has 'with their names' '<h2>D1000002</h2>' .out
status 'one that cannot be asked' 3 query -d index --html -k 1 --id D1000002 --id D77
has 'is told in the page' "class=\"fault\">index &#39;index&#39; has no &#39;D0000077&#39;" .out
status 'nothing found' 1 query -d index --html --where 'title == "none"' --id D1000002
has 'is a page too' 'Nothing found' .out
ok 'a filter alone' query -d index --html --where 'pub_date > 1990'
is 'is a list of pictures' "$all" "$(pictures .out)"
hasnt 'without scores' '<data ' .out
printf 'ornament-stream-text 1\nend items 0 faults 0 skipped 0\n' | stream-show --from-text >empty.st
status 'nothing asked' 2 query -d index --html empty.st
status 'two forms at once' 2 query -d index --html --json "$picture"
says 'exclude each other' "'--json' and '--html'"
status 'a full disk' 2 sh -c "query -d index --html '$picture' >/dev/full"
status 'a full disk behind -o' 2 query -d index --html -o /dev/full "$picture"
says 'is named' "^query: cannot write '/dev/full': No space"
echo before >kept.html
head -c 100 empty.st >cut.st
status 'a question that fails' 2 query -d index --html -o kept.html cut.st
is 'leaves the file as it was' before "$(cat kept.html)"
status 'one that fails where there was no file' 2 query -d index --html -o new.html cut.st
ok 'leaves none' test ! -e new.html
ln -s new.html dangling.html
status 'one that fails behind a link to nothing' 2 query -d index --html -o dangling.html cut.st
ok 'leaves the link, and nothing behind it' test -h dangling.html -a ! -e new.html
ok 'answers make what it leads to' query -d index --html --today 2026-02-01 -o dangling.html "$picture"
is 'and the link stays' "$(wc -l <page.html)" "$(test -h dangling.html && wc -l <new.html)"
yes 'a longer page than this one' | head -n 100000 >kept.html
ln -s kept.html link.html
ok 'answers replace all that was there' query -d index --html --today 2026-02-01 -o link.html "$picture"
is 'behind a link too' "$(wc -l <page.html)" "$(wc -l <kept.html)"
status 'a file that cannot be made' 2 query -d index --html -o nowhere/page.html "$picture"
says 'is named' "^query: cannot open 'nowhere/page.html': No such file"

# --- pictures that are none, and none at all; no record; and other measures
toy() {
	cat <<EOF
ornament-stream-text 1
fact space.toy.dimension=2
fact space.toy.metric=$1
item "D0000001" sheet 1
	vector toy 2
		3 4
	thumbnail
		bm8gSlBFRyBhdCBhbGw=
item "photos/<b>.jpg"
	vector toy 2
		0 0
end items 2 faults 0 skipped 0
EOF
}
for metric in l2 ip; do
	toy $metric | stream-show --from-text | index-build -d "$metric-index"
	ok "an index of $metric asks itself" query -d "$metric-index" --html --sheet sheet.png --id D1
	has 'what is no picture is said to be none' 'class="none">no picture<' .out
	is 'of the question and both answers' '3 0' "$(grep -o 'no picture' .out | wc -l | tr -d ' ') $(pictures .out)"
	has 'a path is its title' '<h3>photos/&lt;b&gt;.jpg</h3>' .out
	bars=$(sed -n 's/.*"width:\([0-9.]*\)%.*<data [^>]*>\([-0-9.]*\)<.*/\1 \2/p' .out | tr '\n' ' ')
	if [ $metric = l2 ]; then
		is 'a distance of 5 is a bar of a sixth' '100.0 0.0000 16.7 -5.0000 ' "$bars"
	else
		is 'an inner product is a part of the best' '100.0 25.0000 0.0 0.0000 ' "$bars"
	fi
done

# --- in a browser
browser=
for b in chromium chromium-browser; do
	[ -n "$browser" ] || ! command -v "$b" >/dev/null || browser=$b
done
# look PAGE: at each width "WIDTH pictures N broken N over N titles TEXT", as the browser lays it out
look() {
	cat >look.html <<EOF
<!DOCTYPE html><meta charset="utf-8"><body><pre id="result"></pre>
$(for w in 360 800 1400; do echo "<iframe width=\"$w\" height=\"900\" style=\"border:0\" src=\"$1\"></iframe>"; done)
<script>
addEventListener("load", () => {
	const lines = [];
	for (const frame of document.querySelectorAll("iframe")) {
		const d = frame.contentDocument, pictures = [...d.images];
		const width = d.documentElement.clientWidth;
		const over = [...d.body.querySelectorAll("*")].filter(e => {
			const box = e.getBoundingClientRect();
			return box.right > width + 0.5 || box.left < -0.5;
		});
		lines.push([frame.width, "pictures", pictures.length, "broken",
			pictures.filter(p => !p.complete || !p.naturalWidth).length, "over",
			over.length + (d.documentElement.scrollWidth > width), "scripts", d.scripts.length,
			"shown", [...d.querySelectorAll("h3")].some(h => h.innerText.startsWith("<script>document.title='x'")),
			"title", d.title].join(" "));
	}
	document.getElementById("result").textContent = lines.join("\n");
});
</script>
EOF
	timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --allow-file-access-from-files --user-data-dir="$WORK/profile" \
		--virtual-time-budget=10000 --dump-dom "file://$WORK/look.html" 2>browser.err |
		sed -n '/<pre id="result">/,/<\/pre>/p' | sed 's/<[^>]*>//g' | grep .
}
if [ -z "$browser" ]; then
	skip 'no browser (chromium) is installed'
else
	look page.html >seen
	for w in 360 800 1400; do
		is "at $w pixels all pictures load, nothing overflows, markup is text" \
			"$w pictures $((all + 1)) broken 0 over 0 scripts 0 shown true title What looks like ${picture##*/}" "$(grep "^$w " seen)"
	done
	rm -rf profile
fi

# --- a contact sheet
ok 'a contact sheet' query -d index --sheet sheet.png "$picture"
is 'beside the answer' 5 "$(wc -l <.out | tr -d ' ')"
cp sheet.png first.png
ok 'is a picture' sh -c 'decode sheet.png | stream-show >shown'
has 'of two rows: the question and five patents' 'pixels width 1424 height [67][0-9][0-9] layout rgb' shown
ok 'again' query -d index --json --sheet sheet.png "$picture"
same 'it is the same' first.png sheet.png
ok 'of several questions' query -d index -k 1 --sheet sheet.png "$picture" --id D1000002
ok 'is a picture' sh -c 'decode sheet.png | stream-show >shown'
status 'of nothing' 1 query -d index --where 'title == "none"' --sheet sheet.png --id D1000002
ok 'is one too' sh -c 'decode sheet.png | stream-show >shown'
status 'a sheet on a full disk' 2 query -d index --sheet /dev/full "$picture"
says 'is an error' "^query: cannot write '/dev/full': No space left"
status 'a sheet nowhere' 2 query -d index --sheet nowhere/s.png "$picture"
ok 'a sheet on standard output, answers in a file' query -d index --sheet - -o answers "$picture"
same 'is the same picture' first.png .out
is 'and they are all there' 5 "$(wc -l <answers | tr -d ' ')"
status 'a full disk there' 2 sh -c "query -d index --sheet - -o answers '$picture' >/dev/full"
says 'is an error too' "^query: cannot write standard output: No space left"
for o in '' '-o -'; do
	status "'--sheet - $o' would mix both" 2 query -d nowhere --sheet - $o "$picture"
	says 'and is refused' "standard output has the answers: option '--sheet -' needs '-o FILE'"
done
ok 'no file is called so' test ! -e -

{
	toy l2 | sed '$d'
	awk 'BEGIN {for (i = 0; i < 600; i++) printf "item \"p%d\"\n\tvector toy 2\n\t\t%d 1\n", i, i}'
	echo 'end items 602 faults 0 skipped 0'
} >many.txt
ok 'an index of many' sh -c 'stream-show --from-text <many.txt | index-build -d many'
ok 'answers on a sheet' query -d many -k 700 --sheet sheet.png --id p0
says 'that ends, and says so' '^query: 103 pictures were left out'
is 'while the answers do not' 602 "$(wc -l <.out | tr -d ' ')"

# --- in a terminal
query -d index --thumbs -k 1 --id D1000003 >thumbs
query -d index -k 1 --id D1000003 >plain
same 'without a terminal --thumbs is nothing' plain thumbs
status 'and no business of a page' 2 query -d index --html --thumbs "$picture"
says 'which is told' "'--thumbs' goes with lines, not with '--html'"
if has_terminal; then
	# terminal VARIABLE=VALUE...: what is written to such a terminal
	terminal() {
		env TERM=xterm TERM_PROGRAM= LC_TERMINAL= KITTY_WINDOW_ID= COLUMNS=80 "$@" \
			script -qec 'query -d index --thumbs -k 1 --id D1000003' /dev/null </dev/null | tr -d '\r'
	}
	escape=$(printf '\033')
	terminal x=x >blocks
	is 'half blocks: thirteen lines' 13 "$(grep -c '▀' blocks)"
	has 'whose thin lines are black' '38;2;0;0;0m' blocks
	is 'of three pictures, 80 columns' 80 "$(grep -m1 '▀' blocks | grep -o '▀' | wc -l | tr -d ' ')"
	terminal COLUMNS=12 >blocks
	is 'no wider than the terminal' 12 "$(grep -m1 '▀' blocks | grep -o '▀' | wc -l | tr -d ' ')"
	# the picture in a terminal's protocol is a PNG
	terminal KITTY_WINDOW_ID=1 >kitty
	has 'kitty: its own protocol' "${escape}_Ga=T,f=100,q=2,c=80,r=13,m=1;iVBOR" kitty
	grep -o "_G[^$escape]*" kitty | sed 's/.*;//' | tr -d '\n' | base64 -d >kitty.png
	ok 'of a picture' sh -c 'decode kitty.png | stream-show >shown'
	has '80 cells wide' 'pixels width 800 height 260 layout rgb' shown
	is 'in pieces that it takes' 0 "$(grep -o "_G[^$escape]*" kitty | sed 's/.*;//' | awk 'length > 4096' | wc -l | tr -d ' ')"
	terminal TERM_PROGRAM=iTerm.app >iterm
	has 'iTerm2: its own' "${escape}]1337;File=inline=1;size=[0-9]*;width=80;height=13;preserveAspectRatio=1:iVBOR" iterm
	sed -n "s/.*preserveAspectRatio=1:\([A-Za-z0-9+/=]*\).*/\1/p" iterm | base64 -d >iterm.png
	same 'the same picture' kitty.png iterm.png
	terminal TERM=screen-256color KITTY_WINDOW_ID=1 >blocks
	has 'within screen: half blocks' '▀' blocks
else
	skip 'there are no pseudo-terminals'
fi

finish
