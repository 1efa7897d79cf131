/* SPDX-License-Identifier: ISC */
/*
 * pack - files into an archive of a named kind, for tests: the tools for it are not part of a minimal system
 *
 * usage: pack zip|stored|tar|tar.gz|tar.bz2|tar.xz|tar.zst|gz ARCHIVE NAME=FILE...
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(struct archive *a, int status)
{
	if (status != ARCHIVE_OK) {
		fprintf(stderr, "pack: %s\n", archive_error_string(a));
		exit(2);
	}
}

static void choose(struct archive *a, const char *kind)
{
	if (strcmp(kind, "gz") == 0)
		check(a, archive_write_set_format_raw(a));
	else if (strncmp(kind, "tar", 3) == 0)
		check(a, archive_write_set_format_gnutar(a));
	else
		check(a, archive_write_set_format_zip(a));
	if (strcmp(kind, "stored") == 0)
		check(a, archive_write_zip_set_compression_store(a));
	if (strcmp(kind, "tar.gz") == 0 || strcmp(kind, "gz") == 0)
		check(a, archive_write_add_filter_gzip(a));
	if (strcmp(kind, "tar.bz2") == 0)
		check(a, archive_write_add_filter_bzip2(a));
	if (strcmp(kind, "tar.xz") == 0)
		check(a, archive_write_add_filter_xz(a));
	if (strcmp(kind, "tar.zst") == 0)
		check(a, archive_write_add_filter_zstd(a));
}

static void add(struct archive *a, char *argument)
{
	static char data[64 << 20];
	char *file = strchr(argument, '=');
	struct archive_entry *entry = archive_entry_new();
	FILE *f = file ? fopen(file + 1, "rb") : NULL;

	if (!f) {
		fprintf(stderr, "pack: cannot read '%s'\n", argument);
		exit(2);
	}
	*file = '\0';
	const size_t size = fread(data, 1, sizeof data, f);
	fclose(f);
	archive_entry_set_pathname(entry, argument);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 1000000000, 0);
	archive_entry_set_size(entry, (la_int64_t)size);
	check(a, archive_write_header(a, entry));
	if (archive_write_data(a, data, size) != (la_ssize_t)size)
		check(a, ARCHIVE_FATAL);
	archive_entry_free(entry);
}

int main(int argc, char **argv)
{
	struct archive *a = archive_write_new();

	if (argc < 3) {
		fprintf(stderr, "usage: pack KIND ARCHIVE NAME=FILE...\n");
		return 2;
	}
	choose(a, argv[1]);
	check(a, archive_write_open_filename(a, argv[2]));
	for (int i = 3; i < argc; i++)
		add(a, argv[i]);
	check(a, archive_write_close(a));
	archive_write_free(a);
	return 0;
}
