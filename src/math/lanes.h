/* SPDX-License-Identifier: ISC */
/* Vectors of LANES numbers, as activation_lanes.h and narrow_lanes.h begin. */
typedef float NAME(vector) __attribute__((vector_size(4 * LANES)));
typedef int32_t NAME(integers) __attribute__((vector_size(4 * LANES)));

#define V NAME(vector)
#define I NAME(integers)

TARGET INLINE V NAME(spread)(float x)
{
	V v;

	for (int i = 0; i < LANES; i++)
		v[i] = x;
	return v;
}
