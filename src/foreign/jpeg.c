/* SPDX-License-Identifier: ISC */
#include "foreign/jpeg.h"

#include "base/limits.h"
#include "foreign/exif.h"
#include "image/turn.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

enum {
	/* A picture as large as we take, as the coefficients of a progressive file: two bytes a sample. */
	DECODER_MEMORY = 2 * LIMIT_PIXEL_BYTES,
	/* Encoders write about ten; each costs a pass over the whole picture. */
	MAXIMUM_SCANS = 100,
};

/* libjpeg calls back with its own struct, which is the first member of ours. */
struct failure {
	struct jpeg_error_mgr base;
	jmp_buf escape;
	struct error *err;
};

/* libjpeg's text in our manner: its messages begin with a capital. */
static _Noreturn void fail(j_common_ptr codec)
{
	struct failure *f = (struct failure *)codec->err;
	char text[JMSG_LENGTH_MAX];

	if (f->base.msg_code == JERR_OUT_OF_MEMORY || f->base.msg_code == JERR_NO_BACKING_STORE) {
		error_set(f->err, "decoding the JPEG data takes too much memory");
	} else {
		f->base.format_message(codec, text);
		if (!isupper((unsigned char)text[1]))
			text[0] = (char)tolower((unsigned char)text[0]);
		error_set(f->err, "%s", text);
	}
	longjmp(f->escape, 1);
}

static _Noreturn void fail_with(j_common_ptr codec, const char *text)
{
	struct failure *f = (struct failure *)codec->err;

	error_set(f->err, "%s", text);
	longjmp(f->escape, 1);
}

/* A warning of damage is an error to us; the others are about harmless oddities of writers. */
static void heed(j_common_ptr codec, int level)
{
	if (level >= 0)
		return;
	switch (codec->err->msg_code) {
	case JWRN_HIT_MARKER:
	case JWRN_HUFF_BAD_CODE:
	case JWRN_ARITH_BAD_CODE:
	case JWRN_MUST_RESYNC:
	case JWRN_BOGUS_PROGRESSION:
		fail(codec);
	}
}

static void keep_quiet(j_common_ptr codec)
{
	(void)codec;
}

static struct jpeg_error_mgr *speak_through(struct failure *f, struct error *err)
{
	jpeg_std_error(&f->base);
	f->base.error_exit = fail;
	f->base.emit_message = heed;
	f->base.output_message = keep_quiet;
	f->err = err;
	return &f->base;
}

/* --- reading */

struct reader {
	struct jpeg_decompress_struct codec;
	struct jpeg_progress_mgr progress;
	struct failure failure;
	struct bytes ink; /* a row of CMYK */
};

static boolean no_more_input(j_decompress_ptr codec)
{
	fail_with((j_common_ptr)codec, "the JPEG data end too early");
}

static void count_scans(j_common_ptr codec)
{
	if (((j_decompress_ptr)codec)->input_scan_number > MAXIMUM_SCANS)
		fail_with(codec, "the JPEG data have too many scans");
}

static void find_exif(const struct jpeg_decompress_struct *codec, struct exif *e)
{
	static const char mark[6] = "Exif\0";

	exif_read(e, "", 0);
	for (jpeg_saved_marker_ptr m = codec->marker_list; m; m = m->next) {
		if (m->data_length > sizeof mark && memcmp(m->data, mark, sizeof mark) == 0) {
			exif_read(e, m->data + sizeof mark, m->data_length - sizeof mark);
			return;
		}
	}
}

static uint32_t jfif_dpi(const struct jpeg_decompress_struct *codec, unsigned density)
{
	enum { INCH = 1, CENTIMETRE = 2 };

	if (!codec->saw_JFIF_marker)
		return 0;
	return codec->density_unit == INCH ? density : codec->density_unit == CENTIMETRE ? (254 * density + 50) / 100 : 0;
}

static void describe(const struct jpeg_decompress_struct *codec, const struct exif *e, struct page *page)
{
	const bool swap = e->orientation >= 5;
	uint32_t dpi_x = jfif_dpi(codec, codec->X_density), dpi_y = jfif_dpi(codec, codec->Y_density);

	if (!dpi_x || !dpi_y) {
		dpi_x = e->dpi_x;
		dpi_y = e->dpi_y;
	}
	*page = (struct page){
	        .width = swap ? codec->image_height : codec->image_width,
	        .height = swap ? codec->image_width : codec->image_height,
	        .dpi_x = swap ? dpi_y : dpi_x,
	        .dpi_y = swap ? dpi_x : dpi_y,
	        .bits = 8,
	        .samples = (uint16_t)codec->num_components,
	};
}

/* Of inks: 255 leaves the paper white when they are inverted, 0 when they are not. */
static void rgb_from_ink(uint8_t *rgb, const uint8_t *ink, uint32_t width, bool inverted)
{
	const uint8_t flip = inverted ? 0 : 255;

	for (uint32_t x = 0; x < width; x++, rgb += 3, ink += 4)
		for (int c = 0; c < 3; c++)
			rgb[c] = (uint8_t)(((ink[c] ^ flip) * (ink[3] ^ flip) + 127) / 255);
}

static void choose_output(j_decompress_ptr codec)
{
	switch (codec->jpeg_color_space) {
	case JCS_GRAYSCALE:
		codec->out_color_space = JCS_GRAYSCALE;
		break;
	case JCS_RGB:
	case JCS_YCbCr:
		codec->out_color_space = JCS_RGB;
		break;
	case JCS_CMYK:
	case JCS_YCCK:
		codec->out_color_space = JCS_CMYK;
		break;
	default:
		fail_with((j_common_ptr)codec, "a JPEG file of unknown colours");
	}
}

static void read_rows(struct reader *r, struct picture *p)
{
	j_decompress_ptr codec = &r->codec;
	const bool ink = codec->out_color_space == JCS_CMYK;

	if (ink && bytes_resize(&r->ink, 4 * (size_t)p->width) < 0)
		fail_with((j_common_ptr)codec, "out of memory");
	while (codec->output_scanline < codec->output_height) {
		uint8_t *to = picture_row(p, codec->output_scanline);
		JSAMPROW row = ink ? r->ink.data : to;
		jpeg_read_scanlines(codec, &row, 1);
		if (ink)
			rgb_from_ink(to, r->ink.data, p->width, codec->saw_Adobe_marker);
	}
}

/* What libjpeg may leave by a jump; the caller cleans up after either end. */
static int decode(struct reader *r, const void *data, size_t size, struct picture *p, struct exif *e, struct page *page)
{
	j_decompress_ptr codec = &r->codec;

	if (setjmp(r->failure.escape) != 0)
		return -1;
	jpeg_create_decompress(codec);
	codec->mem->max_memory_to_use = DECODER_MEMORY;
	r->progress.progress_monitor = count_scans;
	codec->progress = &r->progress;
	jpeg_mem_src(codec, data, size);
	codec->src->fill_input_buffer = no_more_input;
	jpeg_save_markers(codec, JPEG_APP0 + 1, 0xffff);
	jpeg_read_header(codec, TRUE);
	find_exif(codec, e);
	describe(codec, e, page);
	choose_output(codec);
	if (picture_prepare(p, codec->out_color_space == JCS_GRAYSCALE ? PICTURE_GREY : PICTURE_RGB, codec->image_width,
	            codec->image_height, r->failure.err) < 0)
		return -1;
	jpeg_start_decompress(codec);
	read_rows(r, p);
	jpeg_finish_decompress(codec);
	return 0;
}

int jpeg_read(const void *data, size_t size, struct picture *p, struct page *page, struct error *err)
{
	struct reader r = {.ink = {0}};
	struct picture scratch = {0};
	struct exif e;

	picture_clear(p);
	if (!size || size > LIMIT_FILE)
		return error_set(err, size ? "a JPEG file of more than %d MiB" : "an empty file", LIMIT_FILE >> 20);
	r.codec.err = speak_through(&r.failure, err);
	int status = decode(&r, data, size, p, &e, page);
	if (status == 0)
		status = picture_orient(p, e.orientation, &scratch, err);
	jpeg_destroy_decompress(&r.codec);
	bytes_release(&r.ink);
	picture_release(&scratch);
	if (status < 0)
		picture_clear(p);
	return status;
}

/* --- writing */

struct writer {
	struct jpeg_compress_struct codec;
	struct jpeg_destination_mgr destination;
	struct failure failure;
	struct bytes *to;
};

/* Offers all room that the block has, and at least so much. */
static void offer_room(struct writer *w, size_t least)
{
	if (bytes_reserve(w->to, least) < 0)
		fail_with((j_common_ptr)&w->codec, "out of memory");
	w->destination.next_output_byte = w->to->data + w->to->size;
	w->destination.free_in_buffer = w->to->capacity - w->to->size;
}

static void begin_output(j_compress_ptr codec)
{
	struct writer *w = codec->client_data;

	w->to->size = 0;
	offer_room(w, 16 << 10);
}

static boolean continue_output(j_compress_ptr codec)
{
	struct writer *w = codec->client_data;

	w->to->size = w->to->capacity;
	offer_room(w, w->to->capacity);
	return TRUE;
}

static void end_output(j_compress_ptr codec)
{
	struct writer *w = codec->client_data;

	w->to->size = w->to->capacity - w->destination.free_in_buffer;
}

static int encode(struct writer *w, const struct picture *p, int quality)
{
	j_compress_ptr codec = &w->codec;
	const bool grey = p->layout == PICTURE_GREY;

	if (setjmp(w->failure.escape) != 0)
		return -1;
	jpeg_create_compress(codec);
	codec->client_data = w;
	codec->dest = &w->destination;
	w->destination.init_destination = begin_output;
	w->destination.empty_output_buffer = continue_output;
	w->destination.term_destination = end_output;
	codec->image_width = p->width;
	codec->image_height = p->height;
	codec->input_components = grey ? 1 : 3;
	codec->in_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(codec);
	jpeg_set_quality(codec, quality, TRUE);
	jpeg_start_compress(codec, TRUE);
	while (codec->next_scanline < codec->image_height) {
		/* libjpeg reads the row; its type only knows rows to write */
		JSAMPROW row = (JSAMPROW)(uintptr_t)picture_row_const(p, codec->next_scanline);
		jpeg_write_scanlines(codec, &row, 1);
	}
	jpeg_finish_compress(codec);
	return 0;
}

int jpeg_write(const struct picture *p, int quality, struct bytes *to, struct error *err)
{
	struct writer w = {.to = to};

	to->size = 0;
	if (p->layout != PICTURE_GREY && p->layout != PICTURE_RGB)
		return error_set(err, "JPEG takes grey or RGB pixels");
	w.codec.err = speak_through(&w.failure, err);
	const int status = encode(&w, p, quality);
	jpeg_destroy_compress(&w.codec);
	if (status < 0)
		to->size = 0;
	return status;
}
