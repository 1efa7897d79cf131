/* SPDX-License-Identifier: ISC */
/*
 * summary - a stream as JSON, one object a line: everything but the pixels
 *
 *     {"stream":1,"facts":{"pixels.letterbox":"518"}}
 *     {"identity":"D0939806/00001","document":"D0939806","sheet":1,
 *      "source":{"archive":..,"member":..,"size":..,"crc":"deadbeef","offset":..,"stored_size":..,"method":..},
 *      "xml":"<?xml ...","record":{..},"pixels":{"width":..,"height":..,"layout":"bit"|"grey"|"rgb"},
 *      "page":{"width":..,"height":..,"dpi_x":..,"dpi_y":..,"bits":..,"samples":..,"turn":..,"turned":..,"box":[x,y,w,h]},
 *      "vectors":{"sketch":{"dimension":256,"values":[..]}},"colours":{..},"labels":{..},"thumbnail":{"bytes":..},
 *      "fault":{"by":"decode","text":".."},"others":[{"kind":1000,"bytes":..}]}
 *     {"end":{"items":1,"faults":0,"skipped":0}}
 *
 * What an item does not have is not there. Each function appends one line with its newline; 0, or -1: out of
 * memory.
 */
#ifndef STREAM_SUMMARY_H
#define STREAM_SUMMARY_H

#include "stream/stream.h"

int summary_put_header(struct bytes *to, const struct facts *facts);

/* Brief: "xml" becomes {"bytes":N}, and vectors are without their values. */
int summary_put_item(struct bytes *to, const struct item *it, bool brief);

int summary_put_end(struct bytes *to, const struct stream_counts *counts);

#endif
