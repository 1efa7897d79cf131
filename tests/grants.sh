# SPDX-License-Identifier: ISC
# Read by tests/xml-parse*.t: small grants in the shapes of the USPTO's versions, of our own making.

# st36 NUMBER TITLE [TYPE [KIND]]   v4.5
st36() {
	cat <<END
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>
<us-patent-grant lang="EN" dtd-version="v4.5 2014-04-03" file="US$1-20210209.XML" country="US" date-publ="20210209">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>$1</doc-number><kind>${4:-S1}</kind><date>20210209</date></document-id></publication-reference>
<application-reference appl-type="${3:-design}"><document-id><country>US</country><doc-number>29700001</doc-number><date>20190301</date></document-id></application-reference>
<us-term-of-grant><length-of-grant>15</length-of-grant></us-term-of-grant>
<classification-locarno><edition>13</edition><main-classification>0601</main-classification></classification-locarno>
<classification-national><country>US</country><main-classification>D 6334</main-classification></classification-national>
<invention-title id="d2e53">$2</invention-title>
</us-bibliographic-data-grant>
<drawings id="DRAWINGS">
<figure id="Fig-EMI-D00000" num="00000"><img id="EMI-D00000" file="US$1-20210209-D00000.TIF" img-format="tif"/></figure>
<figure id="Fig-EMI-D00001" num="00001"><img id="EMI-D00001" file="US$1-20210209-D00001.TIF" orientation="landscape" img-format="tif"/></figure>
</drawings>
<claims id="claims"><claim id="CLM-00001" num="00001"><claim-text>The ornamental design for a $2, as shown.</claim-text></claim></claims>
</us-patent-grant>
END
}

# st32 NUMBER TITLE [KIND [VERSION]]   v2.5, v2.4: a person's design with two inventors, an assignee, named characters
st32() {
	cat <<END
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PATDOC SYSTEM "ST32-US-Grant-025xml.dtd" [
<!ENTITY US$1-20020507-D00000.TIF SYSTEM "US$1-20020507-D00000.TIF" NDATA TIF>
<!ENTITY US$1-20020507-D00001.TIF SYSTEM "US$1-20020507-D00001.TIF" NDATA TIF>
]>
<PATDOC DTD="${4:-2.5}" STATUS="Build 20020101">
<SDOBI>
<B100><B110><DNUM><PDAT>$1</PDAT></DNUM></B110><B130><PDAT>${3:-S1}</PDAT></B130><B140><DATE><PDAT>20020507</PDAT></DATE></B140><B190><PDAT>US</PDAT></B190></B100>
<B200><B210><DNUM><PDAT>29139109</PDAT></DNUM></B210><B211US><PDAT>29</PDAT></B211US><B220><DATE><PDAT>20010326</PDAT></DATE></B220></B200>
<B300><B310><DNUM><PDAT>2000-029456</PDAT></DNUM></B310><B320><DATE><PDAT>20001013</PDAT></DATE></B320><B330><CTRY><PDAT>JP</PDAT></CTRY></B330>
<B310><DNUM><PDAT>400 02 946</PDAT></DNUM></B310><B330><CTRY><PDAT>DE</PDAT></CTRY></B330></B300>
<B400><B472><B473US/><B474><PDAT>14</PDAT></B474></B472></B400>
<B500><B510><B511><PDAT>0202</PDAT></B511><B516><PDAT>7</PDAT></B516></B510>
<B520>
   <B521>
      <PDAT>D 2851</PDAT>
   </B521>
   <B522><PDAT> D2 47</PDAT></B522><B522><PDAT>D 32032</PDAT></B522></B520>
<B540><STEXT><PDAT>$2</PDAT></STEXT></B540>
<B560><B561><PCIT><DOC><DNUM><PDAT>D. 271298</PDAT></DNUM><DATE><PDAT>19831100</PDAT></DATE></DOC>
<PARTY-US><NAM><SNM><STEXT><PDAT>O&apos;Neill et al.</PDAT></STEXT></SNM></NAM></PARTY-US><PNC><PDAT>  2  215</PDAT></PNC></PCIT><CITED-BY-EXAMINER/></B561>
<B561><PCIT><DOC><DNUM><PDAT>299466</PDAT></DNUM><DATE><PDAT>19840200</PDAT></DATE><CTRY><PDAT>GB</PDAT></CTRY><KIND><PDAT>A</PDAT></KIND></DOC></PCIT><CITED-BY-OTHER/></B561>
<B562><NCIT><STEXT><HIL><ITALIC><PDAT>Catalog&mdash;</PDAT></ITALIC></HIL><PDAT>p. 3</PDAT></STEXT></NCIT><CITED-BY-OTHER/></B562></B560></B500>
<B700><B720>
<B721><PARTY-US><NAM><FNM><PDAT>J&uuml;rgen</PDAT></FNM><SNM><STEXT><PDAT>Vo&szlig;</PDAT></STEXT></SNM></NAM><ADR><CITY><PDAT>K&ouml;ln</PDAT></CITY><CTRY><PDAT>DE</PDAT></CTRY></ADR></PARTY-US></B721>
<B721><PARTY-US><NAM><FNM><PDAT>Ann</PDAT></FNM><SNM><STEXT><PDAT>Lee</PDAT></STEXT></SNM></NAM><ADR><CITY><PDAT>Salem</PDAT></CITY><STATE><PDAT>OR</PDAT></STATE></ADR></PARTY-US></B721></B720>
<B730><B731><PARTY-US><NAM><ONM><STEXT><PDAT>Voss &amp; Lee</PDAT></STEXT></ONM></NAM><ADR><CITY><PDAT>Bonn</PDAT></CITY><CTRY><PDAT>DE</PDAT></CTRY></ADR></PARTY-US></B731><B732US><PDAT>03</PDAT></B732US></B730>
<B730><B731><PARTY-US><NAM><FNM><PDAT>Eve</PDAT></FNM><SNM><STEXT><PDAT>Roe</PDAT></STEXT></SNM></NAM></PARTY-US></B731><B732US><PDAT>04</PDAT></B732US></B730>
</B700></SDOBI>
<SDODE><DRWDESC><BTEXT><PARA ID="P-00001"><PTEXT><PDAT>FIG. 1 is a view of design &num;1; and,</PDAT></PTEXT></PARA>
<PARA ID="P-00002"><PTEXT><PDAT>FIG. 2 is taken along
   line 6&mdash;6.</PDAT></PTEXT></PARA></BTEXT></DRWDESC></SDODE>
<SDOCL><CL><CLM ID="CLM-00001"><PARA ID="P-00003"><PTEXT><PDAT>The ornamental design for a skirt.</PDAT></PTEXT></PARA></CLM></CL></SDOCL>
<SDODR ID="DRAWINGS">
<EMI ID="EMI-D00000" FILE="US$1-20020507-D00000.TIF"/>
<EMI ID="EMI-D00001" ALT="embedded image" FILE="US$1-20020507-D00001.TIF"/>
</SDODR>
</PATDOC>
END
}

# st36_parts NUMBER VERSION BIBLIOGRAPHIC [REST]   a grant of this version around the elements given
st36_parts() {
	cat <<END
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-$2.dtd" [ ]>
<us-patent-grant lang="EN" dtd-version="$2" file="US$1.XML" country="US">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>$1</doc-number><kind>S1</kind><date>20280229</date></document-id></publication-reference>
<application-reference appl-type="design"><document-id><country>US</country><doc-number>35500001</doc-number><date>20250513</date></document-id></application-reference>
<invention-title id="d2e53">Thing</invention-title>
$3
</us-bibliographic-data-grant>
${4:-}
</us-patent-grant>
END
}
