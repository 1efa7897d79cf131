/* SPDX-License-Identifier: ISC */
/*
 * calibrate - what the calibration of an index costs, and what it says
 *
 * usage: calibrate INDEX [JOBS]
 *
 * Measures anew how many lists the index takes, as a training does at its end, and writes nothing. Prints the seconds that passed, those
 * of the processor, the MiB that were read from the disk and that are private at the end, and the calibration.
 */
#include "base/message.h"
#include "base/number.h"
#include "index/calibrate.h"
#include "index/snapshot.h"
#include "bench/clock.h"
#include "bench/memory.h"

#include <sys/resource.h>
#include <unistd.h>

enum { MAX_JOBS = 64 };

static double cpu(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static double mib_read(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)r.ru_inblock / 2048;
}

int main(int argc, char **argv)
{
	struct calibration c;
	struct error err;
	long long jobs = 1;

	message_program(argv[0]);
	if (argc < 2 || argc > 3)
		die_usage("usage: calibrate INDEX [JOBS]");
	if (argc == 3 && number_integer(argv[2], 1, MAX_JOBS, &jobs, &err) < 0)
		die_usage("'%s' is no number of threads: %s", argv[2], err.text);
	struct index *snapshots[MAX_JOBS] = {NULL};
	struct store *stores[MAX_JOBS] = {NULL};
	struct index *ix = index_open(argv[1], &err);
	if (!ix)
		die("%s", err.text);
	for (long long j = 0; j < jobs; j++) {
		stores[j] = store_share(index_store(ix), &err);
		snapshots[j] = stores[j] ? index_over(stores[j], &err) : NULL;
		if (!snapshots[j])
			die("%s", err.text);
	}
	const double began = now(), cpu_before = cpu(), read_before = mib_read();
	if (calibrate(snapshots, (size_t)jobs, &c, &err) < 0)
		die("%s", err.text);
	printf("%.1f s, %.1f s of processor, %.0f MiB read, %.0f MiB private\n", (now() - began) / 1e3, cpu() - cpu_before,
	        mib_read() - read_before, memory(getpid(), "status", "RssAnon:"));
	for (int i = 0; i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		const int size = i / CALIBRATION_LEVELS, level = i % CALIBRATION_LEVELS;
		const struct calibration_entry *e = &c.entries[size][level];
		printf("patents=%u recall=%g lists=%u measured=%.4f radius=%.4f\n", (unsigned)calibration_sizes[size],
		        calibration_levels[level].recall, (unsigned)e->lists, (double)e->recall, (double)e->radius);
	}
	for (int level = 0; level < CALIBRATION_LEVELS; level++)
		printf("recall=%g rest=%g\n", calibration_levels[level].recall, (double)c.rest[level]);
	for (long long j = 0; j < jobs; j++) {
		index_close(snapshots[j]);
		store_close(stores[j]);
	}
	index_close(ix);
	finish_stdout();
	return STATUS_DONE;
}
