/* SPDX-License-Identifier: ISC */
/*
 * text_writer - a stream as text that people and diff can read, without losing a bit
 *
 *     ornament-stream-text 1
 *     fact pixels.letterbox=518
 *     item "D0939806" sheet 1
 *     	source archive "I.tar" member "a/b.TIF" size 20 crc deadbeef offset 512 stored 9 method 8
 *     	record
 *     		{"patent_id":"D0939806",
 *     		"title":"Chair"}
 *     	pixels width 16 height 3 layout grey
 *     		ff*12 00112233
 *     		x2 ff*16
 *     	page width 16 height 3 dpi_x 300 dpi_y 300 bits 1 samples 1 turn 0 turned 0
 *     	vector sketch 3
 *     		0.5 -1 2
 *     	field 1000
 *     		6869
 *     end items 1 faults 0 skipped 0
 *
 * One tab before a field, two before a line of its contents. Contents that are text (document, record,
 * colours, labels) are the lines put together, with \n \r \t \\ and \xHH for bytes that are not printable
 * UTF-8; nothing is implied at a line's end. Pixels are rows of hexadecimal bytes, HEX*N a repetition of
 * these bytes, xN in front a repetition of the row. Numbers that are not finite are 0x and the eight digits
 * of their bits. Thumbnails are base64, unknown fields hexadecimal. text_reader is the way back.
 *
 * Nothing is returned: a failed write stays in ferror(out), which finish_stdout looks at.
 */
#ifndef STREAM_TEXT_WRITER_H
#define STREAM_TEXT_WRITER_H

#include "stream/stream.h"

#include <stdio.h>

void text_write_header(FILE *out, const struct facts *facts);
void text_write_item(FILE *out, const struct item *it);
void text_write_end(FILE *out, const struct stream_counts *counts);

#endif
