/* SPDX-License-Identifier: ISC */
#include "stream/npy.h"

#include "base/limits.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A header of ours is always so long, a multiple of 64 as the format wants it; a stranger's may be as long as
 * LIMIT_HEADER. */
enum { HEADER = 128, LIMIT_HEADER = 64 << 10, COPY = 64 << 10 };

static const uint8_t magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

float npy_half(uint16_t bits)
{
	const int exponent = bits >> 10 & 31, fraction = bits & 1023;
	float value;

	if (exponent == 0)
		value = ldexpf((float)fraction, -24);
	else if (exponent == 31)
		value = fraction ? NAN : INFINITY;
	else
		value = ldexpf((float)(1024 + fraction), exponent - 25);
	return bits & 0x8000 ? -value : value;
}

/* --- in --- */

/* Behind "'key':" and blanks in the header's dictionary, or NULL. */
static const char *value_of(const char *header, const char *key)
{
	const size_t n = strlen(key);

	for (const char *p = header; (p = strstr(p, key)); p += n) {
		if (p == header || (p[-1] != '\'' && p[-1] != '"') || p[n] != p[-1])
			continue;
		p += n + 1;
		p += strspn(p, " ");
		if (*p == ':')
			return p + 1 + strspn(p + 1, " ");
		return NULL;
	}
	return NULL;
}

/* Reads a whole number and what follows it; false when there is none, or one beyond 2^53. */
static bool take_number(const char **at, uint64_t *value)
{
	*value = 0;
	if (!isdigit((unsigned char)**at))
		return false;
	for (; isdigit((unsigned char)**at); ++*at) {
		*value = *value * 10 + (uint64_t)(**at - '0');
		if (*value > (uint64_t)1 << 53)
			return false;
	}
	*at += strspn(*at, " ");
	return true;
}

static int parse_shape(struct npy_reader *in, const char *at, struct error *err)
{
	uint64_t dimension = 0;
	bool good = false;

	if (at && *at++ == '(' && take_number(&at, &in->rows) && *at++ == ',') {
		at += strspn(at, " ");
		good = take_number(&at, &dimension);
		if (good && *at == ',')
			at += 1 + strspn(at + 1, " ");
		good = good && *at == ')';
	}
	if (!good)
		return error_set(err, "its shape is not (vectors, numbers)");
	if (!dimension || dimension > LIMIT_DIMENSION)
		return error_set(err, "its vectors have %" PRIu64 " numbers; 1 to %d are possible", dimension,
			LIMIT_DIMENSION);
	in->dimension = (uint32_t)dimension;
	return 0;
}

static int parse_header(struct npy_reader *in, const char *header, struct error *err)
{
	const char *descr = value_of(header, "descr"), *order = value_of(header, "fortran_order");

	if (!descr || !order)
		return error_set(err, "its header is not one of a NumPy array");
	const size_t shown = strcspn(descr, ",}");
	if ((*descr != '\'' && *descr != '"') || descr[1] != '<' || descr[2] != 'f' ||
		strspn(descr + 3, "248") != 1 || descr[4] != descr[0])
		return error_set(err, "its numbers are %.*s; only '<f2', '<f4' and '<f8' are read",
			(int)(shown < 12 ? shown : 12), descr);
	in->width = descr[3] - '0';
	if (strncmp(order, "False", 5) != 0)
		return error_set(err, "it is in Fortran order; numpy.ascontiguousarray helps");
	return parse_shape(in, value_of(header, "shape"), err);
}

int npy_begin(struct npy_reader *in, FILE *file, struct error *err)
{
	uint8_t head[12];

	in->file = file;
	in->next = 0;
	if (fread(head, 1, 10, file) != 10 || memcmp(head, magic, sizeof magic) != 0)
		return error_set(err, ferror(file) ? "cannot read it:" : "is not a NumPy file");
	if (head[6] < 1 || head[6] > 3)
		return error_set(
			err, "is a NumPy file of version %u; 1, 2 and 3 are read", (unsigned)head[6]);
	if (head[6] > 1 && fread(head + 10, 1, 2, file) != 2)
		return error_set(err, "is cut short");
	const uint32_t length = head[6] > 1 ? le32_get(head + 8) : le16_get(head + 8);
	if (length > LIMIT_HEADER)
		return error_set(err, "its header of %" PRIu32 " bytes is too long", length);
	in->row.size = 0;
	if (bytes_resize(&in->row, length) < 0 || bytes_terminate(&in->row) < 0)
		return error_set(err, "out of memory");
	if (fread(in->row.data, 1, length, file) != length)
		return error_set(err, "is cut short");
	if (parse_header(in, (const char *)in->row.data, err) < 0)
		return -1;
	in->row.size = 0;
	if (bytes_resize(&in->row, (size_t)in->width * in->dimension) < 0)
		return error_set(err, "out of memory");
	return 0;
}

static void convert(const struct npy_reader *in, float *to)
{
	const uint8_t *p = in->row.data;
	uint64_t bits;
	double value;

	if (in->width == 4)
		lef32_get_array(to, p, in->dimension);
	for (uint32_t i = 0; i < in->dimension && in->width == 2; i++)
		to[i] = npy_half(le16_get(p + 2 * (size_t)i));
	for (uint32_t i = 0; i < in->dimension && in->width == 8; i++) {
		bits = le64_get(p + 8 * (size_t)i);
		memcpy(&value, &bits, sizeof value);
		to[i] = fabs(value) > 0x1.fffffep127 ? (float)copysign(INFINITY, value) : (float)value;
	}
}

int npy_read(struct npy_reader *in, float *to, struct error *err)
{
	if (in->next == in->rows) {
		if (getc(in->file) != EOF)
			return error_set(
				err, "holds more than the %" PRIu64 " vectors of its header", in->rows);
		return ferror(in->file) ? error_set(err, "cannot read it:") : 0;
	}
	if (fread(in->row.data, 1, in->row.size, in->file) != in->row.size) {
		if (ferror(in->file))
			return error_set(err, "cannot read it:");
		return error_set(err, "is cut short: %" PRIu64 " of %" PRIu64 " vectors are there", in->next,
			in->rows);
	}
	in->next++;
	convert(in, to);
	return 1;
}

void npy_release(struct npy_reader *in)
{
	bytes_release(&in->row);
}

/* --- out --- */

/* A file in which the header can be written again: regular, and not opened to append. */
static bool can_go_back(FILE *out)
{
	struct stat st;
	const int flags = fcntl(fileno(out), F_GETFL);

	return flags >= 0 && !(flags & O_APPEND) && fstat(fileno(out), &st) == 0 && S_ISREG(st.st_mode);
}

static int write_header(FILE *out, uint64_t rows, uint32_t dimension)
{
	uint8_t header[HEADER];
	char *text = (char *)header + 10;

	memset(header, ' ', sizeof header);
	memcpy(header, magic, sizeof magic);
	header[6] = 1;
	header[7] = 0;
	le16_put(header + 8, HEADER - 10);
	const int n = snprintf(text, HEADER - 10,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (%" PRIu64 ", %" PRIu32 "), }", rows,
		dimension);
	text[n] = ' ';
	header[HEADER - 1] = '\n';
	return fwrite(header, 1, sizeof header, out) == sizeof header ? 0 : -1;
}

int npy_open(struct npy_writer *to, FILE *out, uint32_t dimension, struct error *err)
{
	to->out = out;
	to->rows = 0;
	to->dimension = dimension;
	if (can_go_back(out)) {
		to->spool = out;
		to->start = ftello(out);
		if (to->start < 0 || write_header(out, 0, dimension) < 0)
			return error_set(err, "cannot write the table:");
		return 0;
	}
	to->spool = tmpfile();
	return to->spool ? 0 : error_set(err, "cannot make a temporary file:");
}

int npy_write(struct npy_writer *to, const float *values, uint32_t dimension, struct error *err)
{
	if (!to->dimension)
		to->dimension = dimension;
	if (to->dimension != dimension)
		return error_set(err, "a vector has %" PRIu32 " numbers, those before %" PRIu32, dimension,
			to->dimension);
	if (bytes_resize(&to->row, 4 * (size_t)dimension) < 0)
		return error_set(err, "out of memory");
	lef32_put_array(to->row.data, values, dimension);
	if (fwrite(to->row.data, 1, to->row.size, to->spool) != to->row.size)
		return error_set(err, "cannot write the table:");
	to->rows++;
	return 0;
}

static int write_again(struct npy_writer *to)
{
	const off_t end = ftello(to->out);

	if (end < 0 || fseeko(to->out, (off_t)to->start, SEEK_SET) != 0)
		return -1;
	if (write_header(to->out, to->rows, to->dimension) < 0)
		return -1;
	return fseeko(to->out, end, SEEK_SET);
}

static int copy_spool(struct npy_writer *to)
{
	size_t got;

	if (fflush(to->spool) != 0 || fseeko(to->spool, 0, SEEK_SET) != 0 ||
		bytes_resize(&to->row, COPY) < 0 || write_header(to->out, to->rows, to->dimension) < 0)
		return -1;
	while ((got = fread(to->row.data, 1, COPY, to->spool)))
		if (fwrite(to->row.data, 1, got, to->out) != got)
			return -1;
	return ferror(to->spool) ? -1 : 0;
}

int npy_finish(struct npy_writer *to, struct error *err)
{
	int status = to->spool == to->out ? write_again(to) : copy_spool(to);

	if (status < 0)
		error_set(err, "cannot write the table:");
	npy_drop(to);
	return status;
}

void npy_drop(struct npy_writer *to)
{
	if (to->spool && to->spool != to->out)
		fclose(to->spool);
	bytes_release(&to->row);
	*to = (struct npy_writer){0};
}
