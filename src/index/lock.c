/* SPDX-License-Identifier: ISC */
#include "index/lock.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int lock_take(const char *directory, int seconds, struct error *err)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	const double until = now() + seconds;
	char path[LIMIT_PATH + 16];

	if (snprintf(path, sizeof path, "%s/" LOCK_FILE, directory) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return error_set(err, "cannot lock '%s':", directory);
	}
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return error_set(err, "cannot open '%s':", path);
	for (;;) {
		struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		if (fcntl(fd, F_SETLK, &whole) == 0)
			return fd;
		if (errno != EACCES && errno != EAGAIN) {
			error_set(err, "cannot lock '%s':", path);
			close(fd);
			return -1;
		}
		if (now() >= until) {
			close(fd);
			return LOCK_BUSY;
		}
		nanosleep(&pause, NULL);
	}
}
