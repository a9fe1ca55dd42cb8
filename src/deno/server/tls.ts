/**
 * The certificate of a server that serves HTTPS. Deno negotiates HTTP/2 itself.
 *
 * @module
 */

import { getErrorMessage } from "../../log/error_text.ts";

/** A certificate and its key: two files, or what is in them, in PEM. */
export interface Certificate {
  /** The certificate chain: that of the server first. */
  readonly cert: string;
  /** The private key. */
  readonly key: string;
}

/**
 * Reads the files of a certificate.
 *
 * @param files Their paths.
 * @throws {Error} If one of them cannot be read.
 */
export async function readCertificate(files: Certificate): Promise<Certificate> {
  const [cert, key] = await Promise.all([
    readPemFile(files.cert, "--tls-cert"),
    readPemFile(files.key, "--tls-key"),
  ]);
  return { cert, key };
}

async function readPemFile(path: string, flag: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new Error(`Cannot serve HTTPS: "${path}" (${flag}) ${getReadFailure(cause, path)}`, { cause });
  }
}

function getReadFailure(cause: unknown, path: string): string {
  if (cause instanceof Deno.errors.NotFound) return "does not exist";
  if (cause instanceof Deno.errors.IsADirectory) return "is a folder";
  if (cause instanceof Deno.errors.NotCapable) return `may not be read, add --allow-read="${path}"`;
  if (cause instanceof Deno.errors.PermissionDenied) return "may not be read by the user of this process";
  return `cannot be read: ${cause}`;
}

/** What Deno says of a certificate or a key that it does not take, and how to fix it. */
const REASONS: readonly (readonly [text: string, reason: string])[] = [
  ["No certificates found", "there is no certificate in the file of --tls-cert, expected PEM"],
  ["No keys found", "there is no private key in the file of --tls-key, expected PEM without a password"],
  ["KeyMismatch", "the key of --tls-key belongs to another certificate than the first one of --tls-cert"],
];

/**
 * Creates the error that is thrown if Deno does not take a certificate.
 *
 * @param cause The error of Deno.
 */
export function createCertificateError(cause: unknown): Error {
  const text = getErrorMessage(cause);
  const reason = REASONS.find(([part]) => text.includes(part))?.[1] ??
    `the certificate or its key is damaged (--tls-cert, --tls-key): ${text}`;
  return new Error(`Cannot serve HTTPS: ${reason}`, { cause });
}
