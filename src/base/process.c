/* SPDX-License-Identifier: ISC */
#include "base/process.h"

#include "base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#ifndef ORNAMENT_LIBEXECDIR
#define ORNAMENT_LIBEXECDIR "/usr/local/libexec/ornament"
#endif
#ifndef ORNAMENT_DATADIR
#define ORNAMENT_DATADIR "/usr/local/share/ornament"
#endif

/* The directory of the running program, without a slash at the end. */
static int own_directory(char *to, struct error *err)
{
	const ssize_t n = readlink("/proc/self/exe", to, PROCESS_PATH - 1);

	if (n < 0)
		return error_set(err, "cannot find out where the program itself lies:");
	to[n] = 0;
	char *slash = strrchr(to, '/');
	if (!slash)
		return error_set(err, "cannot find out where the program itself lies");
	*slash = 0;
	return 0;
}

/* The first of several directories, relative to the program's own unless they begin with '/', in which a file is. */
static int find_directory(char *to, const char *const *places, const char *file, struct error *err)
{
	char own[PROCESS_PATH], candidate[2 * PROCESS_PATH];

	if (own_directory(own, err) < 0)
		return -1;
	for (; *places; places++) {
		const bool absolute = **places == '/';
		int n = snprintf(candidate, sizeof candidate, "%s%s%s/%s", absolute ? "" : own, absolute || !**places ? "" : "/",
		        *places, file);
		if (access(candidate, R_OK) != 0)
			continue;
		n -= (int)strlen(file) + 1;
		if (n >= PROCESS_PATH)
			break;
		memcpy(to, candidate, (size_t)n);
		to[n] = 0;
		return 0;
	}
	return error_set(err, "cannot find '%s' of the suite, beside '%s' or in '%s'", file, own, places[-1]);
}

int process_exec_path(char *to, struct error *err)
{
	static const char *const places[] = {"", "../libexec/ornament", ORNAMENT_LIBEXECDIR, NULL};

	return find_directory(to, places, "decode", err);
}

int process_data_path(char *to, struct error *err)
{
	/* beside bin/, beside build/NAME/bin/, beside PREFIX/libexec/ornament/, beside PREFIX/bin/ */
	static const char *const places[] = {"../share", "../../../share", "../../share/ornament", "../share/ornament",
	        ORNAMENT_DATADIR, NULL};

	return find_directory(to, places, "sketch.safetensors", err);
}

int process_pipe(int ends[2], struct error *err)
{
	if (pipe(ends) < 0)
		return error_set(err, "cannot make a pipe:");
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* In the child, a process of its own: becomes the program, or says why not. */
static void become(const char *where, const char *const *argv, int input, int output, pid_t parent)
{
	char path[PROCESS_PATH + 64];

#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
	if (getppid() != parent)
		_exit(STATUS_FAILED);
	signal(SIGPIPE, SIG_DFL); /* the parent may have to outlive its reader; a filter must not */
	if ((input >= 0 && dup2(input, STDIN_FILENO) < 0) || (output >= 0 && dup2(output, STDOUT_FILENO) < 0)) {
		warn("cannot connect '%s':", argv[0]);
		_exit(STATUS_FAILED);
	}
	snprintf(path, sizeof path, "%s/%s", where, argv[0]);
	/* POSIX keeps the strings unchanged; the type is older than const */
	execv(path, (char *const *)(void *)argv);
	warn("cannot start '%s':", path);
	_exit(STATUS_FAILED);
}

int pipeline_start(struct pipeline *p, const char *where, const char *const *const *stages, int count, int input,
        int *output, struct error *err)
{
	const pid_t self = getpid();

	p->count = 0;
	fflush(NULL); /* what is buffered must not be written by a child too */
	for (int i = 0; i < count; i++) {
		const bool last = i + 1 == count;
		int ends[2] = {-1, -1};
		if ((!last || output) && process_pipe(ends, err) < 0) {
			close_end(&input);
			pipeline_stop(p);
			return -1;
		}
		const pid_t pid = fork();
		if (pid == 0)
			become(where, stages[i], input, ends[1], self);
		close_end(&input);
		close_end(&ends[1]);
		if (pid < 0) {
			error_set(err, "cannot start '%s':", stages[i][0]);
			close_end(&ends[0]);
			pipeline_stop(p);
			return -1;
		}
		p->pids[p->count] = pid;
		p->names[p->count++] = stages[i][0];
		input = ends[0];
	}
	if (output)
		*output = input;
	return 0;
}

void pipeline_wait(struct pipeline *p)
{
	for (int i = 0; i < p->count; i++) {
		int status = 0;
		while (waitpid(p->pids[i], &status, 0) < 0) {
			if (errno != EINTR) {
				status = STATUS_FAILED << 8;
				break;
			}
		}
		p->statuses[i] = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
}

void pipeline_stop(struct pipeline *p)
{
	for (int i = 0; i < p->count; i++)
		kill(p->pids[i], SIGTERM);
	pipeline_wait(p);
}

int pipeline_status(const struct pipeline *p, const char **culprit)
{
	int worst = STATUS_DONE;
	bool later_failed = false;

	if (culprit)
		*culprit = NULL;
	for (int i = p->count - 1; i >= 0; i--) {
		const int status = p->statuses[i] > 128 ? STATUS_FAILED : p->statuses[i];
		if (p->statuses[i] == 128 + SIGPIPE && later_failed)
			continue;
		if (status == STATUS_FAILED || status == STATUS_LOCKED)
			later_failed = true;
		const int graver = status_gravest(worst, status);
		if (graver != worst && culprit)
			*culprit = p->names[i];
		worst = graver;
	}
	return worst;
}
