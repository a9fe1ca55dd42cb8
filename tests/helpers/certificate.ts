/**
 * A certificate of TLS, made by OpenSSL.
 *
 * @module
 */

import { runProgram } from "./program.ts";

/** The files of a certificate that is its own authority. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Creates a certificate for `localhost` in a folder. */
export async function createCertificate(dir: string, name = "tls"): Promise<CertificateFiles> {
  const cert = `${dir}/${name}.pem`, key = `${dir}/${name}.key`;
  await runProgram(
    ...[
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
    ] as const,
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
    "-addext",
    "basicConstraints=critical,CA:FALSE",
    "-keyout",
    key,
    "-out",
    cert,
  );
  return { cert, key };
}
