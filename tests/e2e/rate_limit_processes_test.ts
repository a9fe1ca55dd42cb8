import { assertEquals } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { startCli } from "../helpers/cli.ts";
import { SHARED_STORES } from "../helpers/shared_stores.ts";

const MIDDLEWARE = new URL("../../src/middleware.ts", import.meta.url).href;
const REQUESTS = 60, LIMIT = 25;

for (const { name, ignore, open } of SHARED_STORES) {
  for (const algorithm of ["fixed", "token-bucket"]) {
    const title = `two processes on one ${name} let exactly ${LIMIT} of ${REQUESTS} requests pass, ${algorithm}`;
    Deno.test({ name: title, ignore }, async () => {
      await using place = await open();
      const options = { limit: LIMIT, window: 3600, algorithm, store: "cache", name: "login" };
      await using app = await temporaryFiles({
        "app/login/route.ts": `import { rateLimit } from "${MIDDLEWARE}";
const limit = rateLimit(${JSON.stringify(options)});
export const POST = (request, context) => limit(request, context, () => Promise.resolve(new Response("in")));`,
      });
      await using one = await startCli(["start", app.dir, "--cache", place.location]);
      await using other = await startCli(["start", app.dir, "--cache", place.location]);
      const statuses = await Promise.all(Array.from({ length: REQUESTS }, async (_, index) => {
        const { origin } = index % 2 === 0 ? one : other;
        const headers = { "x-forwarded-for": `192.0.2.${index}` };
        const response = await fetch(`${origin}/login`, { method: "POST", headers });
        await response.body?.cancel();
        return response.status;
      }));
      const count = (status: number) => statuses.filter((one) => one === status).length;
      assertEquals([count(200), count(429)], [LIMIT, REQUESTS - LIMIT]);
      for (const server of [one, other]) assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
    });
  }
}
