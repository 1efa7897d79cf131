/* SPDX-License-Identifier: ISC */
#include "stream/summary.h"

#include "base/json.h"

#include <inttypes.h>
#include <stdio.h>

static int end_line(struct json_writer *w)
{
	json_close_object(w);
	return bytes_append(w->to, "\n", 1) < 0 || w->failed ? -1 : 0;
}

/* Sizes of strangers use all 64 bits. */
static void pair_unsigned(struct json_writer *w, const char *key, uint64_t value)
{
	char text[24];

	json_key(w, key);
	json_put_raw(w, text, (size_t)snprintf(text, sizeof text, "%" PRIu64, value));
}

static void put_size(struct json_writer *w, const char *key, size_t size)
{
	json_key(w, key);
	json_open_object(w);
	pair_unsigned(w, "bytes", size);
	json_close_object(w);
}

static void put_box(struct json_writer *w, const char *key, const uint32_t box[4])
{
	if (!box[2])
		return;
	json_key(w, key);
	json_open_array(w);
	for (int i = 0; i < 4; i++)
		json_put_integer(w, box[i]);
	json_close_array(w);
}

static void put_identity(struct json_writer *w, const struct identity *id)
{
	char text[IDENTITY_TEXT];

	json_pair_string(w, "identity", identity_text(id, text));
	json_pair_string(w, "document", id->document);
	if (id->sheet != IDENTITY_NO_SHEET)
		json_pair_integer(w, "sheet", id->sheet);
	if (id->page)
		json_pair_integer(w, "page_number", id->page);
	if (id->figure)
		json_pair_integer(w, "figure", id->figure);
	put_box(w, "region", id->region);
}

static void put_source(struct json_writer *w, const struct source *s)
{
	char crc[9];

	snprintf(crc, sizeof crc, "%08" PRIx32, s->crc);
	json_key(w, "source");
	json_open_object(w);
	json_pair_string(w, "archive", s->archive);
	json_pair_string(w, "member", s->member);
	pair_unsigned(w, "size", s->size);
	json_pair_string(w, "crc", crc);
	if (s->has_offset) {
		pair_unsigned(w, "offset", s->offset);
		pair_unsigned(w, "stored_size", s->stored_size);
		json_pair_integer(w, "method", s->method);
	}
	json_close_object(w);
}

static void put_document(struct json_writer *w, const struct bytes *xml, bool brief)
{
	if (brief) {
		put_size(w, "xml", xml->size);
		return;
	}
	json_key(w, "xml");
	json_put_text(w, (const char *)xml->data, xml->size);
}

static void put_pixels(struct json_writer *w, const struct picture *p)
{
	json_key(w, "pixels");
	json_open_object(w);
	json_pair_integer(w, "width", p->width);
	json_pair_integer(w, "height", p->height);
	json_pair_string(w, "layout",
		p->layout == PICTURE_BIT    ? "bit"
		: p->layout == PICTURE_GREY ? "grey"
					    : "rgb");
	json_close_object(w);
}

static void put_page(struct json_writer *w, const struct page *p)
{
	json_key(w, "page");
	json_open_object(w);
	json_pair_integer(w, "width", p->width);
	json_pair_integer(w, "height", p->height);
	json_pair_integer(w, "dpi_x", p->dpi_x);
	json_pair_integer(w, "dpi_y", p->dpi_y);
	json_pair_integer(w, "bits", p->bits);
	json_pair_integer(w, "samples", p->samples);
	json_pair_integer(w, "turn", p->turn);
	json_pair_integer(w, "turned", p->turned);
	put_box(w, "box", p->box);
	json_close_object(w);
}

static void put_vectors(struct json_writer *w, const struct item *it, bool brief)
{
	json_key(w, "vectors");
	json_open_object(w);
	for (size_t i = 0; i < it->vector_count; i++) {
		const struct vector *v = &it->vectors[i];
		json_key(w, v->space);
		json_open_object(w);
		json_pair_integer(w, "dimension", v->dimension);
		if (!brief) {
			json_key(w, "values");
			json_open_array(w);
			for (uint32_t k = 0; k < v->dimension; k++)
				json_put_real(w, (double)v->values[k], 9);
			json_close_array(w);
		}
		json_close_object(w);
	}
	json_close_object(w);
}

/* A field that should be JSON; a stranger's stream can hold anything, and then it is shown as a text. */
static void put_json(struct json_writer *w, const char *key, const struct bytes *json)
{
	if (!json->size)
		return;
	struct json *value = json_parse(json->data, json->size, NULL);
	json_key(w, key);
	if (value)
		json_put_value(w, value);
	else
		json_put_text(w, (const char *)json->data, json->size);
	json_release(value);
}

static void put_others(struct json_writer *w, const struct bytes *others)
{
	struct cursor c = cursor_on(others->data, others->size);

	json_key(w, "others");
	json_open_array(w);
	while (cursor_left(&c)) {
		json_open_object(w);
		json_pair_integer(w, "kind", cursor_u16(&c));
		cursor_u16(&c);
		const uint32_t length = cursor_u32(&c);
		cursor_bytes(&c, length);
		json_pair_integer(w, "bytes", length);
		json_close_object(w);
	}
	json_close_array(w);
}

int summary_put_header(struct bytes *to, const struct facts *facts)
{
	struct json_writer w = {.to = to};

	json_open_object(&w);
	json_pair_integer(&w, "stream", STREAM_VERSION);
	json_key(&w, "facts");
	json_open_object(&w);
	for (size_t i = 0; i < facts->count; i++)
		json_pair_string(&w, facts->list[i].name, facts->list[i].value);
	json_close_object(&w);
	return end_line(&w);
}

int summary_put_item(struct bytes *to, const struct item *it, bool brief)
{
	struct json_writer w = {.to = to};

	json_open_object(&w);
	put_identity(&w, &it->identity);
	if (it->has_source)
		put_source(&w, &it->source);
	if (it->document.size)
		put_document(&w, &it->document, brief);
	put_json(&w, "record", &it->record);
	if (it->picture.layout != PICTURE_NONE)
		put_pixels(&w, &it->picture);
	if (it->has_page)
		put_page(&w, &it->page);
	if (it->vector_count)
		put_vectors(&w, it, brief);
	put_json(&w, "colours", &it->colours);
	put_json(&w, "labels", &it->labels);
	if (it->thumbnail.size)
		put_size(&w, "thumbnail", it->thumbnail.size);
	if (it->has_fault) {
		json_key(&w, "fault");
		json_open_object(&w);
		json_pair_string(&w, "by", it->fault_by);
		json_pair_string(&w, "text", it->fault_text);
		json_close_object(&w);
	}
	if (it->others.size)
		put_others(&w, &it->others);
	return end_line(&w);
}

int summary_put_end(struct bytes *to, const struct stream_counts *counts)
{
	struct json_writer w = {.to = to};

	json_open_object(&w);
	json_key(&w, "end");
	json_open_object(&w);
	pair_unsigned(&w, "items", counts->items);
	pair_unsigned(&w, "faults", counts->faults);
	pair_unsigned(&w, "skipped", counts->skipped);
	json_close_object(&w);
	return end_line(&w);
}
