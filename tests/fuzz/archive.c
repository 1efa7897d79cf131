/* SPDX-License-Identifier: ISC */
/* Archives of every kind as unpack sees them: tar and packed ones by libarchive, ZIP by its directory, one in the other. */
#include "foreign/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool yes(void *context, const struct source *source)
{
	(void)context, (void)source;
	return true;
}

static bool no(void *context, const struct source *source, enum content content)
{
	(void)context, (void)source, (void)content;
	return false;
}

static int look(void *context, const struct source *source, enum content content, bool named, const uint8_t *data,
        size_t size)
{
	uint64_t *sum = context;

	(void)source, (void)content, (void)named;
	for (size_t i = 0; i < size; i++)
		*sum += data[i];
	return 0;
}

static int hear(void *context, const struct source *source, const char *reason)
{
	uint64_t *sum = context;

	*sum += (uint8_t)source->member[0] + (uint8_t)reason[0];
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t sum = 0;
	const struct unpack_visitor visitor = {&sum, yes, yes, no, look, hear};

	unpack_memory("archive", data, size, &visitor);
	return 0;
}
