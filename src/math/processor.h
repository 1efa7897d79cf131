/* SPDX-License-Identifier: ISC */
/*
 * processor - what the CPU says of itself, for people; kernels ask for what they need themselves
 */
#ifndef MATH_PROCESSOR_H
#define MATH_PROCESSOR_H

#include <stddef.h>

/* Its name, as "AMD EPYC 7763 64-Core Processor"; "" where it has none. */
enum { PROCESSOR_NAME = 49 };
char *processor_name(char to[PROCESSOR_NAME]);

/*
 * Those of its instruction sets that a kernel somewhere in the suite may ask for, the i-th of them as "avx2"; NULL behind the last. Sets
 * that the system does not save the registers of are not there.
 */
const char *processor_feature(size_t i);

#endif
