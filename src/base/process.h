/* SPDX-License-Identifier: ISC */
/*
 * process - the programs of the suite started from one another: where they are, and pipelines of them
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/error.h"

#include <sys/types.h>

enum { PROCESS_PATH = 4096, PIPELINE_STAGES = 16 };

/*
 * The directory of the suite's programs, into to[PROCESS_PATH]: that of the running program when `decode` lies in it (in-tree,
 * and the installed filters), ../libexec/ornament beside it (the installed front command), else the one it was built for.
 */
int process_exec_path(char *to, struct error *err);

/*
 * The directory of the suite's data files (share/), found the same way: ../share beside the programs in-tree,
 * share/ornament when installed.
 */
int process_data_path(char *to, struct error *err);

/* A pipe whose ends are closed in every program that is started, but for the ones it is given. 0/-1. */
int process_pipe(int ends[2], struct error *err);

/* A running pipeline; the names are those of the caller's argument lists. */
struct pipeline {
	pid_t pids[PIPELINE_STAGES];
	const char *names[PIPELINE_STAGES];
	int statuses[PIPELINE_STAGES]; /* exit statuses after _wait; 128 + signal for one that a signal ended */
	int count;
};

/*
 * Starts count programs, each reading the one before. stages[i] is an argument list that ends in NULL, whose first entry
 * names a program in the directory `where`. The first reads `input` (-1: this process's stdin), which is closed here. The last one's
 * stdout is this process's when output is NULL; otherwise *output receives an end to read it from. On Linux the programs are
 * ended when this process dies. 0, or -1 with the reason, and nothing left running.
 */
int pipeline_start(struct pipeline *p, const char *where, const char *const *const *stages, int count, int input,
        int *output, struct error *err);

/* Waits for all; fills statuses. */
void pipeline_wait(struct pipeline *p);

/* Ends all with SIGTERM, and waits. */
void pipeline_stop(struct pipeline *p);

/*
 * The gravest status of the pipeline as a program's own (base/message.h). One that was ended by SIGPIPE is not counted while a
 * later one failed: it died of the other's end. *culprit, when not NULL, names the program of that status.
 */
int pipeline_status(const struct pipeline *p, const char **culprit);

#endif
