/* SPDX-License-Identifier: ISC */
/*
 * line - lines of any input, each within a bound
 */
#ifndef BASE_LINE_H
#define BASE_LINE_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdio.h>

/*
 * The next line of the file into *line, without its newline (and without a '\r' before it), NUL-terminated
 * behind its size; the block is reused. The last line may lack its newline. 1, 0 at the end of the file, -1:
 * longer than limit, unreadable, or memory.
 */
int line_read(FILE *file, struct bytes *line, size_t limit, struct error *err);

#endif
