import { assertEquals } from "@std/assert";
import { cookies, draftMode, headers } from "../../src/headers.ts";
import { notFound, redirect } from "../../src/navigation.ts";
import { after } from "../../src/server.ts";
import { captured, createApp, serveApp } from "../helpers/app.ts";

const ENDINGS: readonly [name: string, end: () => Response][] = [
  ["a response", () => new Response("ok")],
  ["a redirect", () => redirect("/x")],
  ["notFound()", () => notFound()],
  ["an error", () => {
    throw new Error("boom");
  }],
  ["a stream", () => new Response(new ReadableStream({ start: (controller) => controller.close() }))],
];

for (const [name, end] of ENDINGS) {
  Deno.test(`after() runs its tasks in order after ${name}, with and without a server`, async () => {
    const ran: string[] = [];
    const app = await createApp({
      "route.ts": {
        GET() {
          after(() => ran.push("first"));
          after(async () => {
            await Promise.resolve();
            ran.push("second");
          });
          ran.push("handler");
          return end();
        },
      },
    }, { onError() {} });
    await (await app.get("/")).text();
    await app.drain();
    assertEquals(ran.splice(0), ["handler", "first", "second"]);
    const server = serveApp(app);
    await (await fetch(server.origin, { redirect: "manual" })).text();
    await server[Symbol.asyncDispose]();
    assertEquals(ran, ["handler", "first", "second"]);
  });
}

Deno.test("after() waits for the end of a stream", async () => {
  const order: string[] = [];
  let step = 0;
  const app = await createApp({
    "route.ts": {
      GET() {
        after(() => order.push("after"));
        return new Response(
          new ReadableStream({
            async pull(controller) {
              await new Promise((resolve) => setTimeout(resolve, 1));
              order.push(`chunk ${step}`);
              step++ < 2 ? controller.enqueue(new Uint8Array(1)) : controller.close();
            },
          }),
        );
      },
    },
  });
  const server = serveApp(app);
  await (await fetch(server.origin)).text();
  await server[Symbol.asyncDispose]();
  assertEquals(order, ["chunk 0", "chunk 1", "chunk 2", "after"]);
});

Deno.test("after() runs when the client left before the response", async () => {
  const ran = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const app = await createApp({
    "route.ts": {
      async GET(request: Request) {
        after(() => ran.resolve());
        entered.resolve();
        await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
        return new Response("late");
      },
    },
  });
  await using server = serveApp(app);
  const leave = new AbortController();
  const answer = fetch(server.origin, { signal: leave.signal }).catch(() => {});
  await entered.promise;
  leave.abort();
  await ran.promise;
  await answer;
});

Deno.test("after() logs a task that fails and runs the others, nested ones too", async () => {
  const ran: string[] = [];
  const app = await createApp({
    "route.ts": {
      GET() {
        after(() => {
          throw new Error("boom");
        });
        after(Promise.reject(new Error("bang")));
        after(() => {
          ran.push("outer");
          after(() => ran.push("inner"));
        });
        return new Response("ok");
      },
    },
  });
  const lines = await captured("error", async () => {
    assertEquals(await (await app.get("/")).text(), "ok");
    await app.drain();
  });
  assertEquals(ran, ["outer", "inner"]);
  assertEquals(lines.map((line) => /Error: (\w+)/.exec(line)?.[1]).sort(), ["bang", "boom"]);
  assertEquals(lines[0]!.startsWith("GET /: a task of after() in route.ts failed:"), true);
});

Deno.test("after() lets a task read the request, also after the connection has ended, but not set cookies", async () => {
  const seen: unknown[] = [];
  const app = await createApp({
    "route.ts": {
      GET() {
        after(async () => {
          const jar = await cookies();
          seen.push(jar.get("a"), jar.getAll(), jar.has("a"), `${jar}`, (await headers()).get("x-a"));
          try {
            jar.set("b", "1");
          } catch (error) {
            seen.push((error as Error).message);
          }
        });
        return new Response("ok");
      },
    },
  });
  const server = serveApp(app);
  await (await fetch(server.origin, { headers: { cookie: "a=1", "x-a": "2" } })).text();
  await server[Symbol.asyncDispose]();
  const cookie = { name: "a", value: "1" };
  assertEquals(seen, [
    cookie,
    [cookie],
    true,
    "a=1",
    "2",
    "Cookies can only be modified in a Server Action or Route Handler. Read more: https://nextjs.org/docs/app/api-reference/functions/cookies#options",
  ]);
});

Deno.test("after() refuses a value that is neither a function nor a promise", async () => {
  const app = await createApp({
    "route.ts": {
      GET() {
        try {
          after("x" as unknown as () => void);
        } catch (error) {
          return new Response((error as Error).message);
        }
      },
    },
  });
  assertEquals(await (await app.get("/")).text(), "`after()`: Argument must be a promise or a function");
});

Deno.test("a cookie jar from the handler cannot be changed inside after(), and the attempt is reported", async () => {
  const errors: string[] = [];
  const app = await createApp({
    "route.ts": {
      async GET() {
        const jar = await cookies();
        jar.set("early", "1");
        after(() => void jar.set("late", "1"));
        after(() => void jar.delete("early"));
        return new Response("ok");
      },
    },
  }, { onError: (error) => void errors.push(String(error)) });
  const response = await app.get("/");
  assertEquals([await response.text(), response.headers.getSetCookie()], ["ok", ["early=1; Path=/"]]);
  await app.drain();
  assertEquals(errors.map((error) => error.slice(0, 38)), Array(2).fill("Error: Cookies can only be modified in"));
});

Deno.test("draftMode() can be read inside after(), and not be changed, which is reported", async () => {
  const reports: string[] = [];
  const isEnabled: boolean[] = [];
  const app = await createApp({
    "x/route.ts": {
      async GET() {
        const before = await draftMode();
        after(async () => void isEnabled.push((await draftMode()).isEnabled));
        after(async () => (await draftMode()).enable());
        after(() => before.disable());
        return new Response("ok");
      },
    },
  }, { onError: (error) => void reports.push(`${error}`) });
  const response = await app.get("/x");
  assertEquals([await response.text(), response.headers.getSetCookie()], ["ok", []]);
  await app.drain();
  const toMessage = (call: string) => `Error: Route /x used "draftMode().${call}()" inside \`after()\`.`;
  const messages = reports.map((report) => report.replace(/(?<=`\.).*/, "")).sort();
  assertEquals(messages, [toMessage("disable"), toMessage("enable")]);
  assertEquals(isEnabled, [false]);
});

Deno.test('dynamic = "error" applies inside after()', async () => {
  const errors: string[] = [];
  const GET = () => {
    after(async () => void await headers());
    return new Response("ok");
  };
  const app = await createApp({ "route.ts": { GET, dynamic: "error" } }, {
    onError: (error) => void errors.push(String(error)),
  });
  assertEquals(await (await app.get("/")).text(), "ok");
  await app.drain();
  assertEquals([errors.length, errors[0]?.includes("couldn't be rendered statically")], [1, true]);
});
