/* SPDX-License-Identifier: ISC */
#include "foreign/webp.h"

#include "base/limits.h"
#include "foreign/exif.h"
#include "image/alpha.h"
#include "image/turn.h"

#include <webp/decode.h>
#include <webp/demux.h>

static const char *reason(VP8StatusCode status)
{
	switch (status) {
	case VP8_STATUS_OUT_OF_MEMORY:
		return "out of memory";
	case VP8_STATUS_NOT_ENOUGH_DATA:
	case VP8_STATUS_SUSPENDED:
		return "the WebP data end too early";
	case VP8_STATUS_UNSUPPORTED_FEATURE:
		return "the WebP data have a feature that is not supported";
	default:
		return "the WebP data are damaged";
	}
}

/* The frame in memory as RGB or RGBA of exactly the expected size. */
static int decode(const uint8_t *data, size_t size, bool alpha, struct bytes *to, const struct picture *p,
        struct error *err)
{
	WebPDecoderConfig config;
	const size_t stride = (size_t)p->width * (alpha ? 4 : 3);

	if (!WebPInitDecoderConfig(&config) || WebPGetFeatures(data, size, &config.input) != VP8_STATUS_OK ||
	        (uint32_t)config.input.width != p->width || (uint32_t)config.input.height != p->height)
		return error_set(err, "the WebP data are damaged");
	config.output.colorspace = alpha ? MODE_RGBA : MODE_RGB;
	config.output.is_external_memory = 1;
	config.output.u.RGBA.rgba = to->data;
	config.output.u.RGBA.stride = (int)stride;
	config.output.u.RGBA.size = stride * p->height;
	const VP8StatusCode status = WebPDecode(data, size, &config);
	WebPFreeDecBuffer(&config.output);
	return status == VP8_STATUS_OK ? 0 : error_set(err, "%s", reason(status));
}

static int read_still(const uint8_t *data, size_t size, const WebPBitstreamFeatures *features, struct picture *p,
        struct error *err)
{
	struct bytes wide = {0};
	const size_t pixels = (size_t)p->width * p->height;
	int status;

	if (!features->has_alpha)
		return decode(data, size, false, &p->pixels, p, err);
	if (pixels > LIMIT_PIXEL_BYTES / 4 || bytes_resize(&wide, pixels * 4) < 0)
		return error_set(err, "%u x %u pixels take too much memory", (unsigned)p->width, (unsigned)p->height);
	status = decode(data, size, true, &wide, p, err);
	if (status == 0)
		alpha_over_white(p->pixels.data, wide.data, pixels, 3);
	bytes_release(&wide);
	return status;
}

/* The first frame, on the canvas that it may cover only in part. */
static int read_first_frame(const WebPData *file, struct picture *p, struct error *err)
{
	WebPAnimDecoderOptions options;
	WebPAnimDecoder *decoder = NULL;
	uint8_t *canvas = NULL;
	int time = 0, status = -1;

	if ((size_t)p->width * p->height > LIMIT_PIXEL_BYTES / 4)
		return error_set(err, "%u x %u pixels take too much memory", (unsigned)p->width, (unsigned)p->height);
	if (WebPAnimDecoderOptionsInit(&options)) {
		options.color_mode = MODE_RGBA;
		decoder = WebPAnimDecoderNew(file, &options);
	}
	if (decoder && WebPAnimDecoderGetNext(decoder, &canvas, &time) && canvas) {
		alpha_over_white(p->pixels.data, canvas, (size_t)p->width * p->height, 3);
		status = 0;
	}
	if (decoder)
		WebPAnimDecoderDelete(decoder);
	return status == 0 ? 0 : error_set(err, "the WebP data are damaged");
}

static void find_exif(const WebPData *file, struct exif *exif)
{
	WebPDemuxer *demuxer = WebPDemux(file);
	WebPChunkIterator chunk;

	exif_read(exif, "", 0);
	if (demuxer && WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk)) {
		exif_read(exif, chunk.chunk.bytes, chunk.chunk.size);
		WebPDemuxReleaseChunkIterator(&chunk);
	}
	WebPDemuxDelete(demuxer);
}

int webp_read(const void *data, size_t size, struct picture *p, struct page *page, struct error *err)
{
	const WebPData file = {data, size};
	WebPBitstreamFeatures features;
	struct picture scratch = {0};
	struct exif exif;
	int status;

	picture_clear(p);
	const VP8StatusCode known = WebPGetFeatures(data, size, &features);
	if (known != VP8_STATUS_OK)
		return error_set(err, "%s", reason(known));
	if (picture_prepare(p, PICTURE_RGB, (uint32_t)features.width, (uint32_t)features.height, err) < 0)
		return -1;
	status = features.has_animation ? read_first_frame(&file, p, err) : read_still(data, size, &features, p, err);
	find_exif(&file, &exif);
	if (status == 0)
		status = picture_orient(p, exif.orientation, &scratch, err);
	picture_release(&scratch);
	if (status < 0)
		return picture_clear(p), -1;
	*page = (struct page){
	        .width = p->width,
	        .height = p->height,
	        .dpi_x = exif.dpi_x,
	        .dpi_y = exif.dpi_y,
	        .bits = 8,
	        .samples = features.has_alpha ? 4 : 3,
	};
	return 0;
}
