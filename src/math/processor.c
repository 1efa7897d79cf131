/* SPDX-License-Identifier: ISC */
#include "math/processor.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined __x86_64__

#include <cpuid.h>

/* Three that not all compilers know by name. */
bool processor_has_f16c(void)
{
	unsigned a, b, c, d;

	return __builtin_cpu_supports("avx") && __get_cpuid(1, &a, &b, &c, &d) && (c >> 29 & 1);
}

static bool has_avx512fp16(void)
{
	unsigned a, b, c, d;

	return __builtin_cpu_supports("avx512f") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 23 & 1);
}

bool processor_has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool processor_has_avx512(void)
{
	return __builtin_cpu_supports("avx512f");
}

bool processor_has_avx512bw(void)
{
	return processor_has_avx512() && __builtin_cpu_supports("avx512bw");
}

bool processor_has_avxvnni(void)
{
	unsigned a, b, c, d;

	return processor_has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}

char *processor_name(char to[PROCESSOR_NAME])
{
	uint32_t text[12] = {0};

	for (unsigned i = 0; i < 3; i++)
		if (!__get_cpuid(0x80000002 + i, &text[4 * i], &text[4 * i + 1], &text[4 * i + 2], &text[4 * i + 3]))
			break;
	memcpy(to, text, sizeof text);
	to[sizeof text] = '\0';
	for (size_t n = strlen(to); n && to[n - 1] == ' '; n--)
		to[n - 1] = '\0';
	return to;
}

const char *processor_feature(size_t i)
{
	const struct {
		const char *name;
		bool there;
	} features[] = {
	        {"sse4.2", __builtin_cpu_supports("sse4.2")},
	        {"avx", __builtin_cpu_supports("avx")},
	        {"f16c", processor_has_f16c()},
	        {"fma", __builtin_cpu_supports("fma")},
	        {"avx2", __builtin_cpu_supports("avx2")},
	        {"avxvnni", processor_has_avxvnni()},
	        {"avx512f", __builtin_cpu_supports("avx512f")},
	        {"avx512bw", __builtin_cpu_supports("avx512bw")},
	        {"avx512vl", __builtin_cpu_supports("avx512vl")},
	        {"avx512vbmi", __builtin_cpu_supports("avx512vbmi")},
	        {"avx512vnni", __builtin_cpu_supports("avx512vnni")},
	        {"avx512vpopcntdq", __builtin_cpu_supports("avx512vpopcntdq")},
	        {"avx512bf16", __builtin_cpu_supports("avx512bf16")},
	        {"avx512fp16", has_avx512fp16()},
	};

	for (size_t f = 0; f < sizeof features / sizeof *features; f++)
		if (features[f].there && i-- == 0)
			return features[f].name;
	return NULL;
}

#else

bool processor_has_f16c(void)
{
	return false;
}

bool processor_has_avx2(void)
{
	return false;
}

bool processor_has_avx512(void)
{
	return false;
}

bool processor_has_avx512bw(void)
{
	return false;
}

bool processor_has_avxvnni(void)
{
	return false;
}

char *processor_name(char to[PROCESSOR_NAME])
{
	to[0] = '\0';
	return to;
}

const char *processor_feature(size_t i)
{
	(void)i;
	return NULL;
}

#endif
