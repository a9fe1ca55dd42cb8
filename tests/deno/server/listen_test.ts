import { assertEquals } from "@std/assert";
import { createListenError, getServerUrl, type ListenTarget } from "../../../src/deno/server/listen.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { isIgnoredWithout } from "../../helpers/program.ts";

const { errors } = Deno;
const ADDRESS = { hostname: "0.0.0.0", port: 8000 };
const SOCKET = { path: "/run/app.sock" };

const FAILURES: readonly (readonly [cause: unknown, target: ListenTarget, message: string])[] = [
  [new errors.AddrInUse("x"), ADDRESS, "Cannot listen on port 8000: it is in use, choose another port (--port)"],
  [
    new errors.PermissionDenied("x"),
    { ...ADDRESS, port: 80 },
    "Cannot listen on port 80: the system reserves ports below 1024, choose a port from 1024 (--port) behind a proxy, or " +
    "give the process the capability CAP_NET_BIND_SERVICE",
  ],
  [
    new errors.PermissionDenied("x"),
    ADDRESS,
    "Cannot listen on port 8000: the system does not permit it, choose another port (--port)",
  ],
  [
    new errors.AddrNotAvailable("x"),
    { ...ADDRESS, hostname: "192.0.2.1" },
    'Cannot listen on "192.0.2.1": this machine has no such address, choose another host name (--hostname)',
  ],
  [
    new Error("failed to lookup address information: Name or service not known"),
    { ...ADDRESS, hostname: "nowhere" },
    'Cannot listen on "nowhere": no address is known for this name, choose another host name (--hostname)',
  ],
  [
    new URIError("invalid host"),
    { ...ADDRESS, hostname: "::zz" },
    'Cannot listen on "::zz": no address is known for this name, choose another host name (--hostname)',
  ],
  [new Error("out of memory"), ADDRESS, 'Cannot listen on "0.0.0.0", port 8000: out of memory'],
  [
    new errors.NotFound("x"),
    SOCKET,
    'Cannot listen on "/run/app.sock": its folder does not exist, create it or choose another path (--unix)',
  ],
  [
    new errors.PermissionDenied("x"),
    SOCKET,
    'Cannot listen on "/run/app.sock": this user may not write to its folder, change the owner of the folder or choose ' +
    "another path (--unix)",
  ],
];

for (const [cause, target, message] of FAILURES) {
  Deno.test(`createListenError() of ${cause} says: ${message}`, () => {
    const error = createListenError(cause, target) as Error;
    assertEquals([error.message, error.cause], [message, cause]);
  });
}

Deno.test("createListenError() leaves an error about permissions of Deno as it is: it names the flag", () => {
  const cause = new errors.NotCapable("Requires net access, run again with the --allow-net flag");
  for (const target of [ADDRESS, SOCKET]) assertEquals(createListenError(cause, target), cause);
});

const URLS: readonly (readonly [address: Parameters<typeof getServerUrl>, url: string])[] = [
  [[ADDRESS], "http://localhost:8000/"],
  [[ADDRESS, "https"], "https://localhost:8000/"],
  [[{ hostname: "::", port: 1 }], "http://localhost:1/"],
  [[{ hostname: "::1", port: 1 }], "http://[::1]:1/"],
  [[{ transport: "unix", path: "/run/app.sock" }], "unix:/run/app.sock"],
];

for (const [address, url] of URLS) {
  Deno.test(`getServerUrl() returns ${url}`, () => assertEquals(getServerUrl(...address), url));
}

const isUnprivileged = Deno.build.os !== "linux" ||
  Number(Deno.readTextFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start")) > 80;

Deno.test({
  name: "routes start --port 80 without the capability says how to get the port",
  ignore: Deno.build.os !== "linux" || !isUnprivileged || await isIgnoredWithout("setpriv"),
  async fn() {
    await using app = await temporaryFiles({ "app/route.ts": "export const GET = () => new Response();" });
    const cli = new URL("../../../cli.ts", import.meta.url).pathname;
    const { code, stderr } = await new Deno.Command("setpriv", {
      args: [
        "--bounding-set=-net_bind_service",
        "--inh-caps=-net_bind_service",
        "--ambient-caps=-net_bind_service",
        Deno.execPath(),
        "run",
        "-A",
        cli,
        "start",
        app.dir,
        "--port",
        "80",
      ],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [1, `${FAILURES[1]![2]}\n`]);
  },
});
