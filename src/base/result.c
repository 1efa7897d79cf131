/* SPDX-License-Identifier: ISC */
#include "base/result.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A file that is there is opened and left as it is. One that is not is made for a moment to learn whether it can be: there is none until
 * the answers are complete. A link that leads nowhere shows only then whether it can be written.
 */
static int try_target(struct result *r)
{
	r->target = open(r->path, O_WRONLY | O_CLOEXEC);
	if (r->target >= 0 || errno != ENOENT)
		return r->target < 0 ? -1 : 0;
	const int made = open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (made < 0)
		return errno == EEXIST ? 0 : -1;
	r->is_new = true;
	close(made);
	unlink(r->path);
	return 0;
}

int result_open(struct result *r, const char *path, struct error *err)
{
	*r = (struct result){.file = stdout, .target = -1};
	if (!path || strcmp(path, "-") == 0)
		return 0;
	r->path = path;
	if (try_target(r) < 0)
		return error_set(err, "cannot open '%.200s':", path);
	r->file = tmpfile();
	if (!r->file) {
		error_set(err, "cannot make a temporary file for '%.200s':", path);
		if (r->target >= 0)
			close(r->target);
		return -1;
	}
	return 0;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		const ssize_t n = write(fd, data, size);
		if (n < 0)
			return -1;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

/* A pipe or a device has no length. */
static int empty(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	return S_ISREG(st.st_mode) ? ftruncate(fd, 0) : 0;
}

static int copy(FILE *from, int to)
{
	char block[1 << 16];
	size_t n;

	if (fflush(from) != 0 || ferror(from) || fseek(from, 0, SEEK_SET) != 0 || empty(to) < 0)
		return -1;
	while ((n = fread(block, 1, sizeof block, from)) > 0)
		if (write_all(to, block, n) < 0)
			return -1;
	return ferror(from) ? -1 : 0;
}

/* What is gathered goes into the target, which is opened now where it was not there. */
static int write_target(struct result *r)
{
	if (r->target < 0)
		r->target = open(r->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (r->target < 0)
		return -1;
	const bool copied = copy(r->file, r->target) == 0;
	const int reason = errno;
	if (close(r->target) == 0 && copied)
		return 0;
	if (!copied)
		errno = reason;
	return -1;
}

int result_finish(struct result *r, struct error *err)
{
	if (r->path) {
		const bool written = write_target(r) == 0;
		if (!written) {
			error_set(err, "cannot write '%.200s':", r->path);
			if (r->is_new)
				unlink(r->path);
		}
		fclose(r->file);
		return written ? 0 : -1;
	}
	const bool written = !ferror(r->file);
	if (fclose(r->file) != 0 || !written)
		return error_set(err, "cannot write standard output:");
	return 0;
}
