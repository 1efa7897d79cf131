/* SPDX-License-Identifier: ISC */
#include "base/line.h"
#include "unit/test.h"

/* The lines of a text, each in brackets, and the last status. */
static const char *lines_of(const char *text, size_t limit, char to[256])
{
	struct bytes line = {0};
	struct error err;
	FILE *f = tmpfile();
	int more;

	fputs(text, f);
	rewind(f);
	to[0] = 0;
	while ((more = line_read(f, &line, limit, &err)) > 0)
		snprintf(to + strlen(to), 256 - strlen(to), "[%s]", (const char *)line.data);
	snprintf(to + strlen(to), 256 - strlen(to), "%d", more);
	bytes_release(&line);
	fclose(f);
	return to;
}

int main(void)
{
	char got[256];

	is_text(lines_of("", 10, got), "0", "an empty file has no line");
	is_text(lines_of("a\nbc\n", 10, got), "[a][bc]0", "lines end in newlines");
	is_text(lines_of("a\nbc", 10, got), "[a][bc]0", "the last one may lack it");
	is_text(lines_of("\n\n", 10, got), "[][]0", "empty lines are lines");
	is_text(lines_of("a\r\nb\rc\r\n", 10, got), "[a][b\rc]0",
		"a carriage return before the newline goes with it");
	is_text(lines_of("1234\n12345\n", 5, got), "[1234][12345]0", "a line may be as long as the limit");
	is_text(lines_of("1234\n123456\n", 5, got), "[1234]-1", "and not longer");
	return done();
}
