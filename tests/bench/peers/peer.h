/* SPDX-License-Identifier: ISC */
/*
 * peer - what the adapters of other libraries have in common: a table of vectors, and the questions that tests/bench/index asks
 *
 * An adapter asks on one thread, one question at a time. A line on standard input is the first of the questions to ask, counted from 0,
 * how many, and the parameter of the search, with blanks between. For each of them it writes a struct peer_answer to standard output,
 * in the machine's own order, when all are asked.
 */
#ifndef PEERS_PEER_H
#define PEERS_PEER_H

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <sys/stat.h>

struct peer_answer {
	double milliseconds;
	int32_t rows[10]; /* of the table, from 0; -1: none */
};

/* Its numbers are mapped, so that they are not counted as memory that the library has for itself. */
struct table {
	size_t rows = 0, dimension = 0;
	const float *numbers = nullptr;
	const float *row(size_t i) const { return numbers + i * dimension; }
};

[[noreturn]] inline void fail(const std::string &what)
{
	std::fprintf(stderr, "%s\n", what.c_str());
	std::exit(2);
}

/* A table as `generate/vectors` and `stream-show --npy` write it: NumPy's format 1.0, f32. */
inline table read_table(const char *name)
{
	table t;
	std::FILE *f = std::fopen(name, "rb");
	unsigned char head[10];

	if (!f || std::fread(head, 1, sizeof head, f) != sizeof head || std::memcmp(head, "\x93NUMPY\1", 7) != 0)
		fail(std::string("cannot read '") + name + "'");
	std::string text(head[8] + 256u * head[9], ' ');
	if (std::fread(&text[0], 1, text.size(), f) != text.size())
		fail(std::string("cannot read '") + name + "'");
	const size_t shape = text.find("'shape': (");
	if (shape == std::string::npos || text.find("<f4") == std::string::npos ||
	        std::sscanf(text.c_str() + shape, "'shape': (%zu, %zu)", &t.rows, &t.dimension) != 2)
		fail(std::string("'") + name + "' is no table of f32");
	const size_t start = sizeof head + text.size();
	struct stat st;
	if (fstat(fileno(f), &st) < 0 || static_cast<size_t>(st.st_size) != start + t.rows * t.dimension * sizeof(float))
		fail(std::string("'") + name + "' is no whole table");
	void *p = mmap(nullptr, static_cast<size_t>(st.st_size), PROT_READ, MAP_SHARED, fileno(f), 0);
	if (p == MAP_FAILED)
		fail(std::string("cannot map '") + name + "'");
	t.numbers = reinterpret_cast<const float *>(static_cast<const char *>(p) + start);
	std::fclose(f);
	return t;
}

/* prepare(parameter) before a round; ask(question, rows) once for each question, rows[10] being -1. */
template <typename Prepare, typename Ask> void serve(const table &questions, Prepare prepare, Ask ask)
{
	std::vector<peer_answer> answers(questions.rows);
	char line[256];

	while (std::fgets(line, sizeof line, stdin)) {
		size_t first = 0, count = 0;
		int read = 0;
		line[std::strcspn(line, "\n")] = 0;
		if (std::sscanf(line, "%zu %zu %n", &first, &count, &read) != 2 || first > questions.rows ||
		        count > questions.rows - first)
			fail(std::string("'") + line + "' asks nothing");
		prepare(line + read);
		for (size_t i = first; i < first + count; i++) {
			std::fill(answers[i].rows, answers[i].rows + 10, -1);
			const auto start = std::chrono::steady_clock::now();
			ask(questions.row(i), answers[i].rows);
			const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
			answers[i].milliseconds = took.count();
		}
		std::fwrite(answers.data() + first, sizeof answers[0], count, stdout);
		std::fflush(stdout);
	}
}

#endif
