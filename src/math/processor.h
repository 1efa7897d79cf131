/* SPDX-License-Identifier: ISC */
/*
 * processor - what the CPU can do, as kernels ask before they run, and what it says of itself, for people
 */
#ifndef MATH_PROCESSOR_H
#define MATH_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether there is F16C; AVX2 with FMA; AVX-512F; AVX-512BW on top; VNNI in VEX coding (AVX-VNNI), with AVX2 and FMA. Never where the
 * system does not save the registers. Kernels that need other sets ask the compiler's __builtin_cpu_supports.
 */
bool processor_has_f16c(void);
bool processor_has_avx2(void);
bool processor_has_avx512(void);
bool processor_has_avx512bw(void);
bool processor_has_avxvnni(void);

/* Its name, as "AMD EPYC 7763 64-Core Processor"; "" where it has none. */
enum { PROCESSOR_NAME = 49 };
char *processor_name(char to[PROCESSOR_NAME]);

/*
 * Those of its instruction sets that a kernel somewhere in the suite may ask for, the i-th of them as "avx2"; NULL behind the last. Sets
 * that the system does not save the registers of are not there.
 */
const char *processor_feature(size_t i);

#endif
