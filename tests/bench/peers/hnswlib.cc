/* SPDX-License-Identifier: ISC */
/*
 * hnswlib build TABLE.npy INDEX M EFCONSTRUCTION     as many threads as there are processors
 * hnswlib serve QUESTIONS.npy INDEX                       the parameter is ef
 */
#include "peer.h"

#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <atomic>
#include <thread>

static void build(const char *vectors, const char *index, size_t m, size_t ef)
{
	const table t = read_table(vectors);
	hnswlib::InnerProductSpace space(t.dimension);
	hnswlib::HierarchicalNSW<float> graph(&space, t.rows, m, ef);
	std::vector<std::thread> threads;
	std::atomic<size_t> next(1);

	graph.addPoint(t.row(0), 0);
	for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++)
		threads.emplace_back([&] {
			for (size_t row; (row = next++) < t.rows;)
				graph.addPoint(t.row(row), row);
		});
	for (auto &thread : threads)
		thread.join();
	graph.saveIndex(index);
}

static void answer(const char *vectors, const char *index)
{
	const table questions = read_table(vectors);
	hnswlib::InnerProductSpace space(questions.dimension);
	hnswlib::HierarchicalNSW<float> graph(&space, index);

	serve(
	        questions, [&](const char *ef) { graph.setEf(std::strtoul(ef, nullptr, 10)); },
	        [&](const float *question, int32_t *rows) {
		        auto found = graph.searchKnn(question, 10);
		        for (; !found.empty(); found.pop())
			        rows[found.size() - 1] = static_cast<int32_t>(found.top().second);
	        });
}

int main(int argc, char **argv)
{
	const std::string what = argc > 1 ? argv[1] : "";

	if (what == "build" && argc == 6)
		build(argv[2], argv[3], std::strtoul(argv[4], nullptr, 10), std::strtoul(argv[5], nullptr, 10));
	else if (what == "serve" && argc == 4)
		answer(argv[2], argv[3]);
	else
		fail("usage: hnswlib build TABLE.npy INDEX M EFCONSTRUCTION | serve QUESTIONS.npy INDEX");
}
