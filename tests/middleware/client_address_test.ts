import { assertStrictEquals, assertThrows } from "@std/assert";
import { clientAddress } from "../../src/middleware/client_address.ts";
import { createApp } from "../helpers/app.ts";

const PROXIES = ["10.0.0.0/8", "fd00::/8", "127.0.0.1"];

const CASES: readonly [peer: string | undefined, forwarded: string | undefined, expected: string][] = [
  ["192.0.2.1", undefined, "192.0.2.1"],
  ["192.0.2.1", "198.51.100.1", "192.0.2.1"],
  ["192.0.2.1", "10.0.0.1", "192.0.2.1"],
  ["10.0.0.1", undefined, "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "203.0.113.9, 198.51.100.1, 10.1.1.1", "198.51.100.1"],
  ["10.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "10.9.9.9", "10.9.9.9"],
  ["10.0.0.1", "", "10.0.0.1"],
  ["10.0.0.1", "unknown", "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1, evil.test", "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
  ["10.0.0.1", "[2001:db8::1]:4711", "2001:db8:0:0::/64"],
  ["::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["::ffff:192.0.2.1", "198.51.100.1", "192.0.2.1"],
  ["fd00::1", "198.51.100.1", "198.51.100.1"],
  ["2001:db8:1:2:3:4:5:6", undefined, "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::", undefined, "2001:db8:1:2::/64"],
  ["2001:db8:1:2:ffff::", undefined, "2001:db8:1:2::/64"],
  ["::1", undefined, "0:0:0:0::/64"],
  ["fe80::1%eth0", undefined, "fe80:0:0:0::/64"],
  [undefined, "198.51.100.1", "in process"],
];

for (const [peer, forwarded, expected] of CASES) {
  Deno.test(`S71 clientAddress() of ${peer}, forwarded for ${JSON.stringify(forwarded)}, is ${expected}`, async () => {
    const address = clientAddress({ proxies: PROXIES });
    const app = await createApp({ "a/route.ts": { GET: (request: Request) => new Response(address(request)) } });
    const headers: HeadersInit = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    const remoteAddr = peer === undefined ? {} : { remoteAddr: { hostname: peer } };
    const info = peer === undefined ? undefined : { completed: Promise.resolve(), ...remoteAddr };
    const response = await app.fetch(new Request("http://localhost/a", { headers }), info);
    assertStrictEquals(await response.text(), expected);
  });
}

const ON_SOCKET: readonly [proxies: string[], forwarded: string | undefined, expected: string][] = [
  [["unix"], "198.51.100.1", "198.51.100.1"],
  [["unix"], "203.0.113.9, 198.51.100.1", "198.51.100.1"],
  [["unix", "10.0.0.0/8"], "203.0.113.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"],
  [["unix"], undefined, "unix"],
  [["unix"], "unknown", "unix"],
  [[], "198.51.100.1", 'TypeError: Cannot get the client\'s address: the server listens on a Unix socket, add "unix"'],
];

for (const [proxies, forwarded, expected] of ON_SOCKET) {
  Deno.test(`S86 clientAddress() with ${proxies} on a Unix socket, forwarded for ${forwarded}, is ${expected}`, async () => {
    const address = clientAddress({ proxies });
    const read = (request: Request) => {
      try {
        return address(request);
      } catch (error) {
        return String(error);
      }
    };
    const app = await createApp({ "a/route.ts": { GET: (request: Request) => new Response(read(request)) } });
    const headers: HeadersInit = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    const info = { completed: Promise.resolve(), remoteAddr: { transport: "unix", path: "/run/a.sock" } };
    const response = await app.fetch(new Request("http://localhost/a", { headers }), info);
    assertStrictEquals((await response.text()).slice(0, expected.length), expected);
  });
}

Deno.test("S71 clientAddress() reads a limited number of proxies", async () => {
  const address = clientAddress({ proxies: PROXIES });
  const app = await createApp({ "a/route.ts": { GET: (request: Request) => new Response(address(request)) } });
  const headers = { "x-forwarded-for": `198.51.100.1${", 10.0.0.1".repeat(5000)}` };
  const info = { completed: Promise.resolve(), remoteAddr: { hostname: "10.0.0.2" } };
  assertStrictEquals(await (await app.fetch(new Request("http://localhost/a", { headers }), info)).text(), "10.0.0.1");
});

for (const proxy of ["", "*", "10.0.0.0/33", "::/129", "10.0.0", "proxy.test", "10.0.0.0/8/8"]) {
  Deno.test(`clientAddress() rejects the proxy "${proxy}"`, () => {
    assertThrows(() => clientAddress({ proxies: [proxy] }), TypeError, "expected an address or a network");
  });
}
