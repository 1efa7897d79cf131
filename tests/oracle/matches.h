/* SPDX-License-Identifier: ISC */
/*
 * matches - whether a filter is true of one record, by the record itself: what the columns of an index are compared with
 */
#ifndef ORACLE_MATCHES_H
#define ORACLE_MATCHES_H

#include "base/json.h"
#include "index/filter.h"

/*
 * 1, 0, or -1 (memory). record is its JSON object, or NULL where there is none; document its canonical number, or the path of
 * pictures without a patent, and always the value of patent_id. pictures is an array of what colorize found in its pictures
 * (stream/colours.h), or NULL. today is YYYYMMDD.
 */
int matches(const struct filter *f, const char *document, const struct json *record, const struct json *pictures,
        int32_t today);

#endif
