/* SPDX-License-Identifier: ISC */
/* memory - what processes have in memory, as benchmarks tell it */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* Lines of this name, as "VmRSS:", in a file of a process in /proc, in MiB; 0 where there are none. */
static inline double memory(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	double sum = 0;

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, file);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, strlen(name)) == 0)
			sum += strtod(line + strlen(name), NULL) / 1024;
	if (f)
		fclose(f);
	return sum;
}

#endif
