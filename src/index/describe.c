/* SPDX-License-Identifier: ISC */
#include "index/describe.h"

#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

/* --- the index --- */

static void calibration_json(struct json_writer *w, const struct calibration *c)
{
	json_key(w, "calibration");
	json_open_array(w);
	for (int i = 0; c->questions && i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		const int size = i / CALIBRATION_LEVELS, level = i % CALIBRATION_LEVELS;
		json_open_object(w);
		json_pair_integer(w, "patents", calibration_sizes[size]);
		json_pair_real(w, "recall", calibration_levels[level].recall, 3);
		json_pair_integer(w, "lists", c->entries[size][level].lists);
		json_pair_real(w, "measured", (double)c->entries[size][level].recall, 4);
		if (isfinite(c->entries[size][level].radius))
			json_pair_real(w, "radius", (double)c->entries[size][level].radius, 4);
		json_close_object(w);
	}
	json_close_array(w);
	json_key(w, "rest");
	json_open_array(w);
	for (int level = 0; c->questions && level < CALIBRATION_LEVELS; level++) {
		json_open_object(w);
		json_pair_real(w, "recall", calibration_levels[level].recall, 3);
		json_pair_real(w, "rest", (double)c->rest[level], 4);
		json_close_object(w);
	}
	json_close_array(w);
}

static int index_json(const struct index *ix, struct bytes *to)
{
	const struct index_settings *s = index_settings(ix);
	const struct index_counts *c = index_counts(ix);
	struct json_writer w = {.to = to};

	json_open_object(&w);
	json_pair_integer(&w, "generation", (int64_t)index_generation(ix));
	json_pair_string(&w, "space", s->space);
	json_pair_integer(&w, "dimension", s->dimension);
	json_pair_string(&w, "metric", index_metric_name(s->metric));
	json_pair_string(&w, "store", index_numbers_name(s->numbers));
	json_pair_integer(&w, "bits", s->bits);
	json_pair_integer(&w, "patents", (int64_t)c->patents);
	json_pair_integer(&w, "records", (int64_t)c->records);
	json_pair_integer(&w, "pictures", (int64_t)c->pictures);
	json_pair_integer(&w, "thumbnails", (int64_t)c->thumbnails);
	json_pair_integer(&w, "lists", (int64_t)c->lists);
	json_pair_integer(&w, "archives", (int64_t)c->archives);
	json_pair_integer(&w, "bytes", (int64_t)index_bytes(ix));
	calibration_json(&w, index_calibration(ix));
	json_key(&w, "facts");
	json_open_array(&w);
	for (size_t i = 0; i < s->facts.count; i++) {
		json_open_object(&w);
		json_pair_string(&w, "name", s->facts.list[i].name);
		json_pair_string(&w, "value", s->facts.list[i].value);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	return w.failed ? -1 : bytes_put_u8(to, '\n');
}

static int calibration_text(const struct calibration *c, struct bytes *to)
{
	int status = 0;

	for (int i = 0; c->questions && i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		const int size = i / CALIBRATION_LEVELS, level = i % CALIBRATION_LEVELS;
		const struct calibration_entry *e = &c->entries[size][level];
		status |= bytes_printf(to, "calibration\tpatents=%u recall=%g lists=%u measured=%.4f", (unsigned)calibration_sizes[size],
		        calibration_levels[level].recall, (unsigned)e->lists, (double)e->recall);
		if (isfinite(e->radius))
			status |= bytes_printf(to, " radius=%.4f", (double)e->radius);
		status |= bytes_put_u8(to, '\n');
	}
	for (int level = 0; c->questions && level < CALIBRATION_LEVELS; level++)
		status |= bytes_printf(to, "rest\trecall=%g rest=%g\n", calibration_levels[level].recall, (double)c->rest[level]);
	return status;
}

static int index_text(const struct index *ix, struct bytes *to)
{
	const struct index_settings *s = index_settings(ix);
	const struct index_counts *c = index_counts(ix);
	int status = 0;

	status |= bytes_printf(to, "generation\t%" PRIu64 "\n", index_generation(ix));
	status |= bytes_printf(to, "space\t%s\n", s->space);
	status |= bytes_printf(to, "dimension\t%u\n", (unsigned)s->dimension);
	status |= bytes_printf(to, "metric\t%s\n", index_metric_name(s->metric));
	status |= bytes_printf(to, "store\t%s\n", index_numbers_name(s->numbers));
	status |= bytes_printf(to, "bits\t%u\n", s->bits);
	status |= bytes_printf(to, "patents\t%" PRIu64 "\n", c->patents);
	status |= bytes_printf(to, "records\t%" PRIu64 "\n", c->records);
	status |= bytes_printf(to, "pictures\t%" PRIu64 "\n", c->pictures);
	status |= bytes_printf(to, "thumbnails\t%" PRIu64 "\n", c->thumbnails);
	status |= bytes_printf(to, "lists\t%" PRIu64 "\n", c->lists);
	status |= bytes_printf(to, "archives\t%" PRIu64 "\n", c->archives);
	status |= bytes_printf(to, "bytes\t%" PRIu64 "\n", index_bytes(ix));
	status |= calibration_text(index_calibration(ix), to);
	for (size_t i = 0; i < s->facts.count; i++)
		status |= bytes_printf(to, "fact\t%s=%s\n", s->facts.list[i].name, s->facts.list[i].value);
	return status;
}

int describe_index(const struct index *ix, bool json, struct bytes *to)
{
	return json ? index_json(ix, to) : index_text(ix, to);
}

/* --- the log --- */

static int archive_json(const struct index_archive *a, const char *when, struct bytes *to)
{
	struct json_writer w = {.to = to};

	json_open_object(&w);
	json_pair_string(&w, "name", a->name);
	json_pair_integer(&w, "size", (int64_t)a->size);
	json_pair_string(&w, "sha256", a->sha256);
	json_pair_string(&w, "when", when);
	json_pair_integer(&w, "patents", (int64_t)a->patents);
	json_pair_integer(&w, "pictures", (int64_t)a->pictures);
	json_pair_integer(&w, "faults", (int64_t)a->faults);
	json_pair_integer(&w, "skipped", (int64_t)a->skipped);
	json_pair_string(&w, "preparation", a->preparation);
	json_close_object(&w);
	return w.failed ? -1 : bytes_put_u8(to, '\n');
}

/* A text fit for a column: no tabs and newlines. */
static int put_column(struct bytes *to, const char *text)
{
	int status = 0;

	for (; *text; text++)
		status |= bytes_put_u8(to, (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : (uint8_t)*text);
	return status;
}

static int archive_text(const struct index_archive *a, const char *when, struct bytes *to)
{
	int status = put_column(to, a->name);

	status |= bytes_printf(to, "\t%" PRIu64 "\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t", a->size, a->sha256,
	        when, a->patents, a->pictures, a->faults, a->skipped);
	status |= put_column(to, a->preparation);
	return status | bytes_put_u8(to, '\n');
}

int describe_archive(const struct index_archive *a, bool json, struct bytes *to)
{
	const time_t seconds = (time_t)a->when;
	char when[32];
	struct tm utc;

	if (!gmtime_r(&seconds, &utc) || !strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc))
		when[0] = 0;
	return json ? archive_json(a, when, to) : archive_text(a, when, to);
}
