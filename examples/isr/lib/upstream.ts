import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";

// The slow service behind the routes. Here it is a server of its own in the same process, which numbers its answers, so
// that one can see which of them are new. With UPSTREAM it is somewhere else: http://HOST:PORT.

export const UPSTREAM = process.env.UPSTREAM || await startUpstream();

const SYMBOLS: Readonly<Record<string, number>> = { deno: 100, node: 200, bun: 300 };

function startUpstream(): Promise<string> {
  const answers = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const answer = (answers.get(path) ?? 0) + 1;
    answers.set(path, answer);
    const symbol = /^\/prices\/(\w+)$/.exec(path)?.[1] ?? "";
    const price = SYMBOLS[symbol];
    const json = path === "/news" ? { headline: `News ${answer}` } : { symbol, price: (price ?? 0) + answer };
    const found = path === "/news" || price !== undefined;
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(found ? json : { error: "Not Found" }));
  });
  // Nobody waits for it when the process ends.
  server.unref();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
