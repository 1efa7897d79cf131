/* SPDX-License-Identifier: ISC */
#include "stream/intake.h"

#include "base/message.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A file that cannot be opened is none: decode says why. */
static bool is_stream(const char *name)
{
	return strcmp(name, "-") == 0 || stream_is_file(name);
}

bool intake_is_pictures(const char *const *names, int count)
{
	int streams = 0;

	for (int i = 0; i < count; i++)
		streams += is_stream(names[i]);
	return count && !streams;
}

static int start_programs(struct intake *in, const char *const *names, int count, const struct preparation *preparation,
        struct error *err)
{
	const char **arguments = calloc((size_t)count + 3, sizeof *arguments);
	const char *const *const stages[] = {arguments, preparation ? preparation->letterbox : NULL,
	        preparation ? preparation->embed : NULL};
	char where[PROCESS_PATH];
	int output;

	if (!arguments)
		return error_set(err, "out of memory");
	arguments[0] = "decode";
	arguments[1] = "--";
	memcpy(arguments + 2, names, (size_t)count * sizeof *arguments);
	const bool started = process_exec_path(where, err) == 0 &&
	                     pipeline_start(&in->programs, where, stages, preparation ? 3 : 1, -1, &output, err) == 0;
	free(arguments);
	if (!started)
		return -1;
	in->made = fdopen(output, "rb");
	return in->made ? 0 : error_set(err, "cannot read from '%s':", preparation ? "embed" : "decode");
}

/* The first of the programs that failed explains more than what their stream lacks: -1. */
static int blame(struct intake *in, struct error *err)
{
	const char *culprit;

	fclose(in->made);
	in->made = NULL;
	pipeline_wait(&in->programs);
	if (pipeline_status(&in->programs, &culprit) != STATUS_FAILED)
		return -1;
	return error_set(err, "cannot prepare the pictures: '%s' failed", culprit);
}

int intake_open(struct intake *in, const char *const *names, int count, const struct preparation *preparation,
        struct error *err)
{
	const char *other = NULL;
	int streams = 0;

	for (int i = 0; i < count; i++)
		if (is_stream(names[i]))
			streams++;
		else
			other = names[i];
	if (streams && other)
		return error_set(err, "'%s' is not a stream, and others are: one run reads the one or the other", other);
	if (other && start_programs(in, names, count, preparation, err) < 0)
		return -1;
	in->reader = in->made ? stream_reader_on(in->made, preparation ? "embed" : "decode") : stream_reader_open(names, count);
	if (!in->reader)
		return error_set(err, "out of memory");
	if (stream_begin(in->reader, err) == 0)
		return 0;
	return in->made ? blame(in, err) : -1;
}

int intake_close(struct intake *in)
{
	stream_reader_close(in->reader);
	if (!in->made)
		return STATUS_DONE;
	fclose(in->made);
	pipeline_wait(&in->programs);
	return pipeline_status(&in->programs, NULL);
}
