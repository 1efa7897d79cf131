/* SPDX-License-Identifier: ISC */
#include "math/find.h"

#include "math/processor.h"

#include <string.h>

/* How often a byte is met in folded texts, roughly: the frequent ones stand last. */
static size_t frequency(uint8_t byte)
{
	static const char order[] = "zqjxkv908765-43w21y.,bfpmguchdlsinraoet ";
	const char *at = byte ? strchr(order, byte) : NULL;

	return at ? (size_t)(at - order) + 1 : 0;
}

struct find find_prepare(const uint8_t *what, size_t size)
{
	struct find f = {.what = what, .size = size};

	for (size_t i = 1; i < size; i++)
		if (frequency(what[i]) < frequency(what[f.places[0]]))
			f.places[0] = i;
	f.places[1] = f.places[0] == 0 && size > 1;
	for (size_t i = 0; i < size; i++)
		if (i != f.places[0] && frequency(what[i]) < frequency(what[f.places[1]]))
			f.places[1] = i;
	return f;
}

static size_t next_portable(const struct find *f, const uint8_t *text, size_t size, size_t at)
{
	const uint8_t rarest = f->what[f->places[0]];

	for (; at <= size && size - at >= f->size; at++)
		if (text[at + f->places[0]] == rarest && memcmp(text + at, f->what, f->size) == 0)
			return at;
	return size;
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static size_t next_avx2(const struct find *f, const uint8_t *text, size_t size, size_t at)
{
	enum { BLOCK = 32 };
	const __m256i first = _mm256_set1_epi8((char)f->what[f->places[0]]),
	              second = _mm256_set1_epi8((char)f->what[f->places[1]]);

	for (; at <= size && size - at >= f->size + BLOCK - 1; at += BLOCK) {
		const __m256i x = _mm256_loadu_si256((const void *)(text + at + f->places[0])),
		              y = _mm256_loadu_si256((const void *)(text + at + f->places[1])),
		              agrees = _mm256_and_si256(_mm256_cmpeq_epi8(x, first), _mm256_cmpeq_epi8(y, second));
		for (uint32_t mask = (uint32_t)_mm256_movemask_epi8(agrees); mask; mask &= mask - 1) {
			const size_t place = at + (size_t)__builtin_ctz(mask);
			if (memcmp(text + place, f->what, f->size) == 0)
				return place;
		}
	}
	return next_portable(f, text, size, at);
}

#endif

const struct find_version find_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx2", processor_has_avx2}, next_avx2},
#endif
        {{"portable", version_always}, next_portable},
};
const size_t find_version_count = sizeof find_versions / sizeof *find_versions;

size_t find_next(const struct find *f, const uint8_t *text, size_t size, size_t at)
{
	static struct version_choice choice;
	const struct find_version *fastest = version_chosen(&choice, find_versions, sizeof *find_versions);

	return fastest->next(f, text, size, at);
}
