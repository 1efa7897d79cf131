/* SPDX-License-Identifier: ISC */
#include "model/weights_identity.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CACHE_PATH = 4096, FILE_NAME = 256, WORTH_IT = 16 << 20, SETTLED = 2 };

/* The cache directory, made when it is not there. The specification wants an absolute path (XDG Base Directory). */
static int cache_directory(char to[CACHE_PATH])
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int n;

	if (cache && *cache == '/')
		n = snprintf(to, CACHE_PATH, "%s", cache);
	else if (home && *home == '/')
		n = snprintf(to, CACHE_PATH, "%s/.cache", home);
	else
		return -1;
	if (n < 0 || n >= CACHE_PATH - FILE_NAME)
		return -1;
	mkdir(to, 0700);
	memcpy(to + n, "/ornament", sizeof "/ornament");
	mkdir(to, 0700);
	return access(to, W_OK | X_OK);
}

/*
 * Where the identity of this file is remembered. A file that changed a moment ago might change again within one tick of
 * its file system's clock, and nothing would tell: not yet.
 */
static int cache_file(const struct safetensors *file, char to[CACHE_PATH])
{
	struct stat st;

	if (safetensors_stat(file, &st) < 0 || st.st_size < WORTH_IT || time(NULL) - st.st_ctim.tv_sec < SETTLED)
		return -1;
	if (cache_directory(to) < 0)
		return -1;
	const size_t n = strlen(to);
	snprintf(to + n, CACHE_PATH - n, "/weights-%llx-%llx-%llx-%llx.%09ld", (unsigned long long)st.st_dev,
	        (unsigned long long)st.st_ino, (unsigned long long)st.st_size, (unsigned long long)st.st_ctim.tv_sec,
	        st.st_ctim.tv_nsec);
	return 0;
}

static int recall(const char *path, char text[SHA256_TEXT])
{
	char line[SHA256_TEXT + 1];
	FILE *f = fopen(path, "rb");
	const size_t n = f ? fread(line, 1, sizeof line, f) : 0;

	if (f)
		fclose(f);
	if (n != SHA256_TEXT || line[SHA256_TEXT - 1] != '\n')
		return -1;
	line[SHA256_TEXT - 1] = 0;
	if (strspn(line, "0123456789abcdef") != SHA256_TEXT - 1)
		return -1;
	memcpy(text, line, SHA256_TEXT);
	return 0;
}

/* Whole or not at all: written beside, then renamed. */
static void remember(const char *path, const char *text)
{
	char beside[CACHE_PATH + 16];

	snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
	FILE *f = fopen(beside, "wbx");
	if (!f)
		return;
	const bool written = fprintf(f, "%s\n", text) > 0;
	if (fclose(f) != 0 || !written || rename(beside, path) < 0)
		unlink(beside);
}

int weights_identity(const struct safetensors *file, struct canonical_tensor *list, size_t count, char text[SHA256_TEXT],
        struct error *err)
{
	char path[CACHE_PATH];
	const bool cached = cache_file(file, path) == 0;

	if (cached && recall(path, text) == 0)
		return 0;
	if (tensors_identity(list, count, text, err) < 0)
		return -1;
	if (cached)
		remember(path, text);
	return 0;
}
