/* SPDX-License-Identifier: ISC */
#include "answer/report.h"

#include "answer/json.h"
#include "answer/tsv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int report_begin(struct report *r, const struct report_options *o, const char *title, struct error *err)
{
	r->options = o;
	r->begun = true;
	r->html.to = &r->text;
	if (o->thumbs) {
		r->thumbs.protocol = thumbs_protocol();
		r->thumbs.columns = thumbs_columns();
	}
	if (o->form == REPORT_HTML)
		return html_begin(&r->html, &o->terms, title, err);
	if (o->form == REPORT_LINES && o->header && tsv_put_header(o->terms.named, &r->text) < 0)
		return error_set(err, "out of memory");
	return 0;
}

int report_begin_question(struct report *r, const struct question *q, struct error *err)
{
	if (r->options->sheet && sheet_begin_question(&r->sheet, q, err) < 0)
		return -1;
	return r->options->form == REPORT_HTML ? html_begin_question(&r->html, q, err) : 0;
}

static int put_lines(struct report *r, const struct answer *a, struct error *err)
{
	if (tsv_put_answer(a, &r->text) < 0)
		return error_set(err, "out of memory");
	return r->options->thumbs ? thumbs_put_answer(&r->thumbs, a, r->options->terms.index, &r->text, err) : 0;
}

int report_put_answer(struct report *r, const struct answer *a, struct error *err)
{
	if (r->options->sheet && sheet_put_answer(&r->sheet, a, r->options->terms.index, err) < 0)
		return -1;
	switch (r->options->form) {
	case REPORT_HTML:
		return html_put_answer(&r->html, a, err);
	case REPORT_JSON:
		return json_put_answer(a, &r->text) < 0 ? error_set(err, "out of memory") : 0;
	default:
		return put_lines(r, a, err);
	}
}

int report_end_question(struct report *r, const struct search_cost *cost, struct error *err)
{
	return r->options->form == REPORT_HTML ? html_end_question(&r->html, cost, err) : 0;
}

static int write_sheet(struct report *r, struct error *err)
{
	const char *path = r->options->sheet;
	const bool to_stdout = strcmp(path, "-") == 0;
	struct bytes png = {0};

	if (sheet_write(&r->sheet, &png, err) < 0) {
		bytes_release(&png);
		return error_within(err, "cannot draw '%.200s'", path);
	}
	FILE *f = to_stdout ? stdout : fopen(path, "wb");
	bool written = f && fwrite(png.data, 1, png.size, f) == png.size;
	if (f && fclose(f) != 0)
		written = false;
	bytes_release(&png);
	if (written)
		return 0;
	return to_stdout ? error_set(err, "cannot write standard output:") : error_set(err, "cannot write '%.200s':", path);
}

int report_end(struct report *r, struct error *err)
{
	if (r->options->sheet && write_sheet(r, err) < 0)
		return -1;
	return r->options->form == REPORT_HTML ? html_end(&r->html, err) : 0;
}

uint64_t report_left_out(const struct report *r)
{
	return r->html.left_out + r->sheet.left_out;
}

void report_release(struct report *r)
{
	bytes_release(&r->text);
	sheet_release(&r->sheet);
	thumbs_release(&r->thumbs);
}
