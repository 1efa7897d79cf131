/* SPDX-License-Identifier: ISC */
#include "generate/container.h"

#include "base/message.h"

#include <string.h>
#include <zlib.h>

static void check(int result)
{
	if (result < 0)
		die("out of memory");
}

/* --- ZIP ----------------------------------------------------------------------------------------- */

void zip_start(struct zip *z, int date)
{
	z->date = date;
	z->members = 0;
	z->bytes.size = z->directory.size = 0;
}

void zip_release(struct zip *z)
{
	bytes_release(&z->bytes);
	bytes_release(&z->directory);
}

/* Raw deflate data at the end of `to`, the last of a stream (Z_FINISH) or to be followed by more
 * (Z_FULL_FLUSH). */
static void deflate_into(struct bytes *to, const void *data, size_t size, int flush)
{
	z_stream s = {0};
	const size_t old = to->size;

	if (deflateInit2(&s, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		die("out of memory");
	check(bytes_resize(to, old + deflateBound(&s, (uLong)size) + 16));
	s.next_in = (Bytef *)(uintptr_t)data;
	s.avail_in = (uInt)size;
	s.next_out = to->data + old;
	s.avail_out = (uInt)(to->size - old);
	if (deflate(&s, flush) < 0 || s.avail_in)
		die("cannot deflate a member");
	check(bytes_resize(to, old + s.total_out));
	deflateEnd(&s);
}

/* What local header and directory entry have in common: version needed … length of the extra field. */
static void put_facts(
	struct bytes *to, const struct zip *z, uint32_t crc, size_t stored, size_t size, const char *name)
{
	const int year = z->date / 10000, month = z->date / 100 % 100, day = z->date % 100;

	check(bytes_put_u16(to, 20));
	check(bytes_put_u16(to, 0));
	check(bytes_put_u16(to, Z_DEFLATED));
	check(bytes_put_u16(to, 12 << 11));
	check(bytes_put_u16(to, (uint16_t)((year - 1980) << 9 | month << 5 | day)));
	check(bytes_put_u32(to, crc));
	check(bytes_put_u32(to, (uint32_t)stored));
	check(bytes_put_u32(to, (uint32_t)size));
	check(bytes_put_u16(to, (uint16_t)strlen(name)));
	check(bytes_put_u16(to, 0));
}

/* The local header; its sizes are filled in by end_member. */
static size_t start_member(struct zip *z, const char *name)
{
	const size_t header = z->bytes.size;

	check(bytes_put_u32(&z->bytes, 0x04034b50));
	put_facts(&z->bytes, z, 0, 0, 0, name);
	check(bytes_append(&z->bytes, name, strlen(name)));
	return header;
}

static void end_member(struct zip *z, const char *name, size_t header, uint32_t crc, size_t size)
{
	const size_t stored = z->bytes.size - header - 30 - strlen(name);

	le32_put(z->bytes.data + header + 14, crc);
	le32_put(z->bytes.data + header + 18, (uint32_t)stored);
	le32_put(z->bytes.data + header + 22, (uint32_t)size);
	check(bytes_put_u32(&z->directory, 0x02014b50));
	check(bytes_put_u16(&z->directory, 20));
	put_facts(&z->directory, z, crc, stored, size, name);
	check(bytes_put_u16(&z->directory, 0)); /* comment */
	check(bytes_put_u16(&z->directory, 0)); /* disk */
	check(bytes_put_u16(&z->directory, 0)); /* internal attributes */
	check(bytes_put_u32(&z->directory, 0)); /* external attributes */
	check(bytes_put_u32(&z->directory, (uint32_t)header));
	check(bytes_append(&z->directory, name, strlen(name)));
	z->members++;
}

void zip_add(struct zip *z, const char *name, const void *data, size_t size)
{
	const size_t header = start_member(z, name);

	deflate_into(&z->bytes, data, size, Z_FINISH);
	end_member(z, name, header, (uint32_t)crc32(0, data, (uInt)size), size);
}

/* Flushed deflate blocks stand by themselves: one mebibyte of zeros, again and again, and an empty last
 * block. */
void zip_add_zeros(struct zip *z, const char *name, int mebibytes)
{
	const size_t header = start_member(z, name), size = 1 << 20;
	struct bytes zeros = {0}, block = {0};
	uLong crc = 0, one;

	check(bytes_resize(&zeros, size));
	memset(zeros.data, 0, size);
	deflate_into(&block, zeros.data, size, Z_FULL_FLUSH);
	one = crc32(0, zeros.data, (uInt)size);
	for (int i = 0; i < mebibytes; i++) {
		check(bytes_append(&z->bytes, block.data, block.size));
		crc = crc32_combine(crc, one, (z_off_t)size);
	}
	deflate_into(&z->bytes, NULL, 0, Z_FINISH);
	end_member(z, name, header, (uint32_t)crc, size * (size_t)mebibytes);
	bytes_release(&zeros);
	bytes_release(&block);
}

void zip_end(struct zip *z)
{
	const size_t offset = z->bytes.size;

	check(bytes_append(&z->bytes, z->directory.data, z->directory.size));
	check(bytes_put_u32(&z->bytes, 0x06054b50));
	check(bytes_put_u32(&z->bytes, 0)); /* this disk, the directory's disk */
	check(bytes_put_u16(&z->bytes, (uint16_t)z->members));
	check(bytes_put_u16(&z->bytes, (uint16_t)z->members));
	check(bytes_put_u32(&z->bytes, (uint32_t)z->directory.size));
	check(bytes_put_u32(&z->bytes, (uint32_t)offset));
	check(bytes_put_u16(&z->bytes, 0));
}

size_t zip_directory_offset(const struct zip *z)
{
	return z->bytes.size - 22 - z->directory.size;
}

/* --- tar ----------------------------------------------------------------------------------------- */

/* Seconds since 1970 at noon (Hinnant, days from civil). */
static unsigned long long noon(int date)
{
	const int m = date / 100 % 100, d = date % 100, y = date / 10000 - (m <= 2);
	const int era = y / 400, year = y - era * 400, day = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	const long long days = era * 146097LL + year * 365 + year / 4 - year / 100 + day - 719468;

	return (unsigned long long)(days * 86400 + 43200);
}

static void put_block(FILE *to, const void *data, size_t size)
{
	static const char zeros[512];

	if (fwrite(data, 1, size, to) != size ||
		fwrite(zeros, 1, (512 - size % 512) % 512, to) != (512 - size % 512) % 512)
		die("cannot write the archive:");
}

static void put_header(FILE *to, const char *name, int date, char type, size_t size)
{
	char h[512] = {0};
	unsigned sum = 0;

	if (strlen(name) > 99)
		die("'%s' is too long for a tar archive", name);
	memcpy(h, name, strlen(name));
	snprintf(h + 100, 8, "%07o", type == '5' ? 0755u : 0644u);
	snprintf(h + 108, 8, "%07o", 0u);
	snprintf(h + 116, 8, "%07o", 0u);
	snprintf(h + 124, 12, "%011llo", (unsigned long long)size);
	snprintf(h + 136, 12, "%011llo", noon(date));
	memset(h + 148, ' ', 8);
	h[156] = type;
	memcpy(h + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 7, "%06o", sum);
	put_block(to, h, sizeof h);
}

void tar_directory(FILE *to, const char *name, int date)
{
	put_header(to, name, date, '5', 0);
}

void tar_file(FILE *to, const char *name, int date, const void *data, size_t size)
{
	put_header(to, name, date, '0', size);
	put_block(to, data, size);
}

void tar_end(FILE *to)
{
	const char zeros[1024] = {0};

	put_block(to, zeros, sizeof zeros);
}
