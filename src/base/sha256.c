/* SPDX-License-Identifier: ISC */
#include "base/sha256.h"

#include <nettle/sha2.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sha256 {
	struct sha256_ctx context;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *s = malloc(sizeof *s);

	if (s)
		sha256_init(&s->context);
	return s;
}

void sha256_add(struct sha256 *s, const void *data, size_t size)
{
	nettle_sha256_update(&s->context, size, data);
}

void sha256_finish(struct sha256 *s, char text[SHA256_TEXT])
{
	uint8_t digest[SHA256_SIZE];

	nettle_sha256_digest(&s->context, sizeof digest, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned)digest[i]);
	free(s);
}

void sha256_drop(struct sha256 *s)
{
	free(s);
}

int sha256_file(const char *path, char text[SHA256_TEXT], uint64_t *size, struct error *err)
{
	enum { BLOCK = 1 << 18 };
	struct sha256 *s = sha256_new();
	uint8_t *block = malloc(BLOCK);
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	*size = 0;
	if (!s || !block)
		error_set(err, "out of memory");
	else if (fd < 0)
		error_set(err, "cannot open '%s':", path);
	else
		while ((n = read(fd, block, BLOCK)) > 0) {
			sha256_add(s, block, (size_t)n);
			*size += (uint64_t)n;
		}
	if (n < 0 && fd >= 0 && s && block)
		error_set(err, "cannot read '%s':", path);
	if (fd >= 0)
		close(fd);
	free(block);
	if (n < 0) {
		sha256_drop(s);
		return -1;
	}
	sha256_finish(s, text);
	return 0;
}
