/* SPDX-License-Identifier: ISC */
#include "foreign/content.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A mark of `size` bytes at an offset; a mark may hold NUL bytes. */
static const struct {
	enum content content;
	size_t offset, size;
	const char *mark;
} marks[] = {
	{CONTENT_TIFF, 0, 4, "II*\0"},
	{CONTENT_TIFF, 0, 4, "MM\0*"},
	{CONTENT_TIFF, 0, 4, "II+\0"}, /* BigTIFF */
	{CONTENT_TIFF, 0, 4, "MM\0+"},
	{CONTENT_JPEG, 0, 3, "\xff\xd8\xff"},
	{CONTENT_PNG, 0, 8, "\x89PNG\r\n\x1a\n"},
	{CONTENT_WEBP, 8, 4, "WEBP"},
	{CONTENT_ZIP, 0, 4, "PK\3\4"},
	{CONTENT_ZIP, 0, 4, "PK\5\6"}, /* an empty archive */
	{CONTENT_PACKED, 0, 3, "\x1f\x8b\x08"},
	{CONTENT_PACKED, 0, 3, "BZh"},
	{CONTENT_PACKED, 0, 6, "\xfd" "7zXZ\0"},
	{CONTENT_PACKED, 0, 4, "\x28\xb5\x2f\xfd"},
	{CONTENT_TAR, 257, 5, "ustar"},
};

static const struct {
	const char *name;
	size_t offset, size;
	const char *mark;
} unread[] = {
	{"GIF", 0, 4, "GIF8"},
	{"HEIC", 4, 8, "ftypheic"},
	{"HEIC", 4, 8, "ftypheix"},
	{"HEIC", 4, 8, "ftypmif1"},
	{"AVIF", 4, 8, "ftypavif"},
	{"JPEG 2000", 0, 8, "\0\0\0\x0cjP  "},
	{"JPEG XL", 0, 8, "\0\0\0\x0cJXL "},
	{"PSD", 0, 6, "8BPS\0\1"},
	{"PDF", 0, 5, "%PDF-"},
};

const char *content_unread(const void *head, size_t size)
{
	const uint8_t *p = head;

	for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
		if (size >= unread[i].offset + unread[i].size &&
		        memcmp(p + unread[i].offset, unread[i].mark, unread[i].size) == 0)
			return unread[i].name;
	/* two letters are few: the four reserved bytes of its header are zero */
	return size >= 26 && memcmp(p, "BM", 2) == 0 && memcmp(p + 6, "\0\0\0\0", 4) == 0 ? "BMP" : NULL;
}

static bool is_pnm(const uint8_t *p, size_t size)
{
	return size > 2 && p[0] == 'P' && p[1] >= '1' && p[1] <= '7' && (strchr(" \t\r\n#", p[2]) && p[2]);
}

/* A document with its declaration, or one that begins with its root or type: grants of every version do so. HTML is none. */
static bool is_xml(const uint8_t *p, size_t size)
{
	static const char *const beginnings[] = {"<?xml", "<!DOCTYPE", "<us-patent", "<PATDOC", "<!--"};

	if (size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3, size -= 3;
	while (size && strchr(" \t\r\n", *p) && *p)
		p++, size--;
	if (size >= 14 && strncasecmp((const char *)p, "<!DOCTYPE html", 14) == 0)
		return false;
	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
		if (size >= strlen(beginnings[i]) && memcmp(p, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

/* UTF-16 documents begin with a byte-order mark. */
static bool is_wide_xml(const uint8_t *p, size_t size)
{
	return size >= 6 && (memcmp(p, "\xff\xfe<\0?\0", 6) == 0 || memcmp(p, "\xfe\xff\0<\0?", 6) == 0);
}

/* A tar from before 1988 has no mark: the checksum of its first header must be right. */
static bool is_old_tar(const uint8_t *p, size_t size)
{
	unsigned sum = 0, stated = 0, digits = 0;

	if (size < 512 || !p[0])
		return false;
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : p[i];
	for (size_t i = 148; i < 156; i++) {
		if (p[i] >= '0' && p[i] <= '7')
			stated = stated * 8 + (p[i] - '0'), digits++;
		else if (digits)
			break;
	}
	return digits >= 3 && stated == sum;
}

enum content content_of(const void *head, size_t size)
{
	const uint8_t *p = head;

	if (!size)
		return CONTENT_EMPTY;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (size >= marks[i].offset + marks[i].size &&
		        memcmp(p + marks[i].offset, marks[i].mark, marks[i].size) == 0 &&
		        (marks[i].content != CONTENT_WEBP || memcmp(p, "RIFF", 4) == 0))
			return marks[i].content;
	if (is_pnm(p, size))
		return CONTENT_PNM;
	if (is_xml(p, size) || is_wide_xml(p, size))
		return CONTENT_XML;
	if (is_old_tar(p, size))
		return CONTENT_TAR;
	const char *name = content_unread(p, size);
	return name && strcmp(name, "PDF") != 0 ? CONTENT_OTHER_PICTURE : CONTENT_UNKNOWN;
}

const char *content_name(enum content c)
{
	static const char *const names[] = {
	        [CONTENT_UNKNOWN] = "unknown file",
	        [CONTENT_EMPTY] = "empty file",
	        [CONTENT_TIFF] = "TIFF",
	        [CONTENT_JPEG] = "JPEG",
	        [CONTENT_PNG] = "PNG",
	        [CONTENT_WEBP] = "WebP",
	        [CONTENT_PNM] = "PNM",
	        [CONTENT_XML] = "XML",
	        [CONTENT_ZIP] = "ZIP archive",
	        [CONTENT_TAR] = "tar archive",
	        [CONTENT_PACKED] = "packed file",
	        [CONTENT_OTHER_PICTURE] = "picture of another format",
	};

	return names[c];
}
