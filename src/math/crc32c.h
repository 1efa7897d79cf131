/* SPDX-License-Identifier: ISC */
/*
 * crc32c - the Castagnoli checksum (RFC 3720, appendix B.4) that guards every item of a stream and value of an index
 *
 * crc32c(0, data, size) of one block; crc32c(crc32c(0, a, n), b, m) of two blocks joined. Of "123456789": 0xe3069283.
 */
#ifndef MATH_CRC32C_H
#define MATH_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(uint32_t crc, const void *data, size_t size);

/* The portable version, the oracle of the others. */
uint32_t crc32c_portable(uint32_t crc, const void *data, size_t size);

#endif
