/** The log fields, `--log-sample` and `onResponse`, over a real socket. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type RequestRecord, serveRoutes } from "../../../mod.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";
import { runCli, startCli } from "../../helpers/cli.ts";
import { testWithHooks as test } from "../../helpers/hooks.ts";
import { until } from "../../helpers/until.ts";

const APP = {
  "app/users/[id]/route.ts": `export const GET = () => new Response("user");
export const POST = async (request: Request) => Response.json((await request.text()).length);`,
  "app/broken/route.ts": `export const GET = () => new Response("broken", { status: 500 });`,
};
const OPTIONS = { port: 0, hostname: "127.0.0.1", onListen() {} };

/** The JSON lines of requests that a server prints. */
async function logged(flags: readonly string[], use: (origin: string) => Promise<void>) {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--hostname", "127.0.0.1", "--log", "json", ...flags]);
  await use(server.origin);
  const { stdout } = await server.stop();
  return stdout.trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

const HEADERS = { "user-agent": "test/1", "x-forwarded-for": "10.0.0.1, 203.0.113.7", "x-request-id": "mine" };

for (const [flags, ip] of [[[], "127.0.0.1"], [["--trust-proxy"], "203.0.113.7"]] as const) {
  Deno.test(`a line of --log json ${flags.join(" ")} has the address ${ip}, the sizes and the user agent`, async () => {
    const [line, ...more] = await logged(flags, async (origin) => {
      await (await fetch(`${origin}/users/7?x=1`, { method: "POST", body: "12345", headers: HEADERS })).text();
    });
    const { time, duration, ...rest } = line;
    assertMatch(time, /^\d{4}-.*Z$/);
    assert(duration > 0);
    assertEquals([rest, more], [{
      level: "info",
      id: "mine",
      method: "POST",
      path: "/users/7?x=1",
      route: "/users/[id]",
      status: 200,
      bytes: 1,
      bytes_in: 5,
      cache: null,
      ip,
      user_agent: "test/1",
    }, []]);
  });
}

Deno.test("--log-sample 0 logs only what failed, --log-sample 0.5 about a half of the rest", async () => {
  const statuses = async (sample: string) => {
    const lines = await logged(["--log-sample", sample], async (origin) => {
      for (let id = 0; id < 100; id++) await (await fetch(`${origin}/users/${id}`)).text();
      for (let count = 0; count < 5; count++) await (await fetch(`${origin}/broken`)).text();
    });
    return [200, 500].map((status) => lines.filter((line) => line.status === status).length);
  };
  assertEquals(await statuses("0"), [0, 5]);
  const [some, failed] = await statuses("0.5");
  assertEquals(failed, 5);
  // Outside of this lies one run in ten million.
  assert(some! > 22 && some! < 78, `${some}`);
});

for (const text of ["2", "-1", "10%", "", "1.5", "."]) {
  Deno.test(`--log-sample "${text}" is refused`, async () => {
    const { code, stderr } = await runCli(["start", `--log-sample=${text}`]);
    assertEquals([code, stderr], [
      2,
      `Cannot set --log-sample to "${text}": expected a number from 0 to 1, such as 0.1\n`,
    ]);
  });
}

test("onResponse() gets the record of each request, without a log", async () => {
  await using app = await temporaryFiles(APP);
  const records: RequestRecord[] = [];
  await using server = await serveRoutes(app.dir, { ...OPTIONS, onResponse: (record) => records.push(record) });
  const response = await fetch(`${server.url}users/7`, { headers: HEADERS });
  assertEquals([await response.text(), response.headers.get("x-request-id")], ["user", "mine"]);
  await (await fetch(`${server.url}none`)).text();
  await until("both are recorded", () => records.length === 2);
  const [first, second] = records;
  assertEquals(
    [first?.route, first?.status, first?.bytes, first?.ip, first?.userAgent, first?.id],
    ["/users/[id]", 200, 4, "127.0.0.1", "test/1", "mine"],
  );
  assertEquals([second?.route, second?.status, second?.path], [null, 404, "/none"]);
});

test("an error of onResponse(), thrown or rejected, is logged and changes no response", async () => {
  await using app = await temporaryFiles(APP);
  for (
    const fail of [() => {
      throw new Error("mine");
    }, () => Promise.reject(new Error("mine"))]
  ) {
    const lines: string[] = [];
    lines.push(
      ...await captured("error", async () => {
        await using server = await serveRoutes(app.dir, { ...OPTIONS, onResponse: fail });
        assertEquals(await (await fetch(`${server.url}users/7`)).text(), "user");
        await server.shutdown();
      }),
    );
    assertEquals(lines.length, 1);
    assertMatch(lines[0]!, /^GET \/users\/7: onResponse failed: Error: mine\n/);
  }
});
