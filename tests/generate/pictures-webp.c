/* SPDX-License-Identifier: ISC */
/* WebP: lossless and lossy, with alpha, turned, animated. */
#include "expected.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <webp/encode.h>

static void write_webp(const char *name, bool lossless, bool alpha)
{
	static uint8_t pixels[HEIGHT * WIDTH * 4];
	uint8_t *data = NULL;
	size_t size;
	FILE *f = fopen(path_of(name), "wb");

	expect_size(6, WIDTH, HEIGHT);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			uint8_t *p = pixels + (y * WIDTH + x) * 4;
			p[3] = alpha ? (uint8_t)(1 + noise(x, y, 3, 254)) : 255;
			for (int s = 0; s < 3; s++) {
				p[s] = lossless ? (uint8_t)noise(x, y, s, 255) : slope(x, y, s);
				at(x, y)[s] = rounded(over_white(p[s], p[3]));
			}
		}
	size = lossless ? WebPEncodeLosslessRGBA(pixels, WIDTH, HEIGHT, WIDTH * 4, &data)
	                : WebPEncodeRGBA(pixels, WIDTH, HEIGHT, WIDTH * 4, 95, &data);
	if (!f || !size || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		stop("write", name);
	WebPFree(data);
	announce(name, lossless ? 0 : 16);
}

static void put_chunk(FILE *f, const char *name, const void *data, uint32_t size)
{
	const uint8_t length[4] = {(uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16), (uint8_t)(size >> 24)};

	fwrite(name, 1, 4, f);
	fwrite(length, 1, 4, f);
	fwrite(data, 1, size, f);
	if (size % 2)
		fputc(0, f);
}

/* The extended container around a lossless picture: with an orientation, or as the first frame of an animation. */
static void write_extended_webp(const char *name, bool animated)
{
	static uint8_t pixels[HEIGHT * WIDTH * 4], frame[HEIGHT * WIDTH * 8];
	const uint8_t header[10] = {animated ? 0x02 : 0x08, 0, 0, 0, WIDTH - 1, 0, 0, HEIGHT - 1};
	const uint8_t frame_header[16] = {0, 0, 0, 0, 0, 0, WIDTH - 1, 0, 0, HEIGHT - 1, 0, 0, 100, 0, 0, 2};
	uint8_t *data = NULL;
	FILE *f = fopen(path_of(name), "wb");
	size_t size;

	expect_size(6, animated ? WIDTH : HEIGHT, animated ? HEIGHT : WIDTH);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			uint8_t *to = animated ? at(x, y) : at(HEIGHT - 1 - y, x);
			for (int s = 0; s < 3; s++)
				to[s] = pixels[(y * WIDTH + x) * 4 + s] = (uint8_t)noise(x, y, s, 255);
			pixels[(y * WIDTH + x) * 4 + 3] = 255;
		}
	size = WebPEncodeLosslessRGBA(pixels, WIDTH, HEIGHT, WIDTH * 4, &data);
	if (!f || !size || size + 16 > sizeof frame)
		stop("write", name);
	fwrite("RIFF\0\0\0\0WEBP", 1, 12, f);
	put_chunk(f, "VP8X", header, sizeof header);
	/* behind the twelve bytes of the simple container lies the one chunk, padded */
	memcpy(frame, frame_header, sizeof frame_header);
	memcpy(frame + 16, data + 12, size - 12);
	if (animated) {
		put_chunk(f, "ANIM", "\xff\xff\xff\xff\0\0", 6);
		put_chunk(f, "ANMF", frame, (uint32_t)(size + 4));
	} else {
		fwrite(data + 12, 1, size - 12, f);
		put_chunk(f, "EXIF", exif_turned_6, exif_turned_6_size);
	}
	const uint32_t whole = (uint32_t)ftell(f) - 8;
	fseek(f, 4, SEEK_SET);
	for (int i = 0; i < 4; i++)
		fputc((int)(whole >> 8 * i & 255), f);
	if (fclose(f) != 0)
		stop("write", name);
	WebPFree(data);
	announce(name, 0);
}

void write_webp_pictures(void)
{
	write_webp("lossless.webp", true, false);
	write_webp("lossless-alpha.webp", true, true);
	write_webp("lossy.webp", false, false);
	write_webp("lossy-alpha.webp", false, true);
	write_extended_webp("turned.webp", false);
	write_extended_webp("animated.webp", true);
}
