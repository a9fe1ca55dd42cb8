/** Drives a server with 32 connections: by `wrk` or `oha` where there is one, else by `fetch`. */

/** What to send, and how long. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a POST; `undefined` for GET. */
  readonly body?: string | undefined;
  readonly seconds: number;
}

/** Requests a second. */
export async function load(target: Load): Promise<number> {
  if (await exists("wrk")) return await wrk(target);
  if (await exists("oha")) return await oha(target);
  return await driver(target);
}

const found = new Map<string, boolean>();

async function exists(command: string): Promise<boolean> {
  const known = found.get(command);
  if (known !== undefined) return known;
  const { success } = await new Deno.Command("which", { args: [command], stdout: "null", stderr: "null" }).output();
  found.set(command, success);
  return success;
}

async function output(command: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

function headerArgs({ headers }: Load): string[] {
  return Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
}

async function wrk(target: Load): Promise<number> {
  // wrk counts whole seconds only; a shorter run is a warm-up.
  const seconds = String(Math.max(1, Math.round(target.seconds)));
  const script = await writeScript(target);
  const args = ["-t2", "-c64", `-d${seconds}s`, ...headerArgs(target), ...script, target.url];
  const text = await output("wrk", args);
  if (/Non-2xx/.test(text)) throw new Error(`Cannot measure ${target.url}: not every answer was good\n${text}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
}

const scripts = new Map<string, string>();

/** wrk takes a body only from a script. */
async function writeScript({ body }: Load): Promise<string[]> {
  if (body === undefined) return [];
  let path = scripts.get(body);
  if (path === undefined) {
    path = await Deno.makeTempFile({ prefix: "routes_bench_", suffix: ".lua" });
    await Deno.writeTextFile(path, `wrk.method = "POST"\nwrk.body = ${JSON.stringify(body)}\n`);
    scripts.set(body, path);
  }
  return ["-s", path];
}

async function oha(target: Load): Promise<number> {
  const post = target.body === undefined ? [] : ["-m", "POST", "-d", target.body];
  const args = ["--no-tui", "--output-format", "json", "-c", "32", "-z", `${target.seconds}s`];
  return JSON.parse(await output("oha", [...args, ...post, ...headerArgs(target), target.url])).summary.requestsPerSec;
}

async function driver({ url, headers, body, seconds }: Load): Promise<number> {
  const init = body === undefined ? { headers } : { method: "POST", headers, body };
  const end = performance.now() + seconds * 1000;
  let count = 0;
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (performance.now() < end) {
      await (await fetch(url, init)).text();
      count++;
    }
  }));
  return count / seconds;
}
