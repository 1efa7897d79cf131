/* SPDX-License-Identifier: ISC */
/*
 * container - ZIP archives in memory and tar archives on a file, with every byte under control
 *
 * ZIP as APPNOTE 6.3 has it, deflated, without data descriptors, as the weekly archives are; tar as POSIX
 * ustar. Times are fixed: noon of the archive's date.
 */
#ifndef GENERATE_CONTAINER_H
#define GENERATE_CONTAINER_H

#include "base/bytes.h"

#include <stdio.h>

/* Start with {.date = YYYYMMDD}; zip_release frees. */
struct zip {
	int date;
	struct bytes bytes;	/* the archive; whole after zip_end */
	struct bytes directory; /* what zip_end appends */
	int members;
};

void zip_start(struct zip *z, int date);
void zip_add(struct zip *z, const char *name, const void *data, size_t size);
void zip_add_zeros(
	struct zip *z, const char *name, int mebibytes); /* a bomb: a thousandth of that is stored */
void zip_end(struct zip *z);
void zip_release(struct zip *z);

/* Where in z->bytes the directory begins; after zip_end. */
size_t zip_directory_offset(const struct zip *z);

void tar_directory(FILE *to, const char *name, int date);
void tar_file(FILE *to, const char *name, int date, const void *data, size_t size);
void tar_end(FILE *to);

#endif
