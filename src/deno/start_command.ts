/**
 * `routes start`: serves a folder until a signal comes.
 *
 * @module
 */

import { routeTable } from "./route_table.ts";
import { scanProject } from "./scan.ts";
import { serveProject } from "./serve.ts";
import { refreshTypes } from "./typegen_command.ts";

/** Flags of `routes start`. */
export interface StartFlags {
  /** The port to listen on; default 8000, 0 for a free one. */
  readonly port: number | undefined;
  /** The address to listen on; default: all. */
  readonly hostname: string | undefined;
  /** The key that draft mode's cookie is signed with; default: a random one. */
  readonly draftSecret: string | undefined;
}

/** Serves a folder; returns when the server has stopped. */
export async function startCommand(
  dir: string,
  { port = 8000, hostname = "0.0.0.0", draftSecret }: StartFlags,
): Promise<void> {
  try {
    const project = await scanProject(dir);
    await refreshTypes(project.root, project.manifest);
    const server = await serveProject(project, { port, hostname, draftSecret, onListen() {} });
    console.log(`Listening on ${urlOf(server.addr)}\n${routeTable(server.routes)}`);
    await server.finished;
  } catch (error) {
    throw explained(error, port, hostname);
  }
}

function urlOf({ hostname, port }: Deno.NetAddr): string {
  const everywhere = hostname === "0.0.0.0" || hostname === "::";
  const host = everywhere ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
  return `http://${host}:${port}/`;
}

function explained(error: unknown, port: number, hostname: string): unknown {
  if (error instanceof Deno.errors.AddrInUse) {
    return new Error(`Cannot listen on port ${port}: it is in use, choose another with --port`, { cause: error });
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new Error(
      `Cannot listen on "${hostname}": this machine has no such address, choose another with --hostname`,
      {
        cause: error,
      },
    );
  }
  return error;
}
