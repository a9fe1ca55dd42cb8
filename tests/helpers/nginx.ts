/**
 * An nginx in front of servers.
 *
 * @module
 */

import { freePort } from "./free_port.ts";
import { isIgnoredWithout } from "./program.ts";
import { until } from "./until.ts";

/** Whether tests with nginx are ignored, because there is none. */
export const IGNORE_NGINX: boolean = await isIgnoredWithout("nginx");

/** An nginx that balances requests. */
export interface Nginx extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Sends requests to these servers from now on: `127.0.0.1:8001`, `unix:/run/app.sock`. */
  balance(servers: readonly string[]): Promise<void>;
}

/**
 * Starts nginx. It repeats no request: what a server drops is an error for the client.
 *
 * @param servers The servers.
 * @param directives More directives of the location.
 */
export async function startNginx(servers: readonly string[], directives: string = ""): Promise<Nginx> {
  const dir = await Deno.makeTempDir({ prefix: "routes_nginx_" });
  const port = freePort();
  const writeServers = (servers: readonly string[]) =>
    Deno.writeTextFile(
      `${dir}/servers.conf`,
      `upstream app {\n${servers.map((server) => `  server ${server};\n`).join("")}  keepalive 32;\n}\n`,
    );
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  await writeServers(servers);
  await Deno.writeTextFile(
    `${dir}/nginx.conf`,
    `daemon off;
pid ${dir}/pid;
error_log ${dir}/error.log;
${Deno.uid() === 0 ? "user root;" : ""}
worker_processes 2;
events {}
http {
  access_log off;
  ${folders.map((name) => `${name}_temp_path ${dir}/${name};`).join("\n  ")}
  include ${dir}/servers.conf;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_next_upstream off;
      ${directives}
    }
  }
}
`,
  );
  const child = new Deno.Command("nginx", {
    args: ["-p", dir, "-c", `${dir}/nginx.conf`, "-e", `${dir}/error.log`],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const origin = `http://127.0.0.1:${port}`;
  await until("nginx listens", async () => {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return true;
    } catch {
      return false;
    }
  });
  return {
    origin,
    async balance(servers) {
      await writeServers(servers);
      child.kill("SIGHUP");
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(dir, { recursive: true });
    },
  };
}
