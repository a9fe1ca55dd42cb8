import { assertEquals, assertThrows } from "@std/assert";
import { secureHeaders, type SecureHeadersOptions } from "../../src/middleware/secure_headers.ts";
import { run } from "./_run.ts";

const DEFAULTS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

Deno.test("secureHeaders() sets headers for data by default", async () => {
  const { headers } = await run([secureHeaders()], {}, () => new Response(null));
  assertEquals(Object.fromEntries(headers), DEFAULTS);
});

Deno.test("secureHeaders() sends the values of its options, and omits what is false", async () => {
  const options = Object.fromEntries(
    ["contentSecurityPolicy", "crossOriginOpenerPolicy", "crossOriginResourcePolicy", "referrerPolicy"]
      .concat("strictTransportSecurity", "xContentTypeOptions", "xFrameOptions").map((name) => [name, false as const]),
  );
  const { headers } = await run(
    [secureHeaders({ ...options, permissionsPolicy: "camera=()", referrerPolicy: "origin" })],
    {},
    () => new Response(null),
  );
  assertEquals(Object.fromEntries(headers), { "permissions-policy": "camera=()", "referrer-policy": "origin" });
});

Deno.test("secureHeaders() writes directives as a policy", async () => {
  const contentSecurityPolicy = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "upgrade-insecure-requests": [],
  };
  const { headers } = await run([secureHeaders({ contentSecurityPolicy })], {});
  const expected = "default-src 'self'; img-src 'self' data:; upgrade-insecure-requests";
  assertEquals(headers.get("content-security-policy"), expected);
});

Deno.test("secureHeaders() keeps the headers of the handler", async () => {
  const own = { "content-security-policy": "default-src *", "x-frame-options": "SAMEORIGIN" };
  const { headers } = await run([secureHeaders()], {}, () => new Response(null, { headers: own }));
  assertEquals(Object.fromEntries(headers), { ...DEFAULTS, ...own });
});

const INVALID: readonly [SecureHeadersOptions, message: string][] = [
  [{ xFrameOption: "DENY" } as SecureHeadersOptions, "expected one of contentSecurityPolicy, "],
  [{ referrerPolicy: "a\nb" }, "control character"],
  [{ contentSecurityPolicy: { "default-src": ["'self'; script-src *"] } }, "write each directive as a key"],
];

for (const [options, message] of INVALID) {
  Deno.test(`secureHeaders() rejects ${JSON.stringify(options)}`, () => {
    assertThrows(() => secureHeaders(options), TypeError, message);
  });
}
