/* SPDX-License-Identifier: ISC */
/*
 * cost [-n RUNS] [-e FILE]... COMMAND [ARGUMENT]...    what a process costs, from its start to its end
 *
 * Prints the median and the worst time of so many runs in milliseconds, and of the last run the processor's seconds, what it had written
 * (MiB, by its calls: how many pages of the cache that makes dirty depends on how large its pieces are), the most that was resident
 * (MiB; pages of files that it maps included), the most it had for itself (MiB): of a single run, as it was seen now and then, else by
 * one more run that is stopped at every system call; and what was read from the disk (MiB). With -e these files are put out of the page
 * cache before each run, as far as nobody maps them. The command's standard output goes nowhere; the cost's own is one line. It ends with
 * 2 when the command fails.
 */
#include "base/message.h"
#include "base/option.h"
#include "bench/clock.h"
#include "bench/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_RUNS = 1000 };

struct cost {
	double milliseconds, cpu_seconds, written, resident, private, read;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void empty_cache(const char *name)
{
	const int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("cannot open '%s':", name);
	fdatasync(fd);
	if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
		die("cannot empty the cache of '%s'", name);
	close(fd);
}

static pid_t start(char **command, bool traced)
{
	const pid_t child = fork();

	if (child < 0)
		die("cannot start a process:");
	if (child == 0) {
		const int nowhere = open("/dev/null", O_WRONLY);
		dup2(nowhere, STDOUT_FILENO);
		if (traced)
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(command[0], command);
		_exit(127);
	}
	return child;
}

static struct rusage of_children(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return r;
}

/* Whether it has ended; what is known of it stays until it is waited for. */
static bool has_ended(pid_t child, int how)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT | how) == 0 && info.si_pid == child;
}

/*
 * Waits for its end, and looks at its memory all the time: a hundred times while what has passed doubles, so that hardly any time is
 * added. Returns the most that is of no file.
 */
static double watch(pid_t child, double began)
{
	double most = 0;

	while (!has_ended(child, WNOHANG)) {
		const double now_private = memory(child, "status", "RssAnon:"), pause = (now() - began) / 100;
		const long ns = (long)(1e6 * (pause < 0.1 ? 0.1 : pause > 100 ? 100 : pause));
		most = now_private > most ? now_private : most;
		nanosleep(&(struct timespec){0, ns}, NULL);
	}
	return most;
}

static struct cost run(char **command, bool watched)
{
	const struct rusage before = of_children();
	const double began = now();
	const pid_t child = start(command, false);
	double private = 0;
	int status = 0;

	if (watched)
		private = watch(child, began);
	else
		has_ended(child, 0);
	const double took = now() - began, written = process_figure(child, "io", "wchar:") / (1 << 20);
	waitpid(child, &status, 0);
	const struct rusage after = of_children();
	if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 1))
		die("'%s' has failed", command[0]);
	return (struct cost){took,
	        seconds(after.ru_utime) + seconds(after.ru_stime) - seconds(before.ru_utime) - seconds(before.ru_stime),
	        written, (double)after.ru_maxrss / 1024, private, (double)(after.ru_inblock - before.ru_inblock) / 2048};
}

/*
 * The most it has for itself, in MiB: seen at every system call, because memory is given back by those only. What is private are
 * pages of no file, and pages of files that it has changed. A negative number where a process must not be looked into.
 */
static double most_private(char **command)
{
	const pid_t child = start(command, true);
	double most = -1;
	int status;

	waitpid(child, &status, 0); /* it stands at its beginning */
	if (WIFSTOPPED(status))
		ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD);
	while (WIFSTOPPED(status)) {
		const int signal = WSTOPSIG(status);
		const double private = memory(child, "smaps_rollup", "Private_Dirty:");
		most = private > most ? private : most;
		ptrace(PTRACE_SYSCALL, child, NULL, signal == SIGTRAP || signal == (SIGTRAP | 0x80) ? 0 : signal);
		waitpid(child, &status, 0);
	}
	return most;
}

int main(int argc, char **argv)
{
	static double times[MAX_RUNS];
	static struct cost last;
	struct arguments files = {0};
	int option, runs = 1;

	message_program(argv[0]);
	while ((option = getopt(argc, argv, "+n:e:")) != -1) {
		if (option == 'n')
			runs = (int)strtol(optarg, NULL, 10);
		else if (option == 'e')
			arguments_add(&files, optarg);
		else
			return STATUS_FAILED;
	}
	if (optind == argc || runs < 1 || runs > MAX_RUNS)
		die_usage("usage: cost [-n RUNS] [-e FILE]... COMMAND [ARGUMENT]...");
	for (int i = 0; i < runs; i++) {
		for (int f = 0; f < files.count; f++)
			empty_cache(files.items[f]);
		last = run(argv + optind, runs == 1);
		times[i] = last.milliseconds;
	}
	qsort(times, (size_t)runs, sizeof *times, by_value);
	/* what writes is not run again */
	printf("%10.1f %10.1f %9.2f %9.1f %9.1f %9.1f %9.1f\n", times[runs / 2], times[runs - 1], last.cpu_seconds, last.written,
	        last.resident, runs > 1 ? most_private(argv + optind) : last.private, last.read);
	arguments_release(&files);
	finish_stdout();
	return STATUS_DONE;
}
