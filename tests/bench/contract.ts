/**
 * What a contract costs: a handler with a contract beside one that makes the same checks by hand, with the same schema
 * of two fields. And a handler without a contract in an application that has one, beside one that has none.
 *
 * Slices of requests alternate, and what is compared is the median of the ratios of neighbors. Fails above the ratio of
 * 1.15.
 *
 *     deno run -A tests/bench/contract.ts [--rounds N]
 *
 * @module
 */

import { z } from "npm:zod@4.6.7";
import { assertEquals } from "@std/assert";
import { parseArgs } from "node:util";
import { route } from "../../src/route.ts";
import { createApp } from "../helpers/app.ts";
import { median } from "./median.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "200" } } });
const ROUNDS = Number(values.rounds), REQUESTS = 500, HIGHEST_RATIO = 1.15;
const User = z.object({ name: z.string(), age: z.number() });

const withContract = route({ body: User }, (_request, { body }) => Response.json({ hello: body.name }));

async function byHand(request: Request): Promise<Response> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers.get("content-type") ?? "")) {
    return new Response(null, { status: 415, headers: { accept: "application/json" } });
  }
  let value: unknown;
  try {
    value = await request.json();
  } catch {
    return Response.json({ errors: ["malformed JSON"] }, { status: 400 });
  }
  const result = User.safeParse(value);
  if (!result.success) return Response.json({ errors: result.error.issues }, { status: 400 });
  return Response.json({ hello: result.data.name });
}

type Answer = (request: Request) => Response | Promise<Response>;

function createRequest(): Request {
  const headers = { "content-type": "application/json" };
  return new Request("http://localhost/users", { method: "POST", headers, body: `{ "name": "Ada", "age": 36 }` });
}

/** The time that an answer takes, in microseconds; its request is made before. */
async function measure(answer: Answer): Promise<number> {
  const requests = Array.from({ length: REQUESTS }, createRequest);
  const started = performance.now();
  for (const request of requests) await answer(request);
  return (performance.now() - started) * 1000 / REQUESTS;
}

async function compare(name: string, answer: Answer, baseline: Answer, highest: number): Promise<void> {
  for (const each of [answer, baseline]) assertEquals(await (await each(createRequest())).json(), { hello: "Ada" });
  for (let round = 0; round < 20; round++) await Promise.all([measure(answer), measure(baseline)]);
  const ratios: number[] = [], times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Neither is always the first.
    const isFirst = round % 2 === 0;
    const before = isFirst ? await measure(answer) : await measure(baseline);
    const after = isFirst ? await measure(baseline) : await measure(answer);
    const [own, other] = isFirst ? [before, after] : [after, before];
    ratios.push(own / other);
    times.push(own);
  }
  const ratio = median(ratios);
  console.log(`${name.padEnd(44)} ${median(times).toFixed(2).padStart(6)} µs  ratio ${ratio.toFixed(3)}`);
  if (ratio > highest) {
    console.error(`${name} is above ${highest}`);
    Deno.exitCode = 1;
  }
}

const served = await createApp({ "users/route.ts": { POST: withContract } });
const servedByHand = await createApp({ "users/route.ts": { POST: byHand } });

await compare("by hand, twice (how exact this is)", byHand, (request) => byHand(request), Infinity);
await compare("contract, the handler alone", (request) => withContract(request), byHand, HIGHEST_RATIO);
await compare("contract, in an application", served.fetch, servedByHand.fetch, HIGHEST_RATIO);
