/**
 * What is known of each framework that is compared.
 *
 * @module
 */

import type { App } from "./apps.ts";
import type { Command } from "./process.ts";

/** A framework with its app. */
export interface Project {
  readonly name: string;
  readonly dir: string;
  readonly app: App;
  /** Writes and installs it; says what it is and what was installed. */
  install(): Promise<Installed>;
  /** The development server. */
  dev(port: number): Command;
  /** How it runs in production, the commonest way first. */
  readonly ways: readonly Way[];
}

/** What was installed. */
export interface Installed {
  readonly versions: readonly string[];
  readonly cell: string;
}

/** A way to run in production. */
export interface Way {
  readonly name: string;
  /** What has to be run before. */
  readonly build?: {
    readonly label: string;
    readonly command: () => Promise<Command>;
    /** What it writes, removed before each run. */
    readonly output: string;
  };
  /** What has to be on the server. */
  deployed(): Promise<string>;
  start(port: number): Promise<Command> | Command;
}
