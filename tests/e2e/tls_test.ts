/** `--tls-cert` and `--tls-key`: HTTPS with HTTP/2, and what is said of a certificate that cannot be used. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { serveRoutes } from "../../mod.ts";
import { temporaryFiles } from "../helpers/app.ts";
import { build } from "../helpers/build.ts";
import { type CertificateFiles, createCertificate } from "../helpers/certificate.ts";
import { type CliServer, runCli, startCli } from "../helpers/cli.ts";
import { testWithHooks } from "../helpers/hooks.ts";
import { isIgnoredWithout, runProgram } from "../helpers/program.ts";

const ignore = await isIgnoredWithout("openssl") || await isIgnoredWithout("curl");
const FILES = {
  "app/seen/route.ts": `import { headers } from "next/headers";
export const GET = async (request: Request) =>
  new Response([request.url, (await headers()).get("host"), (await headers()).get("x-forwarded-proto")].join(" "));
export const POST = async (request: Request) => new Response(\`\${(await request.bytes()).length}\`);`,
};
const PRINTED = "\n%{http_version} %{http_code}";

/** Asks by curl, which trusts the certificate; returns the body, and the version and the status in a last line. */
function curl({ cert }: CertificateFiles, ...args: readonly string[]): Promise<string> {
  return runProgram("curl", "--silent", "--cacert", cert, "--write-out", PRINTED, ...args);
}

/** The banner's URL for a name of the certificate. */
const getOrigin = ({ banner }: Pick<CliServer, "banner">) => /https:\/\/[^/]+/.exec(banner)![0];

Deno.test({
  name: "routes start --tls-cert FILE --tls-key FILE serves HTTP/2 and HTTP/1.1, with https in request.url",
  ignore,
  async fn() {
    await using app = await temporaryFiles(FILES);
    const tls = await createCertificate(app.dir);
    await using server = await startCli(["start", app.dir, "--tls-cert", tls.cert, "--tls-key", tls.key]);
    const origin = getOrigin(server);
    const { host } = new URL(origin);
    const seen = `${origin}/seen ${host} https`;
    assertEquals(await curl(tls, "--http2", `${origin}/seen`), `${seen}\n2 200`);
    assertEquals(await curl(tls, "--http1.1", `${origin}/seen`), `${seen}\n1.1 200`);
    const upload = ["--http2", "--data-binary", `@${tls.cert}`, `${origin}/seen`];
    assertEquals(await curl(tls, ...upload), `${(await Deno.stat(tls.cert)).size}\n2 200`);
    assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
  },
});

Deno.test({
  name: "a build takes TLS_CERT and TLS_KEY",
  ignore,
  async fn() {
    await using project = await build(FILES);
    const { cert, key } = await createCertificate(project.dir);
    const env = { TLS_CERT: cert, TLS_KEY: key };
    await using server = await project.serve([], { env, allow: ["-R", "-E"] });
    assertMatch(await curl({ cert, key }, "--http2", `${getOrigin(server)}/seen`), /^https:.*\n2 200$/);
    assertEquals((await server.stop()).stderr, "");
  },
});

testWithHooks("serveRoutes() takes the certificate and the key as text", async () => {
  if (ignore) return;
  await using app = await temporaryFiles(FILES);
  const tls = await createCertificate(app.dir);
  const [cert, key] = await Promise.all([tls.cert, tls.key].map((path) => Deno.readTextFile(path)));
  await using server = await serveRoutes(app.dir, { port: 0, hostname: "127.0.0.1", cert, key, onListen() {} });
  assertEquals(server.url, `https://127.0.0.1:${server.addr.port}/`);
  using client = Deno.createHttpClient({ caCerts: [cert!] });
  assertStringIncludes(await (await fetch(`${server.url}seen`, { client })).text(), `${server.url}seen`);
});

const BAD: readonly (readonly [flags: string, code: number, message: string])[] = [
  ["--tls-cert DIR/tls.pem", 2, "the key (--tls-key, TLS_KEY) is missing"],
  ["--tls-key DIR/tls.key", 2, "the certificate (--tls-cert, TLS_CERT) is missing"],
  ["--tls-cert DIR/none.pem --tls-key DIR/tls.key", 1, '"DIR/none.pem" (--tls-cert) does not exist'],
  ["--tls-cert DIR --tls-key DIR/tls.key", 1, '"DIR" (--tls-cert) is a folder'],
  [
    "--tls-cert DIR/tls.key --tls-key DIR/tls.key",
    1,
    "there is no certificate in the file of --tls-cert, expected PEM",
  ],
  [
    "--tls-cert DIR/tls.pem --tls-key DIR/tls.pem",
    1,
    "there is no private key in the file of --tls-key, expected PEM without a password",
  ],
  [
    "--tls-cert DIR/tls.pem --tls-key DIR/other.key",
    1,
    "the key of --tls-key belongs to another certificate than the first one of --tls-cert",
  ],
];

Deno.test({
  name: "routes start says what is wrong with a certificate",
  ignore,
  async fn() {
    await using app = await temporaryFiles(FILES);
    await using files = await temporaryFiles({});
    await createCertificate(files.dir);
    await createCertificate(files.dir, "other");
    for (const [flags, code, message] of BAD) {
      const args = flags.replaceAll("DIR", files.dir).split(" ");
      const result = await runCli(["start", app.dir, "--port", "0", ...args]);
      const expected = `Cannot serve HTTPS: ${message.replaceAll("DIR", files.dir)}`;
      assertEquals([flags, result.code, result.stderr.slice(0, expected.length)], [flags, code, expected]);
    }
    const args = ["--port", "0", "--tls-cert", `${files.dir}/tls.pem`, "--tls-key", `${files.dir}/tls.key`];
    const { stderr } = await runCli(["start", app.dir, ...args], { permissions: ["-N", `-R=${app.dir}`] });
    assertStringIncludes(stderr, `may not be read, add --allow-read="${files.dir}/tls`);
  },
});
