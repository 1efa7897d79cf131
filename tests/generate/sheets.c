/* SPDX-License-Identifier: ISC */
/*
 * sheets - takes the pictures out of weekly archives, for tests that ask with files: tar, ZIPs in it, files in them
 *
 * usage: sheets DIRECTORY ARCHIVE...      writes DIRECTORY/USD0910058-20210209-D00001.TIF ...
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what, struct archive *a)
{
	fprintf(stderr, "sheets: %s: %s\n", what, a ? archive_error_string(a) : "failed");
	exit(2);
}

/* The whole of the entry just read, which the caller frees. */
static char *read_entry(struct archive *a, struct archive_entry *e, size_t *size)
{
	const la_int64_t length = archive_entry_size(e);
	char *data = malloc((size_t)length + 1);

	if (!data || archive_read_data(a, data, (size_t)length) != length)
		fail(archive_entry_pathname(e), a);
	*size = (size_t)length;
	return data;
}

static const char *base_name(struct archive_entry *e)
{
	const char *path = archive_entry_pathname(e), *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool ends_with(const char *name, const char *end)
{
	return strlen(name) >= strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static void write_file(const char *directory, const char *name, const char *data, size_t size)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		fail(path, NULL);
}

static void unpack_zip(const char *directory, const char *zip, size_t zip_size)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	size_t size;

	if (!a || archive_read_support_format_zip(a) != ARCHIVE_OK || archive_read_open_memory(a, zip, zip_size) != ARCHIVE_OK)
		fail("ZIP", a);
	while (archive_read_next_header(a, &e) == ARCHIVE_OK) {
		if (!ends_with(base_name(e), ".TIF"))
			continue;
		char *data = read_entry(a, e, &size);
		write_file(directory, base_name(e), data, size);
		free(data);
	}
	archive_read_free(a);
}

int main(int argc, char **argv)
{
	struct archive_entry *e;
	size_t size;

	for (int i = 2; i < argc; i++) {
		struct archive *a = archive_read_new();
		if (!a || archive_read_support_format_tar(a) != ARCHIVE_OK ||
		        archive_read_open_filename(a, argv[i], 1 << 16) != ARCHIVE_OK)
			fail(argv[i], a);
		while (archive_read_next_header(a, &e) == ARCHIVE_OK) {
			if (!ends_with(base_name(e), ".ZIP"))
				continue;
			char *zip = read_entry(a, e, &size);
			unpack_zip(argv[1], zip, size);
			free(zip);
		}
		archive_read_free(a);
	}
	return 0;
}
