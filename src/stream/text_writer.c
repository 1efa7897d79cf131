/* SPDX-License-Identifier: ISC */
#include "stream/text_writer.h"

#include "base/base64.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>

/* A longer text, or more bytes of base64 or hexadecimal, goes on in a new line. */
enum { TEXT_LINE = 4096, BASE64_LINE = 57, HEX_LINE = 32, NUMBERS_LINE = 8 };

/* A run of at least so many equal pixels is written as a repetition. */
enum { RUN = 4 };

/* Bytes of the printable character at p: 0 when there is none (controls, C1 controls, what is not UTF-8). */
static size_t printable(const uint8_t *p, size_t left)
{
	return utf8_control_length(p, left) ? 0 : utf8_length(p, left);
}

static void put_escaped(FILE *out, const uint8_t *p, size_t size, bool quoted)
{
	for (size_t i = 0, n; i < size; i += n) {
		n = printable(p + i, size - i);
		if (p[i] == '\\' || (quoted && p[i] == '"'))
			fprintf(out, "\\%c", p[i]);
		else if (n)
			fwrite(p + i, 1, n, out);
		else if (p[i] == '\n' || p[i] == '\r' || p[i] == '\t')
			fprintf(out, "\\%c", p[i] == '\n' ? 'n' : p[i] == '\r' ? 'r' : 't');
		else
			fprintf(out, "\\x%02x", p[i]);
		n += !n;
	}
}

static void put_quoted(FILE *out, const char *text)
{
	putc('"', out);
	put_escaped(out, (const uint8_t *)text, strlen(text), true);
	putc('"', out);
}

static void put_hex(FILE *out, const uint8_t *p, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		putc(digits[p[i] >> 4], out);
		putc(digits[p[i] & 15], out);
	}
}

/* Where a line of a text ends: behind a newline. */
static bool ends_line(const struct bytes *text, size_t i)
{
	return text->data[i] == '\n';
}

static void write_text(FILE *out, const char *name, const struct bytes *text)
{
	if (!text->size)
		return;
	fprintf(out, "\t%s\n", name);
	for (size_t i = 0, n; i < text->size; i += n) {
		for (n = 1; i + n < text->size && n < TEXT_LINE && !ends_line(text, i + n - 1); n++)
			continue;
		fputs("\t\t", out);
		put_escaped(out, text->data + i, n, false);
		putc('\n', out);
	}
}

/* JSON with a line for each member of the outermost object, so that a diff shows the member. */
static void write_json(FILE *out, const char *name, const struct bytes *json)
{
	int depth = 0;
	bool in_string = false;
	size_t start = 0;

	if (!json->size)
		return;
	fprintf(out, "\t%s\n", name);
	for (size_t i = 0; i < json->size; i++) {
		const uint8_t c = json->data[i];
		if (in_string && c == '\\' && i + 1 < json->size)
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string)
			depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		const bool member_ends = !in_string && depth == 1 && c == ',';
		if (!member_ends && i + 1 < json->size && i + 1 - start < TEXT_LINE)
			continue;
		fputs("\t\t", out);
		put_escaped(out, json->data + start, i + 1 - start, false);
		putc('\n', out);
		start = i + 1;
	}
}

static void write_source(FILE *out, const struct source *s)
{
	fputs("\tsource archive ", out);
	put_quoted(out, s->archive);
	fputs(" member ", out);
	put_quoted(out, s->member);
	fprintf(out, " size %" PRIu64 " crc %08" PRIx32, s->size, s->crc);
	if (s->has_offset)
		fprintf(out, " offset %" PRIu64 " stored %" PRIu64 " method %u", s->offset, s->stored_size,
			(unsigned)s->method);
	putc('\n', out);
}

static void write_page(FILE *out, const struct page *p)
{
	fprintf(out,
		"\tpage width %" PRIu32 " height %" PRIu32 " dpi_x %" PRIu32 " dpi_y %" PRIu32
		" bits %u samples %u turn %u turned %u",
		p->width, p->height, p->dpi_x, p->dpi_y, (unsigned)p->bits, (unsigned)p->samples,
		(unsigned)p->turn, (unsigned)p->turned);
	if (p->box[0] || p->box[1] || p->box[2] || p->box[3])
		fprintf(out, " box %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, p->box[0], p->box[1],
			p->box[2], p->box[3]);
	putc('\n', out);
}

/* How often the unit at p is repeated within size bytes; at least 1. */
static size_t run_length(const uint8_t *p, size_t size, size_t unit)
{
	size_t n = 1;

	while ((n + 1) * unit <= size && memcmp(p, p + n * unit, unit) == 0)
		n++;
	return n;
}

static void write_row(FILE *out, const uint8_t *row, size_t size, size_t unit)
{
	bool in_hex = false;

	for (size_t i = 0, n; i < size; i += n * unit) {
		n = run_length(row + i, size - i, unit);
		const bool run = n >= RUN;
		if (i && (run || !in_hex))
			putc(' ', out);
		put_hex(out, row + i, run ? unit : n * unit);
		if (run)
			fprintf(out, "*%zu", n);
		in_hex = !run;
	}
	putc('\n', out);
}

static void write_pixels(FILE *out, const struct picture *p)
{
	const size_t row_bytes = picture_row_bytes(p->layout, p->width),
		     unit = p->layout == PICTURE_RGB ? 3 : 1;

	fprintf(out, "\tpixels width %" PRIu32 " height %" PRIu32 " layout %s\n", p->width, p->height,
		p->layout == PICTURE_BIT    ? "bit"
		: p->layout == PICTURE_GREY ? "grey"
					    : "rgb");
	for (uint32_t y = 0, n; y < p->height; y += n) {
		const uint8_t *row = picture_row_const(p, y);
		n = (uint32_t)run_length(row, (p->height - y) * row_bytes, row_bytes);
		fputs("\t\t", out);
		if (n > 1)
			fprintf(out, "x%" PRIu32 " ", n);
		write_row(out, row, row_bytes, unit);
	}
}

static void write_vector(FILE *out, const struct vector *v)
{
	fprintf(out, "\tvector %s %" PRIu32 "\n", v->space, v->dimension);
	for (uint32_t i = 0; i < v->dimension; i++) {
		uint32_t bits;
		fputs(i % NUMBERS_LINE ? " " : "\t\t", out);
		if (isfinite(v->values[i])) {
			fprintf(out, "%.9g", (double)v->values[i]);
		} else {
			memcpy(&bits, &v->values[i], sizeof bits);
			fprintf(out, "0x%08" PRIx32, bits);
		}
		if (i % NUMBERS_LINE == NUMBERS_LINE - 1 || i + 1 == v->dimension)
			putc('\n', out);
	}
}

static void write_thumbnail(FILE *out, const struct bytes *b)
{
	if (!b->size)
		return;
	fputs("\tthumbnail", out);
	for (size_t i = 0; i < b->size; i += BASE64_LINE) {
		fputs("\n\t\t", out);
		base64_write(out, b->data + i, b->size - i < BASE64_LINE ? b->size - i : BASE64_LINE);
	}
	putc('\n', out);
}

static void write_others(FILE *out, const struct bytes *others)
{
	struct cursor c = cursor_on(others->data, others->size);

	while (cursor_left(&c)) {
		const uint16_t kind = cursor_u16(&c), reserved = cursor_u16(&c);
		const uint32_t length = cursor_u32(&c);
		const uint8_t *p = cursor_bytes(&c, length);
		if (!p && length)
			return;
		fprintf(out, "\tfield %u", (unsigned)kind);
		if (reserved)
			fprintf(out, " reserved %u", (unsigned)reserved);
		for (uint32_t i = 0; i < length; i += HEX_LINE) {
			fputs("\n\t\t", out);
			put_hex(out, p + i, length - i < HEX_LINE ? length - i : HEX_LINE);
		}
		putc('\n', out);
	}
}

static void write_identity(FILE *out, const struct identity *id)
{
	const uint32_t *r = id->region;

	fputs("item ", out);
	put_quoted(out, id->document);
	if (id->sheet != IDENTITY_NO_SHEET)
		fprintf(out, " sheet %" PRId32, id->sheet);
	if (id->page)
		fprintf(out, " page %" PRIu32, id->page);
	if (id->figure)
		fprintf(out, " figure %" PRIu32, id->figure);
	if (r[0] || r[1] || r[2] || r[3])
		fprintf(out, " region %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, r[0], r[1], r[2], r[3]);
	putc('\n', out);
}

void text_write_header(FILE *out, const struct facts *facts)
{
	fputs("ornament-stream-text 1\n", out);
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *f = &facts->list[i];
		fprintf(out, "fact %s=", f->name);
		put_escaped(out, (const uint8_t *)f->value, strlen(f->value), false);
		putc('\n', out);
	}
}

void text_write_item(FILE *out, const struct item *it)
{
	write_identity(out, &it->identity);
	if (it->has_source)
		write_source(out, &it->source);
	write_text(out, "document", &it->document);
	write_json(out, "record", &it->record);
	if (it->picture.layout != PICTURE_NONE)
		write_pixels(out, &it->picture);
	if (it->has_page)
		write_page(out, &it->page);
	for (size_t i = 0; i < it->vector_count; i++)
		write_vector(out, &it->vectors[i]);
	write_json(out, "colours", &it->colours);
	write_json(out, "labels", &it->labels);
	write_thumbnail(out, &it->thumbnail);
	if (it->has_fault) {
		fputs("\tfault by ", out);
		put_quoted(out, it->fault_by);
		fputs(" text ", out);
		put_quoted(out, it->fault_text);
		putc('\n', out);
	}
	write_others(out, &it->others);
}

void text_write_end(FILE *out, const struct stream_counts *counts)
{
	fprintf(out, "end items %" PRIu64 " faults %" PRIu64 " skipped %" PRIu64 "\n", counts->items,
		counts->faults, counts->skipped);
}
