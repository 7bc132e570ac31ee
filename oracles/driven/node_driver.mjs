// Drives V8: answers the messages of driver.py on standard input and output.
//
// Everything is synchronous, since wasm that calls the host must wait for the harness's answer.  Externs are numbered
// by identity: a function that is exported twice is one extern, which is how tables are read.

import { readSync, writeSync } from "node:fs";

const COUNT_AT = 65532, NUMBER_AT = 65528, BLOCK = 4096;
const { Module, Instance, Global, CompileError, LinkError, validate } = WebAssembly;

let pending = Buffer.alloc(0);

function read(count) {
  while (pending.length < count) {
    const part = Buffer.allocUnsafe(1 << 16);
    const size = readSync(0, part, 0, part.length, null);
    if (size === 0) process.exit(0);
    pending = pending.length ? Buffer.concat([pending, part.subarray(0, size)]) : part.subarray(0, size);
  }
  const taken = pending.subarray(0, count);
  pending = pending.subarray(count);
  return taken;
}

function hear() {
  return JSON.parse(read(read(4).readUInt32LE(0)).toString("utf8"));
}

function say(message) {
  const body = Buffer.from(JSON.stringify(message), "utf8");
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32LE(body.length, 0);
  let rest = Buffer.concat([head, body]);
  while (rest.length) rest = rest.subarray(writeSync(1, rest));
}

const bytes = (text) => Buffer.from(text, "base64");

class World {
  constructor() {
    this.externs = [];
    this.numbers = new Map();
  }

  number(extern) {
    let found = this.numbers.get(extern);
    if (found === undefined) {
      found = this.externs.length;
      this.externs.push(extern);
      this.numbers.set(extern, found);
    }
    return found;
  }

  // Instantiates a module whose imports are given in order; gives its exports in order.
  instantiate(wasm, imports) {
    const module = new Module(wasm);
    const object = {};
    WebAssembly.Module.imports(module).forEach(({ module: from, name }, n) => {
      (object[from] ??= Object.create(null))[name] = this.externs[imports[n]];
    });
    const instance = new Instance(module, object);
    return WebAssembly.Module.exports(module).map(({ name }) => this.number(instance.exports[name]));
  }

  ground(wasm) {
    const exports = this.instantiate(wasm, []);
    [this.memory, ...this.tables] = exports.map((n) => this.externs[n]);
    this.scratch = Buffer.from(this.memory.buffer);
    return exports;
  }

  table(kind) {
    return this.tables[kind === "extern" ? 0 : 1];
  }

  reference(value) {
    if (value === null) return null;
    return typeof value === "function" ? ["func", this.numbers.get(value) ?? -1] : ["extern", value];
  }

  answer() {
    const size = this.scratch.readUInt32LE(COUNT_AT);
    const seen = this.tables.map((table) =>
      Array.from({ length: size / 16 }, (_, n) => this.reference(table.get(n))));
    say({
      host: this.scratch.toString("base64", 0, size), number: this.scratch.readUInt32LE(NUMBER_AT),
      externs: seen[0], funcs: seen[1],
    });
    bytes(hear().in).copy(this.scratch);
  }

  results(request) {
    const refs = request.out_refs.map(([slot, kind]) => this.reference(this.table(kind).get(slot)));
    return { out: this.scratch.toString("base64", 0, request.out), refs };
  }

  look(request) {
    this.externs[request.function]();
    return {
      ...this.results(request),
      memories: request.memories.map((n) => memory(this.externs[n])),
      tables: request.tables.map((n) => {
        const table = this.externs[n];
        return Array.from({ length: table.length }, (_, at) => this.reference(table.get(at)));
      }),
    };
  }

  call(request) {
    bytes(request.in).copy(this.scratch);
    for (const [slot, ref] of request.refs) {
      if (ref === null) this.tables.forEach((table) => table.set(slot, null));
      else this.table(ref[0]).set(slot, ref[0] === "func" ? this.externs[ref[1]] : ref[1]);
    }
    try {
      this.externs[request.function]();
    } catch (error) {
      return { trapped: `${error.name}: ${error.message}`, look: this.look(request.look) };
    }
    return { ...this.results(request), look: this.look(request.look) };
  }
}

function memory(extern) {
  const content = Buffer.from(extern.buffer);
  const runs = [];
  for (let at = 0; at < content.length; at += BLOCK) {
    let first = at, end = Math.min(at + BLOCK, content.length);
    while (first < end && content[first] === 0) first++;
    while (end > first && content[end - 1] === 0) end--;
    if (first < end) runs.push([first, content.toString("base64", first, end)]);
  }
  return { size: content.length, runs };
}

function failed(error) {
  const message = `${error.name}: ${error.message}`;
  if (error instanceof CompileError) return { failed: ["unsupported", message] };
  return { failed: [error instanceof LinkError ? "unlinkable" : "trapped", message] };
}

function refusal(wasm) {
  if (validate(wasm)) return null;
  try {
    new Module(wasm);
  } catch (error) {
    return { failed: ["invalid", `${error.name}: ${error.message}`] };
  }
  return { failed: ["invalid", "no reason given"] };
}

const worlds = new Map();
let last = 0;

const operations = {
  hello: () => ({ version: `V8 ${process.versions.v8} in Node.js ${process.versions.node}` }),
  validate: ({ wasm }) => refusal(bytes(wasm)) ?? {},
  open({ wasm }) {
    const world = new World();
    worlds.set(++last, world);
    return { world: last, exports: world.ground(bytes(wasm)) };
  },
  host: (_, world) => ({ extern: world.number(() => world.answer()) }),
  global: ({ mutable, value }, world) =>
    ({ extern: world.number(new Global({ value: "externref", mutable }, value)) }),
  load({ check, wasm, imports }, world) {
    const refused = refusal(bytes(check || wasm));
    if (refused) return refused;
    try {
      return { exports: world.instantiate(bytes(wasm), imports) };
    } catch (error) {
      return failed(error);
    }
  },
  call: (request, world) => world.call(request),
  look: (request, world) => world.look(request),
  close({ world }) {
    worlds.delete(world);
    return {};
  },
};

for (;;) {
  const request = hear();
  say(operations[request.op](request, worlds.get(request.world)));
}
