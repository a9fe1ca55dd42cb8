/**
 * What a part of the fuzz run is: how its inputs are made, and what is wrong with an answer.
 *
 * @module
 */

import type { Random } from "./random.ts";

/** What inputs are made of, so that they can be printed, made smaller and sent to another process. */
export type Input = null | boolean | number | string | readonly Input[] | { readonly [name: string]: Input };

/** What is wrong with the answer to an input. */
export interface Problem {
  /** What all inputs that show the same mistake have in common. */
  readonly kind: string;
  /** What was expected, and what came. */
  readonly detail: string;
}

/** The applications under test. */
export type AppName = "echo" | "matcher" | "based";

/** What is tested: the applications, and a server that runs checks without HTTP in the same process. */
export interface Subject extends AsyncDisposable {
  /** The ports on the loopback address. */
  readonly ports: Readonly<Record<AppName | "checks", number>>;
  /** Whether the process has ended without being asked to. */
  readonly hasCrashed: boolean;
  /** Takes what was written to stderr since the last call. */
  takeErrors(): string;
  /** How long the process has used a processor, in milliseconds; a busy machine does not change it. */
  cpuTime(): Promise<number>;
  /** Ends what is there, whatever it does, and starts it again; other ports are possible. */
  restart(): Promise<void>;
}

/** A part of the fuzz run. */
export interface FuzzArea<Made extends Input = Input> {
  /** What it is called: `--only NAME`. */
  readonly name: string;
  /** The members of its inputs that stay as they are when an input is made smaller. */
  readonly kept?: readonly string[];
  /** Lines of the log that are right: who sends something invalid to a store is to learn of it. */
  readonly expectedLog?: RegExp;
  /** Makes an input. */
  make(random: Random): Made;
  /**
   * Gives an input to what is tested.
   *
   * @returns What is wrong, or `null`. It need not settle while the subject hangs.
   */
  check(input: Made, subject: Subject): Promise<Problem | null>;
}
