/* SPDX-License-Identifier: ISC */
#include "answer/canvas.h"
#include "answer/glyphs.h"
#include "foreign/jpeg.h"
#include "foreign/png.h"
#include "unit/test.h"

static const struct colour BLACK = {0, 0, 0}, RED = {255, 0, 0};

/* Pixels of the canvas that are not white. */
static unsigned inked(const struct canvas *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < c->picture.pixels.size; i += 3)
		n += memcmp(c->picture.pixels.data + i, "\xff\xff\xff", 3) != 0;
	return n;
}

static void test_growing(void)
{
	struct canvas c = {0};
	struct error err;

	ok(canvas_grow(&c, 20, 10, &err) == 0 && inked(&c) == 0, "a canvas is white");
	canvas_fill(&c, 18, 8, 10, 10, RED);
	ok(inked(&c) == 4, "what lies outside is cut off");
	canvas_fill(&c, 20, 0, 1, 1, RED);
	canvas_fill(&c, 0, 10, 1, 1, RED);
	ok(inked(&c) == 4, "also when all of it does");
	ok(canvas_grow(&c, 20, 1000, &err) == 0 && inked(&c) == 4, "it grows white, and keeps what is there");
	ok(canvas_grow(&c, 20, 70000, &err) < 0 && strstr(err.text, "too many"), "but not without end");
	canvas_release(&c);
}

static void test_text(void)
{
	struct canvas c = {0}, d = {0};
	struct error err;

	canvas_grow(&c, 200, 20, &err);
	canvas_grow(&d, 200, 20, &err);
	ok(canvas_text(&c, 0, 0, 1, 10, "", BLACK) == 0 && inked(&c) == 0, "no text is nothing");
	ok(canvas_text(&c, 0, 0, 1, 10, "Stool 4", BLACK) == 7, "a text takes a cell a character");
	canvas_text(&d, 0, 0, 1, 10, "STOOL 4", BLACK);
	ok(memcmp(c.picture.pixels.data, d.picture.pixels.data, c.picture.pixels.size) == 0, "small letters are capitals");
	const unsigned once = inked(&c);
	canvas_fill(&d, 0, 0, 200, 20, (struct colour){255, 255, 255});
	canvas_text(&d, 0, 0, 2, 10, "stool 4", BLACK);
	ok(inked(&d) == 4 * once, "twice as large is four times the ink");
	ok(canvas_text(&c, 0, 0, 1, 4, "long text", BLACK) == 4, "a long text is cut");
	ok(canvas_text(&c, 0, 0, 1, 0, "long text", BLACK) == 0, "even to nothing");
	ok(canvas_text(&c, 0, 0, 1, 10, "\xc3\xa9\xe2\x82\xac\xff", BLACK) == 3, "a character of UTF-8 takes one cell");
	canvas_text(&c, 196, 15, 3, 10, "WWW", BLACK);
	ok(true, "a text may reach beyond the edge");
	ok(glyph_columns('A') != glyph_columns('B') && glyph_columns(0x80) == glyph_unknown &&
	                glyph_columns('\n') == glyph_unknown && glyph_columns('{') == glyph_unknown,
	        "what the font has not is one glyph");
	canvas_release(&c);
	canvas_release(&d);
}

static void test_thumbnail(void)
{
	struct canvas c = {0};
	struct picture grey = {0}, back = {0};
	struct bytes jpeg = {0}, png = {0}, again = {0};
	struct page page;
	struct error err;

	picture_prepare(&grey, PICTURE_GREY, 40, 20, &err);
	memset(grey.pixels.data, 0, grey.pixels.size);
	jpeg_write(&grey, 85, &jpeg, &err);
	canvas_grow(&c, 100, 100, &err);
	ok(canvas_thumbnail(&c, 10, 10, 80, jpeg.data, jpeg.size, &err) == 1, "a thumbnail is drawn");
	ok(inked(&c) == 80 * 40, "as large as it fits");
	ok(picture_row(&c.picture, 30)[10 * 3] == 0 && picture_row(&c.picture, 29)[10 * 3] == 255 &&
	                picture_row(&c.picture, 69)[89 * 3] == 0 && picture_row(&c.picture, 69)[90 * 3] == 255,
	        "in the middle of its square");
	ok(canvas_thumbnail(&c, 90, 90, 80, jpeg.data, jpeg.size, &err) == 1, "it may reach beyond the edge");
	ok(canvas_thumbnail(&c, 0, 0, 10, "no JPEG", 7, &err) == 0 && canvas_thumbnail(&c, 0, 0, 10, NULL, 0, &err) == 0,
	        "what is no picture is told");
	ok(png_write(&c.picture, &png, &err) == 0 && png_read(png.data, png.size, &back, &page, &err) == 0 &&
	                back.layout == PICTURE_RGB && back.pixels.size == c.picture.pixels.size &&
	                memcmp(back.pixels.data, c.picture.pixels.data, back.pixels.size) == 0,
	        "a PNG is read as it was written");
	ok(png_write(&c.picture, &again, &err) == 0 && again.size == png.size &&
	                memcmp(again.data, png.data, png.size) == 0,
	        "and written the same again");
	again.size = 0;
	ok(png_write(&grey, &again, &err) == 0 && png_read(again.data, again.size, &back, &page, &err) == 0 &&
	                back.layout == PICTURE_GREY && memcmp(back.pixels.data, grey.pixels.data, grey.pixels.size) == 0,
	        "grey too");
	canvas_release(&c);
	picture_release(&grey);
	picture_release(&back);
	bytes_release(&jpeg);
	bytes_release(&png);
	bytes_release(&again);
}

int main(void)
{
	test_growing();
	test_text();
	test_thumbnail();
	return done();
}
