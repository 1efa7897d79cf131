/* SPDX-License-Identifier: ISC */
/*
 * describe - what an index says about itself, in lines of columns with tabs between, or as JSON: index-build(1), --stat and --archives
 */
#ifndef INDEX_DESCRIBE_H
#define INDEX_DESCRIBE_H

#include "base/bytes.h"
#include "index/index.h"

/* Appends counts, settings, bytes in use, calibration and facts. 0, or -1: out of memory. */
int describe_index(const struct index *ix, bool json, struct bytes *to);

/* Appends the line of an entry of the log. 0, or -1: out of memory. */
int describe_archive(const struct index_archive *a, bool json, struct bytes *to);

#endif
