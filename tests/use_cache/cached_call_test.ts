import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { cacheLife, cacheTag, revalidatePath, revalidateTag, unstable_cache } from "../../src/cache.ts";
import { cookies, draftMode, headers } from "../../src/headers.ts";
import { notFound } from "../../src/navigation.ts";
import { after, connection, type NextRequest } from "../../src/server.ts";
import { MASKED_MESSAGE } from "../../src/use_cache/value_format.ts";
import { captured } from "../helpers/app.ts";
import { counting, createCachedApp } from "../helpers/cached.ts";
import { createRulesApp } from "../helpers/rules.ts";
import { createCaller, useCache } from "./_cached.ts";

Deno.test("a cached function runs once for equal arguments, in all requests", async () => {
  const { inRequest } = await createCaller();
  const load = useCache(counting((number, ...args: unknown[]) => ({ number, args })));
  const ask = (...args: unknown[]) => inRequest(() => load(...args));
  assertEquals(await ask("a", { b: [1] }), { number: 1, args: ["a", { b: [1] }] });
  assertEquals(await ask("a", { b: [1] }), { number: 1, args: ["a", { b: [1] }] });
  assertEquals(await ask("a"), { number: 2, args: ["a"] });
});

Deno.test("each call returns a copy, and the arguments inside are copies", async () => {
  const { inRequest } = await createCaller();
  const load = useCache((list: number[]) => {
    list.push(3);
    return { list };
  });
  await inRequest(async () => {
    const own = [1], first = await load(own);
    first.list.push(4);
    assertEquals([own, (await load(own)).list], [[1], [1, 3]]);
  });
});

Deno.test("20 parallel calls run the function once, in 20 requests or in one", async () => {
  const { inRequest } = await createCaller();
  const load = useCache(counting(async (number, _key: string) => {
    await new Promise((done) => setTimeout(done, 20));
    return number;
  }));
  const times = <T>(run: () => T) => Array.from({ length: 20 }, run);
  assertEquals(new Set(await Promise.all(times(() => inRequest(() => load("a"))))), new Set([1]));
  assertEquals(new Set(await inRequest(() => Promise.all(times(() => load("b"))))), new Set([2]));
});

Deno.test("a value is used until it has to be revalidated, and then the next call waits for a new one", async () => {
  const { inRequest, pass } = await createCaller();
  const load = useCache(counting((number) => {
    cacheLife("minutes");
    return number;
  }));
  const seen: number[] = [];
  for (const seconds of [0, 59, 1, 59, 600]) {
    pass(seconds);
    seen.push(await inRequest(load));
  }
  assertEquals(seen, [1, 1, 2, 2, 3]);
});

const LIVES: readonly [title: string, outer: () => void, inner: () => void, seconds: number][] = [
  ["900 seconds by default", () => {}, () => {}, 900],
  ["of what it calls, if that is shorter", () => {}, () => cacheLife("minutes"), 60],
  ["900 seconds, if what it calls lives longer", () => {}, () => cacheLife("days"), 900],
  ["its own, if what it calls lives shorter", () => cacheLife("hours"), () => cacheLife("minutes"), 3600],
  ["its own, if what it calls lives longer", () => cacheLife("minutes"), () => cacheLife("hours"), 60],
  ["the shorter one of two", () => (cacheLife("hours"), cacheLife("minutes")), () => {}, 60],
  ["a number of seconds", () => cacheLife({ revalidate: 5 }), () => {}, 5],
]; // deno-fmt-ignore

for (const [title, outerLife, innerLife, seconds] of LIVES) {
  Deno.test(`the lifetime of a cached function is ${title}`, async () => {
    const { inRequest, pass } = await createCaller();
    const inner = useCache(innerLife);
    const outer = useCache(counting(async (number) => {
      outerLife();
      await inner();
      return number;
    }));
    assertEquals(await inRequest(outer), 1);
    pass(seconds - 1);
    assertEquals(await inRequest(outer), 1);
    pass(1);
    assertEquals(await inRequest(outer), 2);
  });
}

Deno.test("a value with revalidate 0 is used within one request", async () => {
  const { inRequest } = await createCaller();
  const load = useCache(counting((number) => {
    cacheLife({ revalidate: 0 });
    return number;
  }));
  assertEquals(await inRequest(async () => [await load(), await load()]), [1, 1]);
  assertEquals(await inRequest(async () => [await load(), await load()]), [2, 2]);
});

Deno.test("revalidateTag() makes a value stale or expires it, depending on the profile", async () => {
  const { inRequest } = await createCaller();
  const load = useCache(counting((number) => {
    cacheTag("a", "b");
    return number;
  }));
  const outer = useCache(counting(async (number) => [number, await load()]));
  assertEquals([await inRequest(load), await inRequest(outer)], [1, [1, 1]]);
  await inRequest(() => revalidateTag("a", "max"));
  assertEquals([await inRequest(load), await inRequest(load)], [1, 2]);
  // The tags of what it calls are its own too; and it is not made again of what is stale.
  assertEquals([await inRequest(outer), await inRequest(outer)], [[1, 1], [2, 2]]);
  await inRequest(() => revalidateTag("b", { expire: 0 }));
  assertEquals([await inRequest(outer), await inRequest(load)], [[3, 3], 3]);
});

Deno.test("a value that is generated after revalidateTag() has its full lifetime", async () => {
  const { inRequest, pass } = await createCaller();
  const load = useCache(counting((number) => {
    cacheTag("t");
    return number;
  }));
  await inRequest(load);
  await inRequest(() => revalidateTag("t", { expire: 2 }));
  assertEquals([await inRequest(load), await inRequest(load)], [1, 2]);
  pass(3);
  assertEquals(await inRequest(load), 2);
});

Deno.test("a value is not regenerated from a stale value", async () => {
  const { inRequest } = await createCaller();
  const inner = useCache(counting((number) => {
    cacheTag("t");
    return number;
  }));
  const outer = useCache(() => inner());
  const ask = () => inRequest(async () => [await inner(), await outer()]);
  assertEquals(await ask(), [1, 1]);
  await inRequest(() => revalidateTag("t", "max"));
  assertEquals(await ask(), [1, 1]);
  const [own, inside] = await ask();
  assertEquals(own! > 1 && own === inside, true);
});

Deno.test("revalidatePath() expires the values that the route reads", async () => {
  const { inRequest } = await createCaller();
  const load = useCache(counting((number) => number));
  await inRequest(load);
  await inRequest(() => revalidatePath("/other"));
  assertEquals(await inRequest(load), 1);
  await inRequest(() => revalidatePath("/i"));
  assertEquals(await inRequest(load), 2);
});

Deno.test("within a request, a call has one result in spite of invalidations", async () => {
  const { inRequest } = await createCaller();
  const load = useCache(counting((number) => {
    cacheTag("t");
    return number;
  }));
  const seen = await inRequest(async () => {
    const first = await load();
    revalidateTag("t", { expire: 0 });
    return [first, await load()];
  });
  assertEquals([seen, await inRequest(load)], [[1, 1], 2]);
});

Deno.test("an error is masked for the caller, reported once, and not cached for other requests", async () => {
  const { inRequest, errors } = await createCaller();
  const fail = useCache(counting((number): number => {
    throw new TypeError(`secret ${number}`, { cause: "c" });
  }));
  const outer = useCache(async () => await fail());
  const seen = await inRequest(async () => {
    const first = await assertRejects(outer) as Error & { digest: string };
    const second = await assertRejects(outer) as Error & { digest: string };
    assertEquals([first.constructor, first.message, first.cause], [Error, MASKED_MESSAGE, undefined]);
    return [first.digest, second.digest];
  });
  assertEquals(errors.map(({ message }) => message), ["secret 1"]);
  assertEquals(/^\d+$/.test(seen[0]!) && seen[0] === seen[1], true);
  await inRequest(() => assertRejects(fail));
  assertEquals(errors.map(({ message }) => message), ["secret 1", "secret 2"]);
});

Deno.test("a thrown error keeps its digest, and notFound() is not an error", async () => {
  const { inRequest, errors } = await createCaller();
  const digestOf = (run: () => never) =>
    inRequest(async () => (await assertRejects(useCache(run)) as Error & { digest: string }).digest);
  assertEquals(await digestOf(() => notFound()), "NEXT_HTTP_ERROR_FALLBACK;404");
  assertEquals(errors, []);
  assertEquals(
    await digestOf(() => {
      throw Object.assign(new Error(), { digest: "mine" });
    }),
    "mine",
  ); // deno-fmt-ignore
  await digestOf(() => { throw { a: 1 }; }); // deno-fmt-ignore
  assertEquals(errors.at(-1)!.message, '{"a":1}');
});

Deno.test("parallel calls share a run that fails", async () => {
  const { inRequest } = await createCaller();
  const run = counting(async (): Promise<never> => {
    await new Promise((done) => setTimeout(done, 20));
    throw new Error("no");
  });
  const fail = useCache(run);
  await Promise.all(Array.from({ length: 10 }, () => inRequest(() => assertRejects(fail))));
  assertEquals(run.runs, 1);
});

Deno.test("a failed run removes the old value", async () => {
  const { inRequest, pass } = await createCaller();
  const load = useCache(counting((number) => {
    cacheLife({ revalidate: 1 });
    if (number === 2) throw new Error("no");
    return number;
  }));
  assertEquals(await inRequest(load), 1);
  pass(2);
  await inRequest(() => assertRejects(load));
  assertEquals(await inRequest(load), 3);
});

const NEXT_REQUEST = "https://nextjs.org/docs/messages/next-request-in-use-cache";
const OUTSIDE = "Read it outside the cached function and pass what you need as an argument.";
const REFUSED: readonly [call: string, run: () => unknown, message: string][] = [
  [
    "cookies()",
    cookies,
    `Route "/i": \`cookies()\` can't be read inside \`"use cache"\`. ${OUTSIDE}\nLearn more: ${NEXT_REQUEST}`,
  ],
  [
    "headers()",
    headers,
    `Route "/i": \`headers()\` can't be read inside \`"use cache"\`. ${OUTSIDE}\nLearn more: ${NEXT_REQUEST}`,
  ],
  [
    "connection()",
    connection,
    `Route "/i": \`connection()\` can't be called inside \`"use cache"\` because cached functions may run during prerendering, without an incoming request. Call it outside the cached function.\nLearn more: ${NEXT_REQUEST}`,
  ],
  [
    "draftMode().enable()",
    async () => (await draftMode()).enable(),
    `Route "/i": \`draftMode().enable()\` can't be called inside \`"use cache"\`. Draft mode can be read inside a cached function, but enabling or disabling it must happen outside.\nLearn more: ${NEXT_REQUEST}`,
  ],
  [
    "revalidateTag()",
    () => revalidateTag("a", "max"),
    `Route "/i": \`revalidateTag("a")\` can't be called inside a cached function. Call it from a Server Action or Route Handler instead.\nLearn more: https://nextjs.org/docs/messages/revalidate-in-use-cache`,
  ],
  [
    "revalidatePath()",
    () => revalidatePath("/"),
    `Route "/i": \`revalidatePath("/")\` can't be called inside a cached function.`,
  ],
  [
    "a private function",
    useCache(() => 1, "private"),
    `Route "/i": \`"use cache: private"\` can't be nested inside \`"use cache"\` because a shared cached function can't depend on private request data.`,
  ],
]; // deno-fmt-ignore

for (const [call, run, message] of REFUSED) {
  Deno.test(`${call} is rejected in a cached function`, async () => {
    const { inRequest, errors } = await createCaller();
    await inRequest(() => assertRejects(useCache(run)));
    assertStringIncludes(errors[0]!.message, message);
  });
}

Deno.test("a private function may read the request, and runs once in each", async () => {
  const { inRequest, errors } = await createCaller();
  const load = useCache(
    counting(async (number) => [(await cookies()).get("a")?.value, (await headers()).get("x"), number]),
    "private",
  );
  const ask = () => inRequest(async () => [await load(), await load()], { cookie: "a=1", x: "2" });
  assertEquals(await ask(), [["1", "2", 1], ["1", "2", 1]]);
  assertEquals(await ask(), [["1", "2", 2], ["1", "2", 2]]);
  await inRequest(() => assertRejects(useCache(async () => (await cookies()).set("b", "1"), "private")));
  await inRequest(() => assertRejects(useCache(connection, "private")));
  assertStringIncludes(errors[0]!.message, "Cookies can only be modified in a Server Action or Route Handler.");
  assertStringIncludes(errors[1]!.message, "because private cached functions may run during prefetching");
});

Deno.test("in draft mode, functions run once in each request without the cache", async () => {
  const { inRequest } = await createCaller({ draftSecret: "s" });
  const load = useCache(counting(async (number) => [(await draftMode()).isEnabled, number]));
  const ask = (cookie: string) => inRequest(async () => [await load(), await load()], { cookie });
  assertEquals(await ask(""), [[false, 1], [false, 1]]);
  let cookie = "";
  await inRequest(async () => {
    (await draftMode()).enable();
    cookie = `__prerender_bypass=${(await cookies()).get("__prerender_bypass")!.value}`;
  });
  assertEquals(await ask(cookie), [[true, 2], [true, 2]]);
  assertEquals(await ask(""), [[false, 1], [false, 1]]);
});

Deno.test("after() in a cached function runs only if the function does", async () => {
  const { inRequest } = await createCaller();
  let ran = 0;
  const load = useCache(() => after(() => void ran++));
  await inRequest(load);
  await inRequest(load);
  assertEquals(ran, 1);
});

Deno.test("unstable_cache() in a cached function has its tags and lifetime", async () => {
  const { inRequest, pass } = await createCaller();
  const inner = unstable_cache(() => Promise.resolve(1), [], { tags: ["u"], revalidate: 10 });
  const outer = useCache(counting(async (number) => [number, await inner()]));
  assertEquals(await inRequest(outer), [1, 1]);
  await inRequest(() => revalidateTag("u", { expire: 0 }));
  assertEquals(await inRequest(outer), [2, 1]);
  pass(10);
  assertEquals(await inRequest(outer), [3, 1]);
});

Deno.test("cacheTag() warns about tags that cannot be used", async () => {
  const { inRequest } = await createCaller();
  const tag = (...tags: unknown[]) => captured("warn", () => inRequest(useCache(() => cacheTag(...tags as string[]))));
  assertEquals(await tag(5, "x".repeat(257), "", "_N_T_/x", "a,b"), [
    `Warning: invalid tags passed to \`cacheTag()\`: \ntag: "5" invalid type, must be a string\ntag: "${
      "x".repeat(257)
    }" exceeded max length of 256`,
  ]);
  assertEquals(await tag(...Array.from({ length: 130 }, (_, i) => `t${i}`)), [
    "Warning: exceeded max tag count for `cacheTag()`, dropped tags: t128, t129",
  ]);
});

Deno.test("cacheLife() and cacheTag() are rejected outside a cached function, and a cached function outside a request", async () => {
  const { inRequest } = await createCaller();
  const message = '`cacheLife()` can only be called inside a `"use cache"` or `"use cache: private"` function.';
  await inRequest(() => assertThrows(() => cacheLife("hours"), Error, `Route "/i": ${message}`));
  assertThrows(() => cacheLife("hours"), Error, message);
  assertThrows(() => cacheTag("a"), Error, "https://nextjs.org/docs/messages/cache-tag-outside-use-cache");
  await assertRejects(useCache(() => 1), Error, '"use cache" cannot be used outside of App Router.');
});

Deno.test("after revalidateTag(), a handler receives no stale value that it has not read before", async () => {
  const { inRequest } = await createCaller();
  const load = useCache(counting((number) => {
    cacheTag("t");
    return number;
  }));
  assertEquals(await inRequest(load), 1);
  assertEquals(
    await inRequest(() => {
      revalidateTag("t", "max");
      return load();
    }),
    2,
  );
});

Deno.test("a cached function cannot read a request that was not passed to it", async () => {
  const kept: { request?: NextRequest } = {};
  const read = (run: (request: NextRequest) => unknown) => useCache(() => run(kept.request!));
  const reads = {
    "request.url": read((request) => request.url),
    "nextUrl.href": read((request) => request.nextUrl.href),
    "request.headers": read((request) => request.headers.get("a")),
    "request.cookies": read((request) => request.cookies.get("a")),
    "request.text": read((request) => request.text()),
  };
  const method = read((request) => request.method);
  const app = await createRulesApp({
    "i/route.ts": {
      async PUT(request: NextRequest) {
        kept.request = request;
        for (const run of Object.values(reads)) await assertRejects(run);
        return Response.json([await method(), request.headers.get("a"), await request.text()]);
      },
    },
  }, { config: { cacheComponents: true } });
  const response = await app.request("/i", { method: "PUT", body: "text", headers: { a: "1" } });
  assertEquals(await response.json(), ["PUT", "1", "text"]);
  assertEquals(
    app.errors.map(({ error }) => /: `(.*)` can't be read inside `"use cache"`/.exec((error as Error).message)?.[1]),
    Object.keys(reads),
  );
});

Deno.test("generateStaticParams may call a cached function, and cannot use a request", async () => {
  const load = useCache(counting((number) => {
    cacheLife("hours");
    return String(number);
  }));
  const app = await createCachedApp({
    "i/[id]/route.ts": {
      revalidate: 60,
      dynamicParams: false,
      async generateStaticParams() {
        assertThrows(cookies, Error, "`cookies` was called outside a request scope");
        return [{ id: await load() }];
      },
      GET: () => new Response("listed"),
    },
  });
  assertEquals([await app.ask("/i/1"), (await app.get("/i/2")).status], [["MISS", "listed"], 404]);
});
