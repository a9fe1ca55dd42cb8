/**
 * The file of a Unix socket: it outlives a server that was killed, and must be removed before another one can listen.
 *
 * @module
 */

/** What a server does with the file of its socket. */
export interface SocketFile {
  /** Removes the file, unless another server has replaced it. */
  remove(): void;
}

/** The permissions of a socket: its owner and its group may connect. */
export const SOCKET_MODE = 0o660;

/**
 * Removes the socket of a server that is gone.
 *
 * @param path The path of the socket.
 * @throws {Deno.errors.AddrInUse} If a server listens on it, or if it is a file of another kind.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const info = await Deno.lstat(path).catch(() => null);
  if (info === null) return;
  if (!info.isSocket) throw createInUseError(path, "a file has this path, remove it");
  if (await isLive(path)) throw createInUseError(path, "another server listens on it, stop that server");
  await Deno.remove(path);
}

async function isLive(path: string): Promise<boolean> {
  try {
    const connection = await Deno.connect({ transport: "unix", path });
    connection.close();
    return true;
  } catch (error) {
    // A server whose queue is full, or one of another user, is not gone.
    return !(error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.NotFound);
  }
}

function createInUseError(path: string, reason: string): Error {
  return new Deno.errors.AddrInUse(`Cannot listen on "${path}": ${reason} or choose another path (--unix)`);
}

/**
 * Sets the permissions of a socket that a server listens on.
 *
 * @param path The path of the socket.
 * @param mode The permissions. Deno creates the socket by the umask of the process, which usually lets only the owner
 * connect.
 */
export function openSocketFile(path: string, mode: number = SOCKET_MODE): SocketFile {
  Deno.chmodSync(path, mode);
  const own = Deno.lstatSync(path);
  return {
    remove() {
      try {
        const { dev, ino } = Deno.lstatSync(path);
        if (dev === own.dev && ino === own.ino) Deno.removeSync(path);
      } catch {
        // It has been removed already.
      }
    },
  };
}
