/* SPDX-License-Identifier: ISC */
#include "base/sha256.h"
#include "unit/test.h"

int main(void)
{
	char text[SHA256_TEXT];
	struct error err;
	uint64_t size;

	struct sha256 *s = sha256_new();
	sha256_add(s, "ab", 2);
	sha256_add(s, "c", 1);
	sha256_finish(s, text);
	is_text(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-4's example, in two pieces");
	ok(sha256_file("/dev/null", text, &size, &err) == 0 && size == 0, "an empty file has a digest");
	is_text(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "that of nothing");
	ok(sha256_file("/nowhere", text, &size, &err) < 0, "%s", err.text);
	return done();
}
