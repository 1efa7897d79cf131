/* SPDX-License-Identifier: ISC */
#include "unit/test.h"

#include "base/bytes.h"
#include "foreign/safetensors.h"

#include <stdlib.h>

static struct bytes file;

/* A file of this header and so many bytes of data, each byte its own number. */
static struct safetensors *read_file(const char *header, size_t size, struct error *err)
{
	file.size = 0;
	bytes_put_u64(&file, strlen(header));
	bytes_append(&file, header, strlen(header));
	for (size_t i = 0; i < size; i++)
		bytes_put_u8(&file, (uint8_t)i);
	return safetensors_read(file.data, file.size, err);
}

static void read_numbers(void)
{
	static const struct {
		const char *type;
		uint16_t bits;
		float value;
	} table[] = {{"F16", 0x0000, 0}, {"F16", 0x3c00, 1}, {"F16", 0xc000, -2}, {"F16", 0x7bff, 65504}, {"F16", 0x0400, 0x1p-14f},
	        {"F16", 0x0001, 0x1p-24f}, {"F16", 0x83ff, -0x3ffp-24f}, {"F16", 0x3555, 0x1.554p-2f}, {"F16", 0x7c00, INFINITY},
	        {"BF16", 0x3f80, 1}, {"BF16", 0xc040, -3}, {"BF16", 0x0080, 0x1p-126f}, {"BF16", 0x7f80, INFINITY}};
	char header[200];
	float value;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"%s\",\"shape\":[],\"data_offsets\":[0,2]}}",
		        table[i].type);
		struct safetensors *s = read_file(header, 2, NULL);
		le16_put(file.data + file.size - 2, table[i].bits);
		if (!ok(s != NULL, "a single number can be a tensor"))
			continue;
		tensor_get_f32(safetensors_at(s, 0), 0, 1, &value);
		ok(memcmp(&value, &table[i].value, sizeof value) == 0, "%s %04x is %g", table[i].type, (unsigned)table[i].bits,
		        (double)table[i].value);
		safetensors_close(s);
	}
}

static void find_tensors(void)
{
	static const uint64_t shape[] = {2, 3}, other[] = {3, 2};
	struct error err;
	struct safetensors *s = read_file("{\"__metadata__\":{\"format\":\"pt\"},"
	                                  "\"b\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[4,28]},"
	                                  "\"a\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]},"
	                                  "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[28,28]}}   ",
	        28, &err);

	if (!ok(s != NULL, "a file with metadata, an empty tensor and blanks behind the header"))
		return;
	ok(safetensors_count(s) == 3 && strcmp(safetensors_at(s, 0)->name, "a") == 0 &&
	                strcmp(safetensors_at(s, 1)->name, "b") == 0 && !safetensors_at(s, 3),
	        "tensors are sorted by name");
	ok(!safetensors_find(s, "c") && safetensors_find(s, "b")->data[0] == 4, "and found by it");
	ok(safetensors_expect(s, "b", 2, shape, &err) != NULL, "the expected shape is there");
	ok(!safetensors_expect(s, "b", 2, other, &err), "another is not");
	is_text(err.text, "tensor 'b' is 2x3, not 3x2", "and the message says both");
	ok(!safetensors_expect(s, "b", 0, NULL, &err), "nor is a single number");
	is_text(err.text, "tensor 'b' is 2x3, not a single number", "which is said so");
	ok(!safetensors_expect(s, "a", 1, (const uint64_t[]){1}, &err), "integers are no weights");
	safetensors_close(s);
}

static void name_weights(void)
{
	char one[SHA256_TEXT], two[SHA256_TEXT], three[SHA256_TEXT];
	struct safetensors *f = read_file("{\"x\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, NULL);
	struct bytes copy = {0};
	float values[2];

	tensor_get_f32(safetensors_at(f, 0), 0, 2, values);
	struct canonical_tensor list[] = {{"b", safetensors_at(f, 0)}, {"a", safetensors_at(f, 0)}};
	tensors_identity(list, 2, one, NULL);
	bytes_set(&copy, file.data, file.size);
	safetensors_close(f);

	struct safetensors *g = read_file("{\"y\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, NULL);
	lef32_put_array(file.data + file.size - 8, values, 2);
	struct canonical_tensor same[] = {{"a", safetensors_at(g, 0)}, {"b", safetensors_at(g, 0)}};
	tensors_identity(same, 2, two, NULL);
	is_text(two, one, "the identity of weights knows no order, no file names and no precision");
	file.data[file.size - 1] ^= 1;
	tensors_identity(same, 2, three, NULL);
	ok(strcmp(one, three) != 0, "but every number");
	safetensors_close(g);
	bytes_release(&copy);
}

static void refuse_damage(void)
{
	static const char header[] = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
	struct error err;
	int refused = 0;

	safetensors_close(read_file(header, 8, &err));
	for (size_t size = 0; size < file.size; size++)
		refused += safetensors_read(file.data, size, &err) == NULL;
	ok(refused == (int)file.size, "a file cut anywhere is refused");
	file.data[7] = 0x80;
	ok(!safetensors_read(file.data, file.size, &err), "so is a header of 2^63 bytes");
}

int main(void)
{
	read_numbers();
	find_tensors();
	name_weights();
	refuse_damage();
	bytes_release(&file);
	return done();
}
