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
