/* SPDX-License-Identifier: ISC */
#include "stream/stream.h"
#include "math/crc32c.h"
#include "unit/test.h"

#include <stdlib.h>
#include <unistd.h>

/* A stream of three items in memory. */
static struct bytes sample(const char *letterbox)
{
	struct facts facts = {0};
	struct item it = {0};
	struct bytes all = {0};
	FILE *f = tmpfile(), *copy = fdopen(dup(fileno(f)), "wb");

	facts_set(&facts, "pixels.letterbox", letterbox, NULL);
	facts_set(&facts, "quality.decode.version", letterbox, NULL);
	struct stream_writer *out = stream_writer_open(copy, &facts, NULL);
	item_reset(&it, "D0939806");
	bytes_set(&it.record, "{\"title\":\"Chair\"}", 17);
	bytes_append(&it.others, "\xe8\x03\0\0\2\0\0\0hi", 10); /* kind 1000 */
	stream_write(out, &it, NULL);

	item_reset(&it, "D0939806");
	it.identity.sheet = 0;
	it.has_source = it.has_page = true;
	it.source = (struct source){.archive = "I.tar", .member = "a/b.TIF", .has_offset = true, .offset = 512, .stored_size = 9,
	        .method = 8, .size = 20, .crc = 0xdeadbeef};
	it.page = (struct page){.width = 9, .height = 2, .dpi_x = 300, .dpi_y = 300, .bits = 1, .samples = 1, .turn = 1};
	picture_prepare(&it.picture, PICTURE_BIT, 9, 2, NULL);
	memcpy(it.picture.pixels.data, "\xff\x80\0\0", 4);
	struct vector *v = item_add_vector(&it, "sketch", 3);
	memcpy(v->values, (float[]){0.5f, -1, 2}, 12);
	v = item_add_vector(&it, "clip", 1);
	v->values[0] = 1;
	stream_write(out, &it, NULL);

	item_reset(&it, "photos/x.jpg");
	it.identity.page = 2;
	item_set_fault(&it, "decode", "cannot read '%s': %s", "photos/x.jpg", "it is no picture");
	stream_write(out, &it, NULL);
	stream_add_skipped(out, 4);
	stream_finish(out, NULL);

	bytes_resize(&all, (size_t)lseek(fileno(f), 0, SEEK_END));
	if (pread(fileno(f), all.data, all.size, 0) != (ssize_t)all.size)
		all.size = 0;
	fclose(f);
	item_release(&it);
	facts_release(&facts);
	return all;
}

/* Reads the bytes to the end: the number of items, or -1. */
static int read_all(const struct bytes *b, struct error *err, struct stream_counts *counts)
{
	FILE *f = fmemopen(b->data, b->size ? b->size : 1, "rb");
	struct stream_reader *in = stream_reader_on(f, "test");
	struct item it = {0};
	int items = 0, more;

	if (!b->size)
		getc(f);
	more = stream_begin(in, err);
	if (more == 0)
		while ((more = stream_read(in, &it, err)) > 0)
			items++;
	if (counts)
		*counts = *stream_counts(in);
	stream_reader_close(in);
	item_release(&it);
	fclose(f);
	return more < 0 ? -1 : items;
}

static void test_identity(void)
{
	static const char *const texts[] = {"D0939806", "D0939806/00000", "D0939806/00012#2", "D0939806/00001.3",
	        "D0939806/00001#2.3@4,5,6,7", "photos/chair.jpg", "photos/chair.tif#2", "a/00001", "a#b", "x.1"};
	char text[IDENTITY_TEXT];
	struct identity id;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const bool good = identity_parse(&id, texts[i]) == 0;
		is_text(good ? identity_text(&id, text) : NULL, texts[i], texts[i]);
	}
	identity_parse(&id, "D0939806/00012#2");
	ok(id.sheet == 12 && id.page == 2 && strcmp(id.document, "D0939806") == 0, "the parts are where they belong");
	identity_parse(&id, "a/00001");
	ok(id.sheet == IDENTITY_NO_SHEET, "a path is no sheet");
	ok(identity_parse(&id, "") < 0, "an empty identity is refused");
}

int main(void)
{
	struct error err = {""};
	struct bytes b = sample("518"), c = sample("224");
	struct stream_counts counts;

	test_identity();
	ok(read_all(&b, &err, &counts) == 3, "three items come back (%s)", err.text);
	ok(counts.faults == 1 && counts.skipped == 4, "one fault, four skipped");

	/* reading and writing again gives the same bytes */
	FILE *f = fmemopen(b.data, b.size, "rb");
	struct stream_reader *in = stream_reader_on(f, "test");
	char *copy = NULL;
	size_t size = 0;
	struct item it = {0};
	stream_begin(in, &err);
	struct stream_writer *out = stream_writer_open(open_memstream(&copy, &size), stream_facts(in), &err);
	while (stream_read(in, &it, &err) > 0) {
		if (it.vector_count)
			ok(it.vector_count == 2 && item_vector(&it, "sketch")->values[2] == 2 && it.source.crc == 0xdeadbeef &&
			                it.page.turn == 1 && it.picture.pixels.data[0] == 0xff && it.identity.sheet == 0,
			        "the fields of the picture item are what they were");
		stream_write(out, &it, &err);
	}
	stream_add_skipped(out, stream_counts(in)->skipped);
	stream_finish(out, &err);
	ok(size == b.size && memcmp(copy, b.data, size) == 0, "a copy is byte-identical, unknown fields included");
	free(copy);
	stream_reader_close(in);
	fclose(f);
	item_release(&it);

	struct bytes cut = {0};
	int accepted = 0;
	for (size_t n = 0; n < b.size; n++) {
		bytes_set(&cut, b.data, n);
		accepted += read_all(&cut, &err, NULL) >= 0;
	}
	ok(accepted == 0, "cut at any of %zu places it is refused", b.size);
	accepted = 0;
	for (size_t n = 0; n < b.size; n++) {
		for (int bit = 0; bit < 8; bit++) {
			bytes_set(&cut, b.data, b.size);
			cut.data[n] ^= (uint8_t)(1 << bit);
			accepted += read_all(&cut, &err, NULL) >= 0;
		}
	}
	ok(accepted == 0, "with any bit flipped it is refused");

	bytes_set(&cut, b.data, b.size);
	bytes_append(&cut, b.data, b.size);
	ok(read_all(&cut, &err, &counts) == 6 && counts.faults == 2, "two streams in a row are one");
	bytes_set(&cut, b.data, b.size);
	bytes_append(&cut, c.data, c.size);
	ok(read_all(&cut, &err, NULL) < 0 && strstr(err.text, "518") && strstr(err.text, "224"),
	        "unless their facts disagree: %s", err.text);
	bytes_set(&cut, "hello\n", 6);
	ok(read_all(&cut, &err, NULL) < 0, "text is no stream: %s", err.text);
	cut.size = 0;
	ok(read_all(&cut, &err, NULL) < 0, "nothing is no stream: %s", err.text);
	bytes_release(&cut);
	bytes_release(&b);
	bytes_release(&c);
	return done();
}
