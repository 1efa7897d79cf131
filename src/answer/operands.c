/* SPDX-License-Identifier: ISC */
#include "answer/operands.h"

#include "base/message.h"
#include "base/process.h"
#include "stream/stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_stream(const char *name)
{
	return strcmp(name, "-") == 0 ? stream_is_next(stdin) || feof(stdin) || ferror(stdin) : stream_is_file(name);
}

/* What stdio has read ahead of standard input, and all that follows. */
_Noreturn static void copy_input(int to)
{
	char block[16 << 10];
	size_t n;

	while ((n = fread(block, 1, sizeof block, stdin)) > 0)
		for (size_t done = 0; done < n;) {
			const ssize_t w = write(to, block + done, n - done);
			if (w < 0)
				_exit(STATUS_FAILED);
			done += (size_t)w;
		}
	_exit(ferror(stdin) ? STATUS_FAILED : STATUS_DONE);
}

/* The rest of standard input as a descriptor, into which a child copies. */
static int rest_of_input(int *input, struct error *err)
{
	int ends[2];

	if (process_pipe(ends, err) < 0)
		return -1;
	const pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		copy_input(ends[1]);
	}
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return error_set(err, "cannot read standard input: %s", strerror(errno));
	}
	*input = ends[0];
	return 0;
}

int operands_sort(struct operands *o, const struct arguments *given, struct error *err)
{
	*o = (struct operands){.input = -1};
	for (int i = 0; i < given->count; i++) {
		const char *name = given->items[i];
		const bool stream = is_stream(name);
		arguments_add(stream ? &o->streams : &o->pictures, name);
		if (!stream && strcmp(name, "-") == 0 && rest_of_input(&o->input, err) < 0)
			return -1;
	}
	return 0;
}

void operands_release(struct operands *o)
{
	arguments_release(&o->streams);
	arguments_release(&o->pictures);
}
