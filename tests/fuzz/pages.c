/* SPDX-License-Identifier: ISC */
/*
 * The pages of an index's data file, at the generation that its first root page says. Whatever they are, they are walked to an end, and
 * what is found is counted.
 */
#include "base/bytes.h"
#include "index/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TRANSACTION = 144 }; /* of the first root page: its place in the file */

static uint64_t told;

static void listen_to(void *context, const char *text)
{
	(void)context;
	told += text[0] != 0;
}

/* A file of these bytes, the same one each time. */
static int file_of(const uint8_t *data, size_t size)
{
	static FILE *file;

	if (!file && !(file = tmpfile()))
		abort();
	const int fd = fileno(file);
	if (ftruncate(fd, 0) < 0)
		abort();
	for (size_t at = 0; at < size;) {
		const ssize_t n = pwrite(fd, data + at, size - at, (off_t)at);
		if (n <= 0)
			abort();
		at += (size_t)n;
	}
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pages_listener listener = {.directory = "x", .complain = listen_to};
	struct pages_report report;
	struct error err;

	if (size < TRANSACTION + 8)
		return 0;
	told = 0;
	const int status = pages_check_file(file_of(data, size), le64_get(data + TRANSACTION), &listener, &report, &err);
	if (report.found != told || (status < 1 && told))
		abort();
	return 0;
}
