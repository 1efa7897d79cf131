// SPDX-License-Identifier: ISC
// Graphs run by ONNX Runtime, one thread each, on demand or on many pictures.
//
// usage: node onnxruntime.js PIXELS.f32 SIDE GRAPH.onnx ... <QUESTIONS >ANSWERS
//        node onnxruntime.js --pictures PICTURES.pgm GRAPH.onnx ...
//
// PIXELS.f32 are 3 x SIDE x SIDE little-endian floats. Each graph is run once and its answer written to GRAPH.onnx.f32; then a line
// says "ready" and the version. After that each line of the questions is the number of a graph, and each answer the seconds
// of processor time that it took.
//
// PICTURES.pgm are grey squares of one size behind one another, as stream-show --pam writes them; what each graph answers to all of
// them is written to GRAPH.onnx.f32. The package onnxruntime-node is found as Node finds it: NODE_PATH.
'use strict';
const fs = require('fs');
const runtime = require('onnxruntime-node');

function open(graph) {
	const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all' };
	return runtime.InferenceSession.create(graph, options);
}

function square(numbers, side) {
	return { pixels: new runtime.Tensor('float32', numbers, [1, 3, side, side]) };
}

function bytes(vector) {
	return Buffer.from(vector.data.buffer, vector.data.byteOffset, vector.data.byteLength);
}

async function answer(pixels, side, ...graphs) {
	const file = fs.readFileSync(pixels);
	const feeds = square(new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.length)), +side);
	const sessions = [];
	for (const graph of graphs) {
		const session = await open(graph);
		fs.writeFileSync(graph + '.f32', bytes((await session.run(feeds)).vector));
		sessions.push(session);
	}
	const version = require('onnxruntime-node/package.json').version;
	process.stdout.write(`ready ${version}\n`);
	for await (const line of require('readline').createInterface({ input: process.stdin })) {
		const before = process.cpuUsage();
		await sessions[+line].run(feeds);
		const took = process.cpuUsage(before);
		process.stdout.write(`${(took.user + took.system) / 1e6}\n`);
	}
}

// Grey squares as the model sees them.
function* pictures(file) {
	const mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225];
	for (let at = 0; at < file.length; ) {
		const end = file.indexOf('\n255\n', at) + 5;
		const head = file.toString('latin1', at, end).match(/^P5\s(?:#.*\n)?(\d+) (\d+)\n255\n$/);
		if (!head || head[1] !== head[2])
			throw new Error('these are no grey squares');
		const side = +head[1], size = side * side, numbers = new Float32Array(3 * size);
		for (let c = 0; c < 3; c++)
			for (let i = 0; i < size; i++)
				numbers[c * size + i] = (file[end + i] / 255 - mean[c]) / deviation[c];
		yield square(numbers, side);
		at = end + size;
	}
}

async function describe(path, ...graphs) {
	const file = fs.readFileSync(path);
	for (const graph of graphs) {
		const session = await open(graph), vectors = [];
		for (const feeds of pictures(file))
			vectors.push(Buffer.from(bytes((await session.run(feeds)).vector)));
		fs.writeFileSync(graph + '.f32', Buffer.concat(vectors));
	}
}

const words = process.argv.slice(2);
(words[0] === '--pictures' ? describe(...words.slice(1)) : answer(...words)).catch((error) => {
	process.stderr.write(`onnxruntime.js: ${error.message}\n`);
	process.exit(1);
});
