#!/bin/sh
# SPDX-License-Identifier: ISC
# xml-parse: the record of every version of the USPTO's grants, element by element, and the real ones.
. "$(dirname "$0")/lib.sh"
. "$TESTS/grants.sh"

# field NAME EXPECTED FILTER FILE   what jq finds in the record of this document
field() { is "$1" "$2" "$(xml-parse --json "$4" | jq -rc "$3")"; }

# --- ST.32 ---
st32 D0456592 'Hula skirt' >v25.xml
cat >expected <<'END'
{"patent_id":"D0456592","kind":"S1","title":"Hula skirt","loc_class":"02-02","loc_edition":7,"us_class":"D2/851","us_classes":["D2/851","D2/47","D3/203.2"],"pub_date":20020507,"filing_date":20010326,"application_number":"29139109","grant_term":14,"expires":20160507,"term_disclaimer":true,"applicant_name":"Jürgen Voß","applicant_country":"DE","applicants":[{"name":"Jürgen Voß","country":"DE","state":null,"city":"Köln","role":"applicant-inventor"},{"name":"Ann Lee","country":"US","state":"OR","city":"Salem","role":"applicant-inventor"}],"inventor_names":["Jürgen Voß","Ann Lee"],"assignee_name":"Voss & Lee","assignees":[{"name":"Voss & Lee","country":"DE","state":null,"city":"Bonn","role":"03"},{"name":"Eve Roe","country":null,"state":null,"city":null,"role":"04"}],"claim_text":"The ornamental design for a skirt.","figures":["FIG. 1 is a view of design #1; and,","FIG. 2 is taken along line 6—6."],"image_count":2,"images":["USD0456592-20020507-D00000.TIF","USD0456592-20020507-D00001.TIF"],"landscape":[],"citations":[{"number":"D0271298","country":"US","kind":null,"date":19831100,"name":"O'Neill et al.","class":"2/2.15","category":"cited by examiner","text":null},{"number":"299466","country":"GB","kind":"A","date":19840200,"name":null,"class":null,"category":"cited by other","text":null},{"number":null,"country":null,"kind":null,"date":null,"name":null,"class":null,"category":"cited by other","text":"Catalog—p. 3"}],"priority":[{"number":"2000-029456","country":"JP","kind":null,"date":20001013},{"number":"400 02 946","country":"DE","kind":null,"date":null}],"hague":null}
END
status 'a grant of v2.5' 0 xml-parse --json v25.xml
same 'has this record, byte for byte' expected .out
st32 D0435854 'Disc' S 2.4 >v24.xml
field 'kind S of v2.4 is a design' 'D0435854 S' '"\(.patent_id) \(.kind)"' v24.xml
sed '/<EMI/d' v25.xml >entities.xml
field 'images without EMI come from the NDATA entities' '["USD0456592-20020507-D00000.TIF","USD0456592-20020507-D00001.TIF"]' \
	.images entities.xml
st32 06382345 'Pump' B2 >v25-utility.xml
status 'a utility patent of v2.5' 0 xml-parse -v --json v25-utility.xml
is 'has no record' '' "$(cat .out)"
says 'and is counted' '0 design grants, 0 faults, 1 skipped'

# --- ST.36 ---
person() { printf '<addressbook><last-name>%s</last-name><first-name>%s</first-name><address><city>Lund</city><country>%s</country></address></addressbook>' "$1" "$2" "$3"; }
st36_parts D0513425 v4.2 "<us-term-of-grant><length-of-grant>14</length-of-grant><disclaimer><text>This patent is
 subject to a terminal disclaimer.</text></disclaimer></us-term-of-grant>
<priority-claims><priority-claim sequence='01' kind='regional'><country>EM</country><doc-number>001-02</doc-number><date>20100910</date></priority-claim></priority-claims>
<references-cited><citation><patcit num='00001'><document-id><country>US</country><doc-number>D382617</doc-number><kind>S</kind><name>Oak</name><date>19970800</date></document-id></patcit><category>cited by examiner</category><classification-national><country>US</country><main-classification> 745022</main-classification></classification-national></citation>
<citation><nplcit num='00002'><othercit>H<sub>2</sub>O &#x201c;catalog&#x201d;,  p. 8.</othercit></nplcit><category>cited by other</category></citation></references-cited>
<parties><applicants><applicant sequence='001' app-type='applicant-inventor'>$(person Kohl Harald FR)</applicant>
<applicant sequence='002' app-type='applicant'>$(person Heir Ida unknown)<residence><country>SE</country></residence></applicant></applicants></parties>
<assignees><assignee><orgname>Bare Ltd</orgname><role>03</role></assignee></assignees>" "<description id='description'>
<?brief-description-of-drawings end='lead'?><description-of-drawings><p><figref idref='DRAWINGS'>FIG. 1</figref> is a <b>view</b>;</p>
<p>The broken lines<br/>are no part.</p></description-of-drawings></description>
<claims id='claims'><claim><claim-text>We claim:</claim-text><claim-text>The design.</claim-text></claim></claims>" >v42.xml
field 'applicants of v4.2, a country by residence' \
	'[{"name":"Harald Kohl","country":"FR","state":null,"city":"Lund","role":"applicant-inventor"},{"name":"Ida Heir","country":"SE","state":null,"city":"Lund","role":"applicant"}]' \
	.applicants v42.xml
field 'of whom only the inventors are inventors' '["Harald Kohl"]' .inventor_names v42.xml
field 'an assignee without an address book' '[{"name":"Bare Ltd","country":null,"state":null,"city":null,"role":"03"}]' .assignees v42.xml
field 'a terminal disclaimer' true .term_disclaimer v42.xml
field 'priority' '[{"number":"001-02","country":"EM","kind":"regional","date":20100910}]' .priority v42.xml
field 'a cited patent' '{"number":"D0382617","country":"US","kind":"S","date":19970800,"name":"Oak","class":"74/502.2","category":"cited by examiner","text":null}' \
	'.citations[0]' v42.xml
field 'cited literature, its markup and quotes in the text' 'H2O “catalog”, p. 8.' '.citations[1].text' v42.xml
field 'figures are paragraphs, markup within is text' '["FIG. 1 is a view;","The broken lines are no part."]' .figures v42.xml
field 'two claim texts are words apart' 'We claim: The design.' .claim_text v42.xml
field 'granted on 29 February, filed from 13 May 2015: out of force on 1 March, fifteen years later' 20430301 .expires v42.xml
field 'what is not there is null, false or empty' '[null,null,null,[],0,[],[],null]' \
	'[.loc_class,.loc_edition,.us_class,.us_classes,.image_count,.images,.landscape,.hague]' v42.xml

st36_parts D0680087 v4.3 "<us-parties><us-applicants><us-applicant app-type='applicant' applicant-authority-category='assignee'><addressbook><orgname>Acme &amp; Co</orgname><address><city>Bend</city><state>OR</state><country>US</country></address></addressbook></us-applicant></us-applicants>
<inventors><inventor>$(person Fujii Yoshito JP)</inventor><deceased-inventor>$(person Ohta Ken JP)</deceased-inventor></inventors></us-parties>
<us-references-cited><us-citation><patcit><document-id><country>EM</country><doc-number>002-1</doc-number></document-id></patcit><category>cited by applicant</category></us-citation></us-references-cited>
<assignees><assignee><addressbook><orgname>A</orgname><role>02</role></addressbook></assignee><assignee><addressbook><prefix>Dr.</prefix><last-name>B</last-name><first-name>C</first-name><suffix>Jr.</suffix><role>05</role></addressbook></assignee></assignees>
<classification-national><main-classification>D14138 G</main-classification><further-classification> D2728</further-classification></classification-national>
<hague-agreement-data><international-filing-date><date>20190730</date></international-filing-date><international-registration-number>DM/204457</international-registration-number></hague-agreement-data>" >v43.xml
field 'applicants of v4.3' '[{"name":"Acme & Co","country":"US","state":"OR","city":"Bend","role":"assignee"}]' .applicants v43.xml
field 'inventors of v4.3, a deceased one too' '["Yoshito Fujii","Ken Ohta"]' .inventor_names v43.xml
field 'two assignees, one a person' '["A","Dr. C B Jr."]' '[.assignees[].name]' v43.xml
field 'a foreign citation' '{"number":"002-1","country":"EM","kind":null,"date":null,"name":null,"class":null,"category":"cited by applicant","text":null}' \
	'.citations[0]' v43.xml
field 'classes with letters and with a blank before' '["D14/138 G","D2/728"]' .us_classes v43.xml
field 'Hague data' '{"registration_number":"DM/204457","registration_date":null,"filing_date":20190730,"publication_date":null}' .hague v43.xml

st36 D0910058 'Electronic <i>device</i> with
 animated<sup>2</sup> interface' >v45.xml
field 'a title in parts' 'Electronic device with animated2 interface' .title v45.xml
field 'sheets and those that lie sideways' '[2,["USD0910058-20210209-D00000.TIF","USD0910058-20210209-D00001.TIF"],["USD0910058-20210209-D00001.TIF"]]' \
	'[.image_count,.images,.landscape]' v45.xml
field 'filed 13 May 2015 or later: fifteen years' 20360209 .expires v45.xml
sed 's/20190301/20150512/' v45.xml >early.xml
field 'filed before: fourteen' 20350209 .expires early.xml
st36_parts D0982279 v4.7 '' >v47.xml
field 'a grant of v4.7 that is only bibliographic' '["D0982279",null,[],0]' '[.patent_id,.claim_text,.figures,.image_count]' v47.xml
is 'every record has the keys in their order' "$(xml-parse --json v25.xml | jq -c keys_unsorted)" \
	"$(xml-parse --json v42.xml v43.xml v45.xml v47.xml | jq -c keys_unsorted | sort -u)"

# --- the real ones ---
if [ -d "$DATA/uspto" ]; then
	cd "$DATA/uspto" || exit 1
	for case in xml:194 concatenated/ipg080101.small.xml:6 concatenated/ipg120103.small.xml:3 concatenated/pg020507hundred.xml:100; do
		path=${case%:*}
		[ -d "$path" ] && set -- "$path"/*.XML || set -- "$path"
		xml-parse --json "$@" >"$WORK/records" 2>"$WORK/.err" || echo "status $?" >>"$WORK/.err"
		is "$path holds ${case#*:} design grants, none malformed" "${case#*:} 0" \
			"$(jq -s length "$WORK/records") $(wc -c <"$WORK/.err" | tr -d ' ')"
		is 'none without title, number, classes, dates or inventors' 0 "$(jq -c 'select((.title and .us_class and .loc_class
			and .pub_date and .filing_date and .expires and .applicant_name and .application_number and .loc_edition
			and (.patent_id | test("^D[0-9]{7}$")) and (.inventor_names | length > 0) and (.citations | length > 0)) | not)' \
			"$WORK/records" | wc -l | tr -d ' ')"
		is 'as many sheets as the source lists' "$(cat "$@" | grep -cE '<(EMI|img) .*(FILE|file)="USD')" "$(jq -s 'map(.image_count) | add' "$WORK/records")"
		is 'as many of them sideways' "$(cat "$@" | grep 'file="USD' | grep -c 'orientation="landscape"')" "$(jq -s 'map(.landscape | length) | add' "$WORK/records")"
		is 'every US class is read' '' "$(jq -r '.us_classes[]' "$WORK/records" | grep -vE '^D[0-9]+/[0-9]+(\.[0-9]+)?( [A-Z]+)?$')"
	done
	cd "$WORK" || exit 1
else
	skip 'the real material is not here (ORNAMENT_TESTDATA)'
fi

finish
