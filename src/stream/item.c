/* SPDX-License-Identifier: ISC */
/*
 * An item's body is a sequence of fields: u16 kind, u16 zero, u32 length, then so many bytes. Known kinds occur once, in
 * ascending order, except vectors, which follow one another; unknown ones come behind, in the order they came in.
 */
#include "stream/item.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void item_reset(struct item *it, const char *document)
{
	identity_set(&it->identity, document);
	it->has_source = it->has_page = it->has_fault = false;
	it->document.size = it->record.size = 0;
	it->colours.size = it->labels.size = it->thumbnail.size = it->others.size = 0;
	it->vector_count = 0;
	picture_clear(&it->picture);
}

bool item_has_pixels(const struct item *it)
{
	return it->picture.layout != PICTURE_NONE && !it->has_fault;
}

struct vector *item_vector(const struct item *it, const char *space)
{
	for (size_t i = 0; i < it->vector_count; i++)
		if (strcmp(it->vectors[i].space, space) == 0)
			return &it->vectors[i];
	return NULL;
}

static bool space_is_good(const char *s)
{
	const size_t n = strlen(s);

	return n && n <= LIMIT_SPACE && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == n;
}

struct vector *item_add_vector(struct item *it, const char *space, uint32_t dimension)
{
	struct vector *v = item_vector(it, space);

	if (!space_is_good(space) || !dimension || dimension > LIMIT_DIMENSION)
		return NULL;
	if (!v) {
		if (it->vector_count == LIMIT_VECTORS)
			return NULL;
		if (it->vector_count == it->vector_capacity) {
			const size_t capacity = it->vector_capacity + 2;
			struct vector *list = realloc(it->vectors, capacity * sizeof *list);
			if (!list)
				return NULL;
			memset(list + it->vector_capacity, 0, 2 * sizeof *list);
			it->vectors = list;
			it->vector_capacity = capacity;
		}
		v = &it->vectors[it->vector_count];
	}
	if (v->capacity < dimension) {
		float *values = realloc(v->values, dimension * sizeof *values);
		if (!values)
			return NULL;
		v->values = values;
		v->capacity = dimension;
	}
	memcpy(v->space, space, strlen(space) + 1);
	v->dimension = dimension;
	if (v == &it->vectors[it->vector_count])
		it->vector_count++;
	return v;
}

void item_set_fault(struct item *it, const char *program, const char *format, ...)
{
	va_list ap;

	picture_clear(&it->picture);
	it->vector_count = 0;
	it->thumbnail.size = 0;
	it->has_fault = true;
	snprintf(it->fault_by, sizeof it->fault_by, "%s", program);
	va_start(ap, format);
	vsnprintf(it->fault_text, sizeof it->fault_text, format, ap);
	va_end(ap);
}

void item_release(struct item *it)
{
	for (size_t i = 0; i < it->vector_capacity; i++)
		free(it->vectors[i].values);
	free(it->vectors);
	bytes_release(&it->document);
	bytes_release(&it->record);
	bytes_release(&it->colours);
	bytes_release(&it->labels);
	bytes_release(&it->thumbnail);
	bytes_release(&it->others);
	picture_release(&it->picture);
	memset(it, 0, sizeof *it);
}

/* Opens a field: its head with a length to be filled in. Returns where the contents begin. */
static size_t field_open(struct bytes *to, uint16_t kind)
{
	bytes_put_u16(to, kind);
	bytes_put_u16(to, 0);
	bytes_put_u32(to, 0);
	return to->size;
}

static void field_close(struct bytes *to, size_t start)
{
	le32_put(to->data + start - 4, (uint32_t)(to->size - start));
}

static void encode_block(struct bytes *to, uint16_t kind, const struct bytes *block)
{
	if (!block->size)
		return;
	const size_t start = field_open(to, kind);
	bytes_append(to, block->data, block->size);
	field_close(to, start);
}

static void encode_source(struct bytes *to, const struct source *s)
{
	const size_t start = field_open(to, FIELD_SOURCE);

	bytes_put_string(to, s->archive);
	bytes_put_string(to, s->member);
	bytes_put_u16(to, s->has_offset);
	bytes_put_u16(to, s->has_offset ? s->method : 0);
	bytes_put_u64(to, s->has_offset ? s->offset : 0);
	bytes_put_u64(to, s->has_offset ? s->stored_size : 0);
	bytes_put_u64(to, s->size);
	bytes_put_u32(to, s->crc);
	field_close(to, start);
}

static void encode_page(struct bytes *to, const struct page *p)
{
	const size_t start = field_open(to, FIELD_PAGE);

	bytes_put_u32(to, p->width);
	bytes_put_u32(to, p->height);
	bytes_put_u32(to, p->dpi_x);
	bytes_put_u32(to, p->dpi_y);
	bytes_put_u16(to, p->bits);
	bytes_put_u16(to, p->samples);
	bytes_put_u8(to, p->turn);
	bytes_put_u8(to, p->turned);
	bytes_put_u16(to, 0);
	for (int i = 0; i < 4; i++)
		bytes_put_u32(to, p->box[i]);
	field_close(to, start);
}

static void encode_pixels(struct bytes *to, const struct picture *p)
{
	const size_t start = field_open(to, FIELD_PIXELS);

	bytes_put_u32(to, p->width);
	bytes_put_u32(to, p->height);
	bytes_put_u32(to, (uint32_t)p->layout);
	bytes_append(to, p->pixels.data, p->pixels.size);
	field_close(to, start);
}

static void encode_vector(struct bytes *to, const struct vector *v)
{
	const size_t start = field_open(to, FIELD_VECTOR);

	bytes_put_string(to, v->space);
	bytes_put_u32(to, v->dimension);
	lef32_put_array(to->data + to->size, v->values, v->dimension);
	to->size += 4 * (size_t)v->dimension;
	field_close(to, start);
}

/* More than the encoding can need: one reservation up front lets the steps above go unchecked. */
static size_t encoded_bound(const struct item *it)
{
	size_t n = 16 * 16 + strlen(it->identity.document) + 64 + 2 * LIMIT_PATH + 64 + LIMIT_FAULT + 128;

	n += it->document.size + it->record.size + it->colours.size + it->labels.size + it->thumbnail.size;
	n += it->picture.pixels.size + it->others.size;
	for (size_t i = 0; i < it->vector_count; i++)
		n += LIMIT_SPACE + 32 + 4 * (size_t)it->vectors[i].dimension;
	return n;
}

int item_encode(const struct item *it, struct bytes *to, struct error *err)
{
	const size_t bound = encoded_bound(it), before = to->size;

	if (bytes_reserve(to, bound) < 0)
		return error_set(err, "out of memory for an item of %zu bytes", bound);

	const size_t start = field_open(to, FIELD_IDENTITY);
	identity_encode(&it->identity, to);
	field_close(to, start);
	if (it->has_source)
		encode_source(to, &it->source);
	encode_block(to, FIELD_DOCUMENT, &it->document);
	encode_block(to, FIELD_RECORD, &it->record);
	if (it->picture.layout != PICTURE_NONE)
		encode_pixels(to, &it->picture);
	if (it->has_page)
		encode_page(to, &it->page);
	for (size_t i = 0; i < it->vector_count; i++)
		encode_vector(to, &it->vectors[i]);
	encode_block(to, FIELD_COLOURS, &it->colours);
	encode_block(to, FIELD_LABELS, &it->labels);
	encode_block(to, FIELD_THUMBNAIL, &it->thumbnail);
	if (it->has_fault) {
		const size_t fault = field_open(to, FIELD_FAULT);
		bytes_put_string(to, it->fault_by);
		bytes_put_string(to, it->fault_text);
		field_close(to, fault);
	}
	bytes_append(to, it->others.data, it->others.size);
	if (to->size - before > LIMIT_ITEM)
		return error_set(err, "the item is larger than %d MiB", LIMIT_ITEM >> 20);
	return 0;
}

static void decode_source(struct source *s, struct cursor *c)
{
	cursor_string(c, s->archive, LIMIT_PATH);
	cursor_string(c, s->member, LIMIT_PATH);
	s->has_offset = cursor_u16(c) & 1;
	s->method = cursor_u16(c);
	s->offset = cursor_u64(c);
	s->stored_size = cursor_u64(c);
	s->size = cursor_u64(c);
	s->crc = cursor_u32(c);
}

static void decode_page(struct page *p, struct cursor *c)
{
	p->width = cursor_u32(c);
	p->height = cursor_u32(c);
	p->dpi_x = cursor_u32(c);
	p->dpi_y = cursor_u32(c);
	p->bits = cursor_u16(c);
	p->samples = cursor_u16(c);
	p->turn = cursor_u8(c);
	p->turned = cursor_u8(c);
	cursor_u16(c);
	for (int i = 0; i < 4; i++)
		p->box[i] = cursor_u32(c);
	if (p->turn > 3 || p->turned > 3)
		c->failed = true;
}

static int decode_pixels(struct picture *p, struct cursor *c, struct error *err)
{
	const uint32_t width = cursor_u32(c), height = cursor_u32(c), layout = cursor_u32(c);

	if (c->failed || (layout != PICTURE_BIT && layout != PICTURE_GREY && layout != PICTURE_RGB))
		return error_set(err, "its pixels have an unknown layout");
	if (picture_prepare(p, (enum picture_layout)layout, width, height, err) < 0)
		return -1;
	const uint8_t *pixels = cursor_bytes(c, p->pixels.size);
	if (!pixels)
		return error_set(err, "its pixels are cut short");
	memcpy(p->pixels.data, pixels, p->pixels.size);
	return 0;
}

static int decode_vector(struct item *it, struct cursor *c, struct error *err)
{
	char space[LIMIT_SPACE + 1];

	cursor_string(c, space, LIMIT_SPACE);
	const uint32_t dimension = cursor_u32(c);
	const uint8_t *values = dimension <= LIMIT_DIMENSION ? cursor_bytes(c, 4 * (size_t)dimension) : NULL;
	if (c->failed || !values || item_vector(it, space))
		return error_set(err, "one of its vectors is malformed");
	struct vector *v = item_add_vector(it, space, dimension);
	if (!v)
		return error_set(err, "its vector '%s' of %u numbers is not possible", space, (unsigned)dimension);
	lef32_get_array(v->values, values, dimension);
	return 0;
}

static int decode_block(struct bytes *to, struct cursor *c, size_t limit, const char *what, struct error *err)
{
	const size_t size = cursor_left(c);

	if (!size || size > limit)
		return error_set(err, "its %s of %zu bytes is not possible", what, size);
	if (bytes_set(to, cursor_bytes(c, size), size) < 0)
		return error_set(err, "out of memory");
	return 0;
}

static int decode_field(struct item *it, uint16_t kind, struct cursor *c, struct error *err)
{
	switch (kind) {
	case FIELD_IDENTITY:
		identity_decode(&it->identity, c);
		return 0;
	case FIELD_SOURCE:
		it->has_source = true;
		decode_source(&it->source, c);
		return 0;
	case FIELD_DOCUMENT:
		return decode_block(&it->document, c, LIMIT_XML, "document", err);
	case FIELD_RECORD:
		return decode_block(&it->record, c, LIMIT_RECORD, "record", err);
	case FIELD_PIXELS:
		return decode_pixels(&it->picture, c, err);
	case FIELD_PAGE:
		it->has_page = true;
		decode_page(&it->page, c);
		return 0;
	case FIELD_VECTOR:
		return decode_vector(it, c, err);
	case FIELD_COLOURS:
		return decode_block(&it->colours, c, LIMIT_RECORD, "colours", err);
	case FIELD_LABELS:
		return decode_block(&it->labels, c, LIMIT_RECORD, "labels", err);
	case FIELD_THUMBNAIL:
		return decode_block(&it->thumbnail, c, LIMIT_THUMBNAIL, "thumbnail", err);
	case FIELD_FAULT:
		it->has_fault = true;
		cursor_string(c, it->fault_by, sizeof it->fault_by - 1);
		cursor_string(c, it->fault_text, LIMIT_FAULT);
		return 0;
	}
	return error_set(err, "it has a field of kind 0");
}

int item_decode(struct item *it, const void *body, size_t size, struct error *err)
{
	struct cursor c = cursor_on(body, size);
	uint16_t last = 0;

	item_reset(it, "");
	while (cursor_left(&c)) {
		const uint8_t *head = c.at;
		const uint16_t kind = cursor_u16(&c);
		cursor_u16(&c);
		const uint32_t length = cursor_u32(&c);
		const uint8_t *contents = cursor_bytes(&c, length);
		if (c.failed)
			return error_set(err, "a field of an item is cut short");
		if (kind > FIELD_FAULT) {
			if (bytes_append(&it->others, head, (size_t)(c.at - head)) < 0)
				return error_set(err, "out of memory");
			continue;
		}
		if (kind < last || (kind == last && kind != FIELD_VECTOR))
			return error_set(err, "the fields of an item are out of order");
		last = kind;
		struct cursor field = cursor_on(contents, length);
		if (decode_field(it, kind, &field, err) < 0)
			return -1;
		if (field.failed || cursor_left(&field))
			return error_set(err, "field %u of an item is malformed", (unsigned)kind);
	}
	if (!it->identity.document[0])
		return error_set(err, "an item has no identity");
	return 0;
}
