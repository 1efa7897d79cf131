/* SPDX-License-Identifier: ISC */
/* memory - what the system knows of processes, as benchmarks tell it */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* What lines of this name, as "VmRSS:", in a file of a process in /proc say in all; 0 where there are none. */
static inline double process_figure(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	double sum = 0;

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, file);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, strlen(name)) == 0)
			sum += strtod(line + strlen(name), NULL);
	if (f)
		fclose(f);
	return sum;
}

/* The same in MiB, of lines in kB. */
static inline double memory(pid_t pid, const char *file, const char *name)
{
	return process_figure(pid, file, name) / 1024;
}

#endif
