/* SPDX-License-Identifier: ISC */
#include "stream/text_reader.h"

#include "base/base64.h"
#include "base/line.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

/* The longest line of text_writer is a row of LIMIT_SIDE RGB pixels, in hexadecimal with runs between. */
enum { LIMIT_LINE = 1 << 20 };

struct text_reader {
	FILE *file;
	const char *name;
	struct bytes line; /* the line that comes next, until it is taken */
	bool has_line;
	uint64_t number; /* of that line, from 1 */
	const char *at;	 /* what is not yet read of the line being read */
	struct bytes row;
	struct stream_counts counts, end;
};

static int fail(const struct text_reader *in, struct error *err, const char *why)
{
	return error_set(err, "%s: line %" PRIu64 ": %s", in->name, in->number, why);
}

/* Makes the next line with something in it the one to look at: 1, 0 at the end, -1. */
static int look(struct text_reader *in, struct error *err)
{
	int got = 1;

	while (!in->has_line) {
		got = line_read(in->file, &in->line, LIMIT_LINE, err);
		if (got < 0)
			return error_within(err, "%s: line %" PRIu64, in->name, in->number + 1);
		if (got == 0)
			return 0;
		in->number++;
		in->at = (const char *)in->line.data;
		if (strlen(in->at) != in->line.size)
			return fail(in, err, "is no text");
		const char first = in->at[strspn(in->at, "\t ")];
		in->has_line = first && in->at[0] != '#';
	}
	return 1;
}

/* Takes the next line if it is indented by exactly so many tabs: 1, 0 when it is not, -1. at is then behind. */
static int take_line(struct text_reader *in, size_t tabs, struct error *err)
{
	const int got = look(in, err);

	if (got <= 0)
		return got;
	if (strspn(in->at, "\t") != tabs)
		return 0;
	in->at += tabs;
	in->has_line = false;
	return 1;
}

/* --- parts of a line: each consumes what it reads and the blanks behind it --- */

static void skip_blanks(struct text_reader *in)
{
	in->at += strspn(in->at, " ");
}

static bool take_word(struct text_reader *in, const char *word)
{
	const size_t n = strlen(word);

	if (strncmp(in->at, word, n) != 0 || (in->at[n] && in->at[n] != ' '))
		return false;
	in->at += n;
	skip_blanks(in);
	return true;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number in this base up to the maximum; false when there is none. */
static bool take_number(struct text_reader *in, unsigned base, uint64_t maximum, uint64_t *value)
{
	const char *start = in->at;
	int digit;

	*value = 0;
	for (; (digit = hex_digit(*in->at)) >= 0 && (unsigned)digit < base; in->at++) {
		if (*value > (maximum - (unsigned)digit) / base)
			return false;
		*value = *value * base + (unsigned)digit;
	}
	if (in->at == start || (*in->at && *in->at != ' '))
		return false;
	skip_blanks(in);
	return true;
}

/* Behind this word a number; false when one of them is not there. */
static bool take_u64(struct text_reader *in, const char *word, uint64_t *value)
{
	return take_word(in, word) && take_number(in, 10, UINT64_MAX, value);
}

static bool take_u32(struct text_reader *in, const char *word, uint32_t maximum, uint32_t *value)
{
	uint64_t v;

	if (!take_word(in, word) || !take_number(in, 10, maximum, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

static bool take_u16(struct text_reader *in, const char *word, uint16_t *value)
{
	uint32_t v;

	if (!take_u32(in, word, UINT16_MAX, &v))
		return false;
	*value = (uint16_t)v;
	return true;
}

static bool take_box(struct text_reader *in, const char *word, uint32_t box[4])
{
	uint64_t v;

	if (!take_word(in, word))
		return false;
	for (int i = 0; i < 4; i++) {
		if (!take_number(in, 10, UINT32_MAX, &v))
			return false;
		box[i] = (uint32_t)v;
	}
	return true;
}

/* One byte of escaped text: the byte, or -1. */
static int take_escaped(struct text_reader *in)
{
	const char c = *in->at++;

	if (c != '\\')
		return (unsigned char)c;
	const char kind = *in->at;
	if (!kind)
		return -1;
	in->at++;
	switch (kind) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case '\\':
	case '"':
		return kind;
	case 'x':
		break;
	default:
		return -1;
	}
	const int high = hex_digit(in->at[0]), low = high < 0 ? -1 : hex_digit(in->at[1]);
	if (low < 0)
		return -1;
	in->at += 2;
	return high << 4 | low;
}

/* A quoted text into to[0 .. limit], without NUL inside. */
static bool take_quoted(struct text_reader *in, char *to, size_t limit)
{
	size_t n = 0;

	if (*in->at != '"')
		return false;
	in->at++;
	while (*in->at && *in->at != '"') {
		const int c = take_escaped(in);
		if (c <= 0 || n == limit)
			return false;
		to[n++] = (char)c;
	}
	to[n] = 0;
	if (*in->at != '"')
		return false;
	in->at++;
	skip_blanks(in);
	return true;
}

/* --- contents, over several lines --- */

static int take_text(struct text_reader *in, struct bytes *to, size_t limit, struct error *err)
{
	int more;

	if (to->size)
		return fail(in, err, "this field is there twice");
	while ((more = take_line(in, 2, err)) > 0) {
		while (*in->at) {
			const int c = take_escaped(in);
			if (c < 0)
				return fail(in, err, "is wrongly escaped");
			if (to->size == limit)
				return fail(in, err, "the field is too long");
			if (bytes_put_u8(to, (uint8_t)c) < 0)
				return fail(in, err, "out of memory");
		}
	}
	if (more == 0 && !to->size)
		return fail(in, err, "a field without contents stands before");
	return more;
}

/* Appends hexadecimal digits up to anything else; -1 when they are not whole bytes. */
static int take_hex(struct text_reader *in, struct bytes *to)
{
	int high, low;

	while ((high = hex_digit(in->at[0])) >= 0) {
		low = hex_digit(in->at[1]);
		if (low < 0 || bytes_put_u8(to, (uint8_t)(high << 4 | low)) < 0)
			return -1;
		in->at += 2;
	}
	return 0;
}

static int take_thumbnail(struct text_reader *in, struct bytes *to, struct error *err)
{
	int more;

	if (to->size)
		return fail(in, err, "this field is there twice");
	while ((more = take_line(in, 2, err)) > 0) {
		if (base64_decode(to, in->at) < 0)
			return fail(in, err, "is no base64");
		if (to->size > LIMIT_THUMBNAIL)
			return fail(in, err, "the thumbnail is too long");
	}
	if (more == 0 && !to->size)
		return fail(in, err, "a field without contents stands before");
	return more;
}

/* A row of pixels as tokens HEX or HEX*N, which must fill it. */
static bool take_row(struct text_reader *in, size_t row_bytes)
{
	in->row.size = 0;
	while (*in->at) {
		const size_t start = in->row.size;
		uint64_t n;
		if (take_hex(in, &in->row) < 0 || in->row.size > row_bytes || in->row.size == start)
			return false;
		const size_t unit = in->row.size - start;
		if (*in->at != '*') {
			if (*in->at && *in->at != ' ')
				return false;
			skip_blanks(in);
			continue;
		}
		in->at++;
		if (!take_number(in, 10, LIMIT_SIDE, &n) || !n || n * unit > row_bytes - start ||
			bytes_resize(&in->row, start + (size_t)n * unit) < 0)
			return false;
		for (size_t i = unit; i < n * unit; i++)
			in->row.data[start + i] = in->row.data[start + i - unit];
	}
	return in->row.size == row_bytes;
}

static int take_pixels(struct text_reader *in, struct picture *p, struct error *err)
{
	struct error why;
	uint32_t width, height;
	int more = 1;

	if (p->layout != PICTURE_NONE)
		return fail(in, err, "this field is there twice");
	if (!take_u32(in, "width", UINT32_MAX, &width) || !take_u32(in, "height", UINT32_MAX, &height) ||
		!take_word(in, "layout"))
		return fail(in, err, "is not 'pixels width W height H layout bit, grey or rgb'");
	const enum picture_layout layout = take_word(in, "bit")	   ? PICTURE_BIT
					   : take_word(in, "grey") ? PICTURE_GREY
					   : take_word(in, "rgb")  ? PICTURE_RGB
								   : PICTURE_NONE;
	if (layout == PICTURE_NONE || *in->at)
		return fail(in, err, "is not 'pixels width W height H layout bit, grey or rgb'");
	if (picture_prepare(p, layout, width, height, &why) < 0)
		return fail(in, err, why.text);
	const size_t row_bytes = picture_row_bytes(layout, width);
	uint32_t y = 0;
	while (y < height && (more = take_line(in, 2, err)) > 0) {
		uint64_t n = 1;
		if (*in->at == 'x') {
			in->at++;
			if (!take_number(in, 10, height, &n))
				n = 0;
		}
		if (!n || n > height - y || !take_row(in, row_bytes))
			return fail(in, err, "is no row of these pixels");
		for (; n; n--)
			memcpy(picture_row(p, y++), in->row.data, row_bytes);
	}
	return more > 0 ? 0 : more < 0 ? -1 : fail(in, err, "pixels are missing before");
}

/* A number of a vector: decimal, or 0x and the bits. */
static bool take_real(struct text_reader *in, float *value)
{
	char *end;
	uint64_t bits;

	if (in->at[0] == '0' && in->at[1] == 'x') {
		in->at += 2;
		if (!take_number(in, 16, UINT32_MAX, &bits))
			return false;
		const uint32_t word = (uint32_t)bits;
		memcpy(value, &word, sizeof word);
		return true;
	}
	if (!isdigit((unsigned char)in->at[in->at[0] == '-']))
		return false;
	*value = strtof(in->at, &end);
	if (*end && *end != ' ')
		return false;
	in->at = end;
	skip_blanks(in);
	return true;
}

static int take_vector(struct text_reader *in, struct item *it, struct error *err)
{
	char space[LIMIT_SPACE + 1];
	const size_t n = strcspn(in->at, " ");
	uint64_t dimension;
	int more = 1;

	if (n > LIMIT_SPACE)
		return fail(in, err, "the name of the space is too long");
	memcpy(space, in->at, n);
	space[n] = 0;
	in->at += n;
	skip_blanks(in);
	if (!take_number(in, 10, LIMIT_DIMENSION, &dimension) || *in->at || item_vector(it, space))
		return fail(in, err, "is not 'vector SPACE NUMBERS', or that space is there twice");
	struct vector *v = item_add_vector(it, space, (uint32_t)dimension);
	if (!v)
		return fail(in, err, "is no possible vector");
	for (uint32_t i = 0; i < v->dimension;) {
		more = take_line(in, 2, err);
		if (more <= 0)
			return more < 0 ? -1 : fail(in, err, "numbers of a vector are missing before");
		while (*in->at && i < v->dimension)
			if (!take_real(in, &v->values[i++]))
				return fail(in, err, "is no row of numbers");
		if (*in->at)
			return fail(in, err, "there are more numbers than the vector has");
	}
	return 0;
}

static int take_other(struct text_reader *in, struct bytes *to, struct error *err)
{
	uint64_t kind;
	uint16_t reserved = 0;
	int more;

	if (!take_number(in, 10, UINT16_MAX, &kind) || kind <= FIELD_FAULT ||
		(*in->at && !take_u16(in, "reserved", &reserved)) || *in->at)
		return fail(in, err, "is not 'field KIND' with a kind that is unknown here");
	if (bytes_put_u16(to, (uint16_t)kind) < 0 || bytes_put_u16(to, reserved) < 0 ||
		bytes_put_u32(to, 0) < 0)
		return fail(in, err, "out of memory");
	const size_t start = to->size;
	while ((more = take_line(in, 2, err)) > 0) {
		if (take_hex(in, to) < 0 || *in->at)
			return fail(in, err, "is not hexadecimal");
		if (to->size > LIMIT_ITEM)
			return fail(in, err, "the field is too long");
	}
	le32_put(to->data + start - 4, (uint32_t)(to->size - start));
	return more;
}

/* --- fields of one line --- */

static bool take_source(struct text_reader *in, struct item *it)
{
	struct source *s = &it->source;
	uint64_t crc;

	if (it->has_source)
		return false;
	memset(s, 0, sizeof *s);
	it->has_source = true;
	if (!take_word(in, "archive") || !take_quoted(in, s->archive, LIMIT_PATH) ||
		!take_word(in, "member") || !take_quoted(in, s->member, LIMIT_PATH) ||
		!take_u64(in, "size", &s->size) || !take_word(in, "crc") ||
		!take_number(in, 16, UINT32_MAX, &crc))
		return false;
	s->crc = (uint32_t)crc;
	s->has_offset = *in->at != 0;
	return !s->has_offset ||
	       (take_u64(in, "offset", &s->offset) && take_u64(in, "stored", &s->stored_size) &&
		       take_u16(in, "method", &s->method));
}

static bool take_page(struct text_reader *in, struct item *it)
{
	struct page *p = &it->page;
	uint32_t turn, turned;

	if (it->has_page)
		return false;
	memset(p, 0, sizeof *p);
	it->has_page = true;
	if (!take_u32(in, "width", UINT32_MAX, &p->width) ||
		!take_u32(in, "height", UINT32_MAX, &p->height) ||
		!take_u32(in, "dpi_x", UINT32_MAX, &p->dpi_x) ||
		!take_u32(in, "dpi_y", UINT32_MAX, &p->dpi_y) || !take_u16(in, "bits", &p->bits) ||
		!take_u16(in, "samples", &p->samples) || !take_u32(in, "turn", 3, &turn) ||
		!take_u32(in, "turned", 3, &turned))
		return false;
	p->turn = (uint8_t)turn;
	p->turned = (uint8_t)turned;
	return !*in->at || take_box(in, "box", p->box);
}

static bool take_fault(struct text_reader *in, struct item *it)
{
	if (it->has_fault)
		return false;
	it->has_fault = true;
	return take_word(in, "by") && take_quoted(in, it->fault_by, sizeof it->fault_by - 1) &&
	       take_word(in, "text") && take_quoted(in, it->fault_text, LIMIT_FAULT);
}

static int take_field(struct text_reader *in, struct item *it, struct error *err)
{
	if (take_word(in, "document"))
		return take_text(in, &it->document, LIMIT_XML, err);
	if (take_word(in, "record"))
		return take_text(in, &it->record, LIMIT_RECORD, err);
	if (take_word(in, "pixels"))
		return take_pixels(in, &it->picture, err);
	if (take_word(in, "vector"))
		return take_vector(in, it, err);
	if (take_word(in, "colours"))
		return take_text(in, &it->colours, LIMIT_RECORD, err);
	if (take_word(in, "labels"))
		return take_text(in, &it->labels, LIMIT_RECORD, err);
	if (take_word(in, "thumbnail"))
		return take_thumbnail(in, &it->thumbnail, err);
	if (take_word(in, "field"))
		return take_other(in, &it->others, err);
	const bool good = take_word(in, "source")  ? take_source(in, it)
			  : take_word(in, "page")  ? take_page(in, it)
			  : take_word(in, "fault") ? take_fault(in, it)
						   : false;
	return good && !*in->at
		       ? 0
		       : fail(in, err, "is no field, or there twice, or not as stream-show writes it");
}

static bool take_identity(struct text_reader *in, struct identity *id)
{
	uint32_t sheet;
	char document[LIMIT_DOCUMENT + 1];

	if (!take_quoted(in, document, LIMIT_DOCUMENT) || !document[0])
		return false;
	identity_set(id, document);
	if (take_u32(in, "sheet", IDENTITY_MAX_SHEET, &sheet))
		id->sheet = (int32_t)sheet;
	take_u32(in, "page", UINT32_MAX, &id->page);
	take_u32(in, "figure", UINT32_MAX, &id->figure);
	take_box(in, "region", id->region);
	return !*in->at;
}

static int take_end(struct text_reader *in, struct error *err)
{
	struct stream_counts *end = &in->end;

	*end = in->counts;
	take_u64(in, "items", &end->items);
	take_u64(in, "faults", &end->faults);
	take_u64(in, "skipped", &end->skipped);
	if (*in->at)
		return fail(in, err, "is not 'end items N faults N skipped N'");
	if (end->items != in->counts.items || end->faults != in->counts.faults)
		return error_set(err,
			"%s: line %" PRIu64 ": there were %" PRIu64 " items and %" PRIu64 " faults", in->name,
			in->number, in->counts.items, in->counts.faults);
	const int more = look(in, err);
	return more > 0 ? fail(in, err, "stands behind the end") : more;
}

struct text_reader *text_reader_on(FILE *file, const char *name)
{
	struct text_reader *in = calloc(1, sizeof *in);

	if (in) {
		in->file = file;
		in->name = name;
	}
	return in;
}

/* name=value, the value escaped */
static int take_fact(struct text_reader *in, struct facts *facts, struct error *err)
{
	struct error why;
	char *equals = strchr((char *)in->line.data, '=');
	char *value = equals ? equals + 1 : NULL, *to = value;
	const char *name = in->at;

	if (!equals)
		return fail(in, err, "is not 'fact NAME=VALUE'");
	*equals = 0;
	in->at = value;
	/* unescaped text is not longer: it stays in its place */
	while (*in->at) {
		const int c = take_escaped(in);
		if (c <= 0)
			return fail(in, err, "is wrongly escaped");
		*to++ = (char)c;
	}
	*to = 0;
	if (facts_get(facts, name))
		return fail(in, err, "this fact is there twice");
	return facts_set(facts, name, value, &why) < 0 ? fail(in, err, why.text) : 0;
}

int text_begin(struct text_reader *in, struct facts *facts, struct error *err)
{
	int more = take_line(in, 0, err);

	if (more < 0)
		return -1;
	if (more == 0 || strcmp(in->at, "ornament-stream-text 1") != 0)
		return error_set(err,
			"%s: is no text of stream-show: it does not begin with 'ornament-stream-text 1'",
			in->name);
	while ((more = look(in, err)) > 0 && strncmp(in->at, "fact ", 5) == 0) {
		in->has_line = false;
		in->at += 5;
		if (take_fact(in, facts, err) < 0)
			return -1;
	}
	return more < 0 ? -1 : 0;
}

int text_read(struct text_reader *in, struct item *it, struct error *err)
{
	int more = take_line(in, 0, err);

	if (more < 0)
		return -1;
	item_reset(it, "");
	if (more == 0)
		return fail(in, err,
			in->has_line ? "is indented, but no field of an item"
				     : "the text is cut short: it has no end line");
	if (take_word(in, "end"))
		return take_end(in, err);
	if (!take_word(in, "item") || !take_identity(in, &it->identity))
		return fail(in, err, "is not 'item \"DOCUMENT\" ...' or 'end ...'");
	while ((more = take_line(in, 1, err)) > 0)
		if (take_field(in, it, err) < 0)
			return -1;
	if (more < 0)
		return -1;
	in->counts.items++;
	in->counts.faults += it->has_fault;
	return 1;
}

const struct stream_counts *text_counts(const struct text_reader *in)
{
	return &in->end;
}

void text_reader_close(struct text_reader *in)
{
	if (!in)
		return;
	bytes_release(&in->line);
	bytes_release(&in->row);
	free(in);
}
