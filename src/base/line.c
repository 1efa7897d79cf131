/* SPDX-License-Identifier: ISC */
#include "base/line.h"

int line_read(FILE *file, struct bytes *line, size_t limit, struct error *err)
{
	int c;

	line->size = 0;
	while ((c = getc(file)) != EOF && c != '\n') {
		if (line->size == limit)
			return error_set(err, "a line is longer than %zu bytes", limit);
		if (bytes_put_u8(line, (uint8_t)c) < 0)
			return error_set(err, "out of memory");
	}
	if (ferror(file))
		return error_set(err, "cannot read it:");
	if (c == EOF && !line->size)
		return 0;
	if (line->size && line->data[line->size - 1] == '\r')
		line->size--;
	if (bytes_terminate(line) < 0)
		return error_set(err, "out of memory");
	return 1;
}
