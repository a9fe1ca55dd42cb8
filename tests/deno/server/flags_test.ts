import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/deno/process/arguments.ts";
import { readStartArgs, SERVER_FLAGS, type StartFlags } from "../../../src/deno/server/flags.ts";

type Variables = Readonly<Record<string, string>>;

/** Reads arguments with these variables of the environment, and no others that a flag has. */
function read(args: string, env: Variables = {}): StartFlags {
  const names = Object.values(SERVER_FLAGS).flatMap((flag) => "env" in flag ? [flag.env] : []);
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of names) Deno.env.delete(name);
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  try {
    return readStartArgs(args.split(" ").filter((word) => word !== ""));
  } finally {
    for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  }
}

const TLS = { TLS_CERT: "chain.pem", TLS_KEY: "key.pem" };

const READ: readonly (readonly [args: string, env: Variables, flags: Partial<StartFlags>])[] = [
  ["", {}, { port: undefined, hostname: undefined, unix: undefined, tlsCert: undefined, grace: undefined }],
  ["", { PORT: "1", HOSTNAME: "::1" }, { port: 1, hostname: "::1" }],
  ["--port 2 --hostname ::", { PORT: "1", HOSTNAME: "::1" }, { port: 2, hostname: "::" }],
  ["", { PORT: "1", UNIX_SOCKET: "a.sock" }, { unix: "a.sock" }],
  ["--port 2", { UNIX_SOCKET: "a.sock" }, { port: 2, unix: undefined }],
  ["--hostname ::1", { UNIX_SOCKET: "a.sock" }, { hostname: "::1", unix: undefined }],
  ["--unix b.sock --unix-mode 0600", { UNIX_SOCKET: "a.sock" }, { unix: "b.sock", unixMode: 0o600 }],
  ["", TLS, { tlsCert: "chain.pem", tlsKey: "key.pem" }],
  ["--tls-cert other.pem", TLS, { tlsCert: "other.pem", tlsKey: "key.pem" }],
  ["", { GRACE: "30", LINGER: "250ms", BODY_LIMIT: "64kb" }, { grace: 30_000, linger: 250, bodyLimit: "64kb" }],
  ["--grace 1m --linger 0", { GRACE: "30", LINGER: "250ms" }, { grace: 60_000, linger: 0 }],
  ["", { CACHE_URL: "memory", CACHE_SIZE: "2gb" }, { cache: "memory", cacheSize: 2 * 1024 ** 3 }],
  ["--cache-size 64mb", { CACHE_SIZE: "2gb" }, { cacheSize: 64 * 1024 ** 2 }],
  ["", {}, { cron: true, cacheSize: undefined }],
  ["--no-cron", {}, { cron: false }],
  ["--health --metrics", {}, { health: "/_health", metrics: "/_metrics" }],
  ["--health /up --metrics=/m", {}, { health: "/up", metrics: "/m" }],
  ["--log-sample 0.25", {}, { logSample: 0.25 }],
  ["--log-sample .5", {}, { logSample: 0.5 }],
];

for (const [args, env, flags] of READ) {
  Deno.test(`readStartArgs("${args}") with ${JSON.stringify(env)} has ${JSON.stringify(flags)}`, () => {
    const found = read(args, env);
    assertEquals({ ...found, ...flags }, found);
  });
}

const REFUSED: readonly (readonly [args: string, env: Variables, message: string])[] = [
  ["", { PORT: "x" }, 'Cannot listen on port "x" (PORT): expected a whole number from 0 to 65535'],
  ["", { GRACE: "soon" }, 'Cannot wait "soon" (GRACE): expected a duration such as 30s or 500ms'],
  ["--cache-size lots", {}, 'Cannot limit the cache to "lots" (--cache-size): expected a size such as 64mb or 10gb'],
  ["", { CACHE_SIZE: "0" }, 'Cannot limit the cache to "0" (CACHE_SIZE): expected a size such as 64mb or 10gb'],
  ["--linger 1h", {}, 'Cannot wait "1h" (--linger): expected a duration such as 30s or 500ms'],
  ["", { TLS_CERT: "a" }, "Cannot serve HTTPS: the key (--tls-key, TLS_KEY) is missing"],
  ["--unix a", TLS, "Cannot serve HTTPS on a Unix socket: leave out --tls-cert and --tls-key, or --unix"],
  [
    "--unix a --unix-mode rw",
    {},
    'Cannot set permissions to "rw" (--unix-mode): expected three octal digits such as 660',
  ],
  ["--metrics m", {}, 'Cannot answer at "m" (--metrics): expected a path that begins with "/", such as /_health'],
];

for (const [args, env, message] of REFUSED) {
  Deno.test(`readStartArgs("${args}") with ${JSON.stringify(env)} says: ${message}`, () => {
    assertThrows(() => read(args, env), UsageError, message);
  });
}
